import Postgres

/// An amount in fen of renminbi. Shown as `{"amount":"1250000.00","currency":"CNY"}`.
public struct Money: Hashable, Comparable, Sendable {
  public let fen: Int64

  public init(fen: Int64) { self.fen = fen }

  /// The largest amount a column takes: ninety trillion yuan.
  public static let ceiling: Int64 = 9_000_000_000_000_000

  /// Reads yuan with at most two decimals, `1250000`, `1250000.5` or `1250000.00`; nil for anything else, a sign included.
  public init?(yuan text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, !whole.isEmpty, whole.utf8.count <= 14,
      text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
      let yuan = Int64(whole)
    else { return nil }
    var cents: Int64 = 0
    if parts.count == 2 {
      guard (1...2).contains(parts[1].utf8.count), let digits = Int64(parts[1]) else { return nil }
      cents = parts[1].utf8.count == 1 ? digits * 10 : digits
    }
    fen = yuan * 100 + cents
    guard fen <= Self.ceiling else { return nil }
  }

  public static func < (a: Money, b: Money) -> Bool { a.fen < b.fen }

  /// Yuan with two decimals.
  public var yuan: String {
    let cents = fen.magnitude % 100
    return "\(fen < 0 ? "-" : "")\(fen.magnitude / 100).\(cents < 10 ? "0" : "")\(cents)"
  }
}

extension Money: PostgresCodable {
  public static var postgresType: UInt32 { Int64.postgresType }
  public static var postgresArrayType: UInt32 { Int64.postgresArrayType }
  public func encode(into buffer: inout [UInt8]) { fen.encode(into: &buffer) }
  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) { fen = try Int64(postgres: bytes) }
}
