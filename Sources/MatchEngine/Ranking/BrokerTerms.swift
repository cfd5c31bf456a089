/// What a broker weighs beside the text: maturity, price, modes, field; the region only between equals. Nothing here
/// excludes a document.
struct BrokerTerms {
  let facts: MatchFacts
  let role: MatchQuery.Role
  let tuning: Tuning

  init(_ query: MatchQuery, _ tuning: Tuning) {
    facts = query.facts
    role = query.role
    self.tuning = tuning
  }

  /// The sum of all reasons' contributions, in points of the score.
  func points(_ other: MatchFacts) -> Double { reasons(other).reduce(0) { $0 + $1.contribution } }

  /// The most that facts can add.
  static func most(_ tuning: Tuning) -> Double {
    tuning.weights.maturity + tuning.weights.price + tuning.weights.mode + tuning.weights.field + 3
      * tuning.regionPoints
  }

  /// What the facts say for and against.
  func reasons(_ other: MatchFacts) -> [MatchReason] {
    [maturity(other), price(other), modes(other), field(other), region(other)].compactMap { $0 }
  }

  private func maturity(_ other: MatchFacts) -> MatchReason? {
    let (wanted, offered) = role == .demand ? (facts.maturity, other.maturity) : (other.maturity, facts.maturity)
    guard wanted > 0, offered > 0 else { return nil }
    if offered >= wanted {
      return MatchReason(kind: .maturity(offered: offered, wanted: wanted), contribution: tuning.weights.maturity)
    }
    let gap = Double(min(wanted - offered, 4)) / 4
    return MatchReason(
      kind: .against(.maturityBelow(offered: offered, wanted: wanted)),
      contribution: -2 * tuning.weights.maturity * gap)
  }

  private func price(_ other: MatchFacts) -> MatchReason? {
    guard let mine = facts.price, let theirs = other.price, mine >= 0, theirs >= 0 else { return nil }
    let (budget, asked) = role == .demand ? (mine, theirs) : (theirs, mine)
    if asked <= budget {
      return MatchReason(kind: .price(asked: asked, budget: budget), contribution: tuning.weights.price)
    }
    let excess = min(1, (Double(asked) - Double(budget)) / max(1, Double(budget)))
    return MatchReason(
      kind: .against(.priceAboveBudget(asked: asked, budget: budget)),
      contribution: -2 * tuning.weights.price * excess)
  }

  private func modes(_ other: MatchFacts) -> MatchReason? {
    guard facts.modes != 0, other.modes != 0 else { return nil }
    let common = facts.modes & other.modes
    if common != 0 { return MatchReason(kind: .modes(common), contribution: tuning.weights.mode) }
    let (wanted, offered) = role == .demand ? (facts.modes, other.modes) : (other.modes, facts.modes)
    return MatchReason(
      kind: .against(.noCommonMode(wanted: wanted, offered: offered)), contribution: -tuning.weights.mode)
  }

  private func field(_ other: MatchFacts) -> MatchReason? {
    guard facts.field != 0, other.field != 0 else { return nil }
    if facts.field == other.field {
      return MatchReason(kind: .field(facts.field), contribution: tuning.weights.field)
    }
    let (wanted, offered) = role == .demand ? (facts.field, other.field) : (other.field, facts.field)
    return MatchReason(
      kind: .against(.otherField(wanted: wanted, offered: offered)), contribution: -tuning.weights.field / 2)
  }

  private func region(_ other: MatchFacts) -> MatchReason? {
    let level = Region.common(facts.region, other.region)
    guard level > 0 else { return nil }
    let common = level == 3 ? facts.region : level == 2 ? facts.region / 100 * 100 : facts.region / 10_000 * 10_000
    return MatchReason(kind: .region(common), contribution: Double(level) * tuning.regionPoints)
  }
}
