/// One thing that speaks for or against a match.
public struct MatchReason: Sendable, Equatable {
  /// What it is.
  public enum Kind: Sendable, Equatable {
    /// Both name the same domain term, a synonym or a neighbour: `path` leads from one to the other in the lexicon.
    case sharedTag(wanted: String, offered: String, path: [String])
    /// Words of the query that the document has too, heaviest first.
    case sharedTerms([String])
    /// Words that are not in the query, but frequent in the documents closest to it.
    case relatedTerms([String])
    /// The same national technology field, 1…11.
    case field(UInt8)
    /// The achievement is at least as mature as asked, TRL 1…9.
    case maturity(offered: UInt8, wanted: UInt8)
    /// The asking price lies within the budget, fen.
    case price(asked: Int64, budget: Int64)
    /// Cooperation modes both accept.
    case modes(UInt16)
    /// The same division: the longest code both lie in.
    case region(UInt32)
    /// Something that speaks against the match.
    case against(Objection)
    /// Something that would raise the score.
    case wouldRaise(MatchRemedy)
  }

  /// What speaks against a match.
  public enum Objection: Sendable, Equatable {
    /// The asking price is above the budget, fen.
    case priceAboveBudget(asked: Int64, budget: Int64)
    /// The achievement is less mature than asked, TRL 1…9.
    case maturityBelow(offered: UInt8, wanted: UInt8)
    /// No cooperation mode is accepted by both.
    case noCommonMode(wanted: UInt16, offered: UInt16)
    /// Another technology field, 1…11.
    case otherField(wanted: UInt8, offered: UInt8)
    /// The word is shared, but means something else on the other side.
    case ambiguousWord(String, wanted: String, offered: String)
  }

  public let kind: Kind
  /// Part of the score, negative when it speaks against.
  public let contribution: Double
  /// About how many points the score would rise; 0 where that cannot be said, and for all but remedies.
  public let gain: Double
  /// Where it stands in the query's texts.
  public let wantedSpans: [MatchSpan]
  /// Where it stands in the document's texts.
  public let offeredSpans: [MatchSpan]

  public init(
    kind: Kind, contribution: Double, gain: Double = 0, wantedSpans: [MatchSpan] = [], offeredSpans: [MatchSpan] = []
  ) {
    self.kind = kind
    self.contribution = contribution
    self.gain = gain
    self.wantedSpans = wantedSpans
    self.offeredSpans = offeredSpans
  }

  /// A stable name of the kind, for programs.
  public var code: String {
    switch kind {
    case .sharedTag: "shared_tag"
    case .sharedTerms: "shared_terms"
    case .relatedTerms: "related_terms"
    case .field: "same_field"
    case .maturity: "maturity_meets"
    case .price: "price_within_budget"
    case .modes: "common_mode"
    case .region: "same_region"
    case .against(.priceAboveBudget): "price_above_budget"
    case .against(.maturityBelow): "maturity_below"
    case .against(.noCommonMode): "no_common_mode"
    case .against(.otherField): "other_field"
    case .against(.ambiguousWord): "ambiguous_word"
    case .wouldRaise(let remedy): remedy.code
    }
  }

  /// Whether it speaks against the match.
  public var isAgainst: Bool {
    if case .against = kind { true } else { false }
  }

  /// Whether it says what would raise the match, and is no part of it.
  public var isRemedy: Bool {
    if case .wouldRaise = kind { true } else { false }
  }
}

/// A place in a query's or a document's text.
public struct MatchSpan: Sendable, Equatable {
  /// Which text.
  public enum Part: Sendable, Equatable {
    case title
    /// A document's body or a query's content.
    case body
    /// The tag of this position.
    case tag(Int)
  }

  public let part: Part
  /// UTF-8 bytes of that text.
  public let bytes: Range<Int>

  public init(part: Part, bytes: Range<Int>) {
    self.part = part
    self.bytes = bytes
  }
}
