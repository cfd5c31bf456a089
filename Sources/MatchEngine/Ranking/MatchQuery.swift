/// What is looked for. Usually a demand asking for achievements; with `role` `.achievement` the other way round.
public struct MatchQuery: Sendable, Equatable {
  /// Who asks: it decides which side's price is the budget and whose maturity is the one asked for.
  public enum Role: Sendable, Equatable { case demand, achievement }

  public var title: String
  /// Longer text; counts less than the title.
  public var content: String
  public var tags: [String]
  public var facts: MatchFacts
  public var role: Role
  /// Documents that must not appear.
  public var exclude: Set<UInt128>
  /// Hard conditions.
  public var filter: MatchFilter?

  public init(
    title: String, content: String = "", tags: [String] = [], facts: MatchFacts = MatchFacts(), role: Role = .demand,
    exclude: Set<UInt128> = [], filter: MatchFilter? = nil
  ) {
    self.title = title
    self.content = content
    self.tags = tags
    self.facts = facts
    self.role = role
    self.exclude = exclude
    self.filter = filter
  }
}
