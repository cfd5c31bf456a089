/// What is known about a document beside its text. Zero and nil mean unknown; an unknown never speaks against a match.
public struct MatchFacts: Sendable, Equatable {
  // In the order that packs best: there is one of these for every document.
  /// Fen: an achievement's asking price or a demand's budget.
  public var price: Int64?
  /// Administrative division, six digits of GB/T 2260.
  public var region: UInt32
  /// Bit set of cooperation modes; which bit means what belongs to the caller.
  public var modes: UInt16
  /// National technology field, 1…11.
  public var field: UInt8
  /// Technology readiness, 1…9: what an achievement has reached, or what a demand asks for at least.
  public var maturity: UInt8
  /// Kind of holder; the numbering belongs to the caller.
  public var holderKind: UInt8

  public init(
    field: UInt8 = 0, region: UInt32 = 0, maturity: UInt8 = 0, price: Int64? = nil, modes: UInt16 = 0,
    holderKind: UInt8 = 0
  ) {
    self.field = field
    self.region = region
    self.maturity = maturity
    self.price = price
    self.modes = modes
    self.holderKind = holderKind
  }
}
