/// Finds what would raise a match, from what speaks against it and from what is not there.
struct Remedies {
  /// A match gets at most so many: a broker names what matters.
  static let most = 3
  /// Words worth less than this share of the query's title are not missed.
  private static let missed = 0.1

  let broker: BrokerTerms

  /// The remedies, those that bring most first; what cannot be counted stands behind.
  func list(_ missing: MatchReason?, _ texts: TextStore, _ document: Int, _ facts: MatchFacts) -> [MatchReason] {
    var reasons = [missing].compactMap(\.self)
    reasons += broker.remedies(facts)
    if texts.bodyRange(document).isEmpty { reasons.append(.remedy(.describe, gain: 0)) }
    if texts.tagsRange(document).isEmpty { reasons.append(.remedy(.addKeywords, gain: 0)) }
    return reasons.enumerated()
      .sorted {
        $0.element.gain != $1.element.gain ? $0.element.gain > $1.element.gain : $0.offset < $1.offset
      }
      .prefix(Self.most).map(\.element)
  }

  /// Words of the title that the document does not have.
  ///
  /// - Parameter parts: what each of the vector's entries adds to the document's score.
  static func missing(
    _ text: QueryText, _ vector: QueryVector, _ parts: [Double], _ unit: Double, _ cohesion: inout Cohesion
  ) -> MatchReason? {
    var title = TermList()
    text.store.scan(text.title, into: &title)
    let wanted = Set(title.terms)
    var worth: [Term: Double] = [:]
    var absent = 0.0
    for (entry, part) in zip(vector.entries, parts) where part == 0 && entry.own > 0 && wanted.contains(entry.term) {
      worth[entry.term] = entry.own
      absent += entry.own * unit
    }
    guard absent >= missed * 100 else { return nil }
    let places = RelatedPhrases.find(text.store, text.units(text.title).units, worth, &cohesion, limit: 3)
    guard !places.isEmpty else { return nil }
    return .remedy(
      .words(places.map { text.store.text($0) }), gain: absent, wanted: places.map { text.store.span(0, $0) })
  }
}

extension BrokerTerms {
  /// What the facts on both sides could still bring.
  func remedies(_ other: MatchFacts) -> [MatchReason] {
    let (demand, supply) = role == .demand ? (facts, other) : (other, facts)
    let weights = tuning.weights
    var remedies: [MatchReason] = []
    // What speaks against the match is turned into what would speak for it.
    for reason in reasons(other) {
      switch reason.kind {
      case .against(.priceAboveBudget(let asked, let budget)):
        remedies.append(
          .remedy(.priceWithin(budget: budget, asked: asked), gain: weights.price - reason.contribution))
      case .against(.maturityBelow(let offered, let wanted)):
        remedies.append(.remedy(.maturity(from: offered, to: wanted), gain: weights.maturity - reason.contribution))
      case .against(.noCommonMode): remedies.append(.remedy(.mode, gain: weights.mode - reason.contribution))
      default: continue
      }
    }
    if let budget = demand.price, supply.price == nil {
      remedies.append(.remedy(.askPrice(budget: budget), gain: weights.price))
    }
    if let asked = supply.price, demand.price == nil {
      remedies.append(.remedy(.askBudget(asked: asked), gain: weights.price))
    }
    if demand.maturity > 0, supply.maturity == 0 {
      remedies.append(.remedy(.askMaturity(wanted: demand.maturity), gain: weights.maturity))
    }
    if demand.modes != 0, supply.modes == 0 { remedies.append(.remedy(.askModes, gain: weights.mode)) }
    return remedies
  }
}

extension MatchReason {
  fileprivate static func remedy(_ remedy: MatchRemedy, gain: Double, wanted: [MatchSpan] = []) -> MatchReason {
    MatchReason(kind: .wouldRaise(remedy), contribution: 0, gain: gain, wantedSpans: wanted)
  }
}
