/// What would raise a match's score, or settle what it leaves open. A remedy adds nothing to the score itself.
public enum MatchRemedy: Sendable, Equatable {
  /// Words of the query's title that the document does not have, heaviest first.
  case words([String])
  /// The price to come down to, fen.
  case priceWithin(budget: Int64, asked: Int64)
  /// The readiness to reach, TRL 1…9.
  case maturity(from: UInt8, to: UInt8)
  /// A cooperation mode for both to agree on.
  case mode
  /// The achievement names no price, the demand a budget in fen.
  case askPrice(budget: Int64)
  /// The demand names no budget, the achievement a price in fen.
  case askBudget(asked: Int64)
  /// The achievement does not say how mature it is, the demand what it asks for.
  case askMaturity(wanted: UInt8)
  /// The achievement does not say which modes it takes.
  case askModes
  /// The document is a title and no more.
  case describe
  /// The document has no keywords.
  case addKeywords

  /// A stable name, for programs.
  public var code: String {
    switch self {
    case .words: "missing_words"
    case .priceWithin: "lower_price"
    case .maturity: "raise_maturity"
    case .mode: "agree_mode"
    case .askPrice: "price_unknown"
    case .askBudget: "budget_unknown"
    case .askMaturity: "maturity_unknown"
    case .askModes: "modes_unknown"
    case .describe: "description_missing"
    case .addKeywords: "keywords_missing"
    }
  }
}
