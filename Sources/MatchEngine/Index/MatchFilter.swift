/// Hard conditions: a document that fails one is not a match, whatever its text says. An empty condition holds always;
/// a document whose fact is unknown fails a condition on that fact.
public struct MatchFilter: Sendable, Equatable {
  /// Any of these technology fields.
  public var fields: Set<UInt8>
  /// Any of these divisions; 450000 takes in the whole province, 450300 the whole city.
  public var regions: [UInt32]
  /// At least this readiness level; 0 for any.
  public var minimumMaturity: UInt8
  /// At most this price, fen.
  public var maximumPrice: Int64?
  /// At least this price or budget, fen.
  public var minimumPrice: Int64?
  /// At least one of these modes; 0 for any.
  public var modes: UInt16
  /// Any of these kinds of holder.
  public var holderKinds: Set<UInt8>

  public init(
    fields: Set<UInt8> = [], regions: [UInt32] = [], minimumMaturity: UInt8 = 0, maximumPrice: Int64? = nil,
    minimumPrice: Int64? = nil, modes: UInt16 = 0, holderKinds: Set<UInt8> = []
  ) {
    self.fields = fields
    self.regions = regions
    self.minimumMaturity = minimumMaturity
    self.maximumPrice = maximumPrice
    self.minimumPrice = minimumPrice
    self.modes = modes
    self.holderKinds = holderKinds
  }

  /// Whether a document with these facts passes.
  public func admits(_ facts: MatchFacts) -> Bool {
    if !fields.isEmpty && !fields.contains(facts.field) { return false }
    if !regions.isEmpty && !regions.contains(where: { Region.contains($0, facts.region) }) { return false }
    if facts.maturity < minimumMaturity { return false }
    if let maximumPrice {
      guard let price = facts.price, price <= maximumPrice else { return false }
    }
    if let minimumPrice {
      guard let price = facts.price, price >= minimumPrice else { return false }
    }
    if modes != 0 && modes & facts.modes == 0 { return false }
    return holderKinds.isEmpty || holderKinds.contains(facts.holderKind)
  }
}

/// Reads the levels of a GB/T 2260 code.
enum Region {
  /// Whether `inner` is `outer` or lies in it.
  static func contains(_ outer: UInt32, _ inner: UInt32) -> Bool {
    guard outer != 0, inner != 0 else { return false }
    if outer % 10_000 == 0 { return inner / 10_000 == outer / 10_000 }
    if outer % 100 == 0 { return inner / 100 == outer / 100 }
    return inner == outer
  }

  /// 0…3: nothing, the same province, city or county.
  static func common(_ left: UInt32, _ right: UInt32) -> Int {
    guard left != 0, right != 0, left / 10_000 == right / 10_000 else { return 0 }
    guard left / 100 == right / 100, left / 100 % 100 != 0 else { return 1 }
    return left == right && left % 100 != 0 ? 3 : 2
  }
}
