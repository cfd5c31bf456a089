/// What the parts of a score weigh: the numbers of the last stage, which an operator may refit to what became of matches.
public struct MatchWeights: Sendable, Equatable {
  /// A shared lexicon term, in weights of a word of the same rarity.
  public var concept = 1.0
  /// Full marks for maturity, price, mode and field, in points of the score.
  public var maturity = 1.0
  public var price = 1.0
  public var mode = 0.5
  public var field = 1.5
  /// Part of an ambiguous word's weight that is taken back when the senses differ, 0…1.
  public var ambiguityShare = 0.8
  /// Part of all other words' weight that is taken back then, 0…1: the text is likely about something else.
  public var ambiguityDoubt = 0.5

  public init() {}

  public static let standard = MatchWeights()

  /// One number of the file: its name there, what it may be, and what it means.
  public struct Knob: Sendable {
    public let name: String
    public let range: ClosedRange<Double>
    public let meaning: String
    public let path: any WritableKeyPath<MatchWeights, Double> & Sendable
  }

  public static let knobs: [Knob] = [
    Knob(
      name: "concept", range: 0...10, meaning: "a shared term of the lexicon, in weights of a word", path: \.concept),
    Knob(name: "maturity", range: 0...50, meaning: "readiness as asked for, in points", path: \.maturity),
    Knob(name: "price", range: 0...50, meaning: "a price within the budget, in points", path: \.price),
    Knob(name: "mode", range: 0...50, meaning: "a common way of cooperation, in points", path: \.mode),
    Knob(name: "field", range: 0...50, meaning: "the same technology field, in points", path: \.field),
    Knob(
      name: "ambiguity_share", range: 0...1, meaning: "part of a word's weight taken back when it means something else",
      path: \.ambiguityShare),
    Knob(
      name: "ambiguity_doubt", range: 0...1, meaning: "part of all other weight taken back then", path: \.ambiguityDoubt
    ),
  ]
}
