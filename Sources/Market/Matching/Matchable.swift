import MatchEngine

/// What the MatchEngine can rank.
protocol Matchable: MarketObject {
  /// The state in which it can be found.
  static var matchedState: State { get }
  /// Whose it is.
  var organisation: ID<Organisation> { get }
  var matchDocument: MatchDocument { get }
  /// The index of its kind.
  static func index(in indexes: Matcher.Indexes) -> MatchIndex
  /// Who waits for one of its kind and is answered by this one.
  static func answered(by document: MatchDocument, among waiting: inout StandingWishes?, _ indexes: Matcher.Indexes)
    -> [Match]
}

extension Achievement: Matchable {
  public static let matchedState = State.published

  public var matchDocument: MatchDocument {
    MatchDocument(key: id.bits, title: title, body: Self.text(summary, description), tags: keywords, facts: facts)
  }

  static func index(in indexes: Matcher.Indexes) -> MatchIndex { indexes.achievements }

  static func answered(by document: MatchDocument, among waiting: inout StandingWishes?, _ indexes: Matcher.Indexes)
    -> [Match]
  { waiting?.forAchievements.answered(by: document, in: indexes.achievements, explain: true) ?? [] }

  private var facts: MatchFacts {
    MatchFacts(
      field: field.flatMap { UInt8($0) } ?? 0, region: UInt32(region) ?? 0, maturity: UInt8(trl ?? 0),
      price: price?.fen,
      modes: TransferModes.bits(transferModes), holderKind: HolderKind.code(organisationKind))
  }

  /// What an achievement looks for among the challenges.
  func matchQuery(_ filter: MatchFilter?) -> MatchQuery {
    MatchQuery(
      title: title, content: Self.text(summary, description), tags: keywords, facts: facts, role: .achievement,
      filter: filter)
  }

  static func text(_ parts: String...) -> String { parts.filter { !$0.isEmpty }.joined(separator: "\n") }
}

extension Challenge: Matchable {
  public static let matchedState = State.published

  public var matchDocument: MatchDocument {
    MatchDocument(key: id.bits, title: title, body: text, tags: keywords, facts: facts)
  }

  static func index(in indexes: Matcher.Indexes) -> MatchIndex { indexes.challenges }

  static func answered(by document: MatchDocument, among waiting: inout StandingWishes?, _ indexes: Matcher.Indexes)
    -> [Match]
  { waiting?.forChallenges.answered(by: document, in: indexes.challenges, explain: true) ?? [] }

  private var facts: MatchFacts {
    MatchFacts(
      field: field.flatMap { UInt8($0) } ?? 0, region: UInt32(region) ?? 0, maturity: UInt8(trlWanted ?? 0),
      price: budget?.fen)
  }

  /// What a challenge looks for among the achievements.
  func matchQuery(_ filter: MatchFilter?) -> MatchQuery {
    MatchQuery(title: title, content: text, tags: keywords, facts: facts, filter: filter)
  }

  private var text: String { Achievement.text(summary, description, indicators.joined(separator: "\n")) }
}

/// The ways of transfer as the engine's bit set: bit n is the n-th word of `Achievement.transferModes`.
enum TransferModes {
  static func bits(_ modes: [String]) -> UInt16 {
    modes.compactMap(Achievement.transferModes.firstIndex).reduce(0) { $0 | 1 << UInt16($1) }
  }
}
