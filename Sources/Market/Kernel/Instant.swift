import Glibc
import Postgres

/// A moment, in microseconds since 1970 UTC. Only the database says which one is now: see `market_now()`.
public struct Instant: Hashable, Comparable, Sendable {
  public let microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  public static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }

  /// RFC 3339 in UTC with microseconds where there are any: `2026-05-08T16:00:00Z`.
  public var text: String {
    var writer = JSONWriter()
    writer.rawInstant(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Reads RFC 3339 with any offset; nil for anything else.
  public init?(_ text: String) {
    var scanner = DigitScanner(text)
    guard let date = scanner.date(), scanner.skip("Tt "), let h = scanner.number(2), scanner.skip(":"),
      let m = scanner.number(2), scanner.skip(":"), let s = scanner.number(2), h < 24, m < 60, s < 60
    else { return nil }
    let fraction = scanner.skip(".") ? scanner.fraction() : 0
    guard let fraction, let offset = scanner.offset(), scanner.isAtEnd else { return nil }
    let seconds = Int64(date.days) * 86_400 + Int64(h) * 3600 + Int64(m) * 60 + Int64(s) - Int64(offset) * 60
    microseconds = seconds * 1_000_000 + Int64(fraction)
  }

  /// The calendar date of this moment in Asia/Shanghai, which has had no summer time since 1991.
  public var dateInShanghai: CivilDate {
    CivilDate(days: Int32((microseconds + CivilDate.shanghai).floorDivided(by: 86_400_000_000)))
  }

  public func adding(seconds: Int64) -> Instant { Instant(microseconds: microseconds + seconds * 1_000_000) }
}

extension Instant: PostgresCodable {
  private static let epoch2000: Int64 = 946_684_800_000_000
  public static var postgresType: UInt32 { 1184 }
  public static var postgresArrayType: UInt32 { 1185 }
  public func encode(into buffer: inout [UInt8]) { (microseconds - Self.epoch2000).encode(into: &buffer) }
  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    microseconds = try Int64(postgres: bytes) + Self.epoch2000
  }
}

/// A calendar date. Dates are those of Asia/Shanghai.
public struct CivilDate: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public let days: Int32

  static let shanghai: Int64 = 8 * 3_600_000_000

  public init(days: Int32) { self.days = days }

  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    // Days from civil, after Howard Hinnant's published arithmetic: the year begins in March.
    let y = month <= 2 ? year - 1 : year
    let era = y.floorDivided(by: 400), yoe = y - era * 400
    let doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy
    days = Int32(era * 146_097 + doe - 719_468)
    guard self.parts == (year, month, day) else { return nil }
  }

  public init?(_ text: String) {
    var scanner = DigitScanner(text)
    guard let date = scanner.date(), scanner.isAtEnd else { return nil }
    self = date
  }

  public var parts: (year: Int, month: Int, day: Int) {
    let z = Int(days) + 719_468
    let era = z.floorDivided(by: 146_097), doe = z - era * 146_097
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    return (yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1)
  }

  /// 1 is Monday, 7 is Sunday.
  public var weekday: Int { ((Int(days) + 3) % 7 + 7) % 7 + 1 }

  public func adding(days n: Int) -> CivilDate { CivilDate(days: days + Int32(n)) }

  /// 24:00 of this date in Asia/Shanghai: the first moment that no longer belongs to it.
  public var end: Instant { Instant(microseconds: (Int64(days) + 1) * 86_400_000_000 - Self.shanghai) }
  public var start: Instant { Instant(microseconds: Int64(days) * 86_400_000_000 - Self.shanghai) }

  public static func < (a: CivilDate, b: CivilDate) -> Bool { a.days < b.days }

  public var text: String {
    let (y, m, d) = parts
    return
      "\(String(repeating: "0", count: max(0, 4 - String(y).count)))\(y)-\(m < 10 ? "0" : "")\(m)-\(d < 10 ? "0" : "")\(d)"
  }
}

extension CivilDate: PostgresCodable {
  public static var postgresType: UInt32 { 1082 }
  public static var postgresArrayType: UInt32 { 1182 }
  public func encode(into buffer: inout [UInt8]) { (days - 10_957).encode(into: &buffer) }
  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    days = try Int32(postgres: bytes) + 10_957
  }
}

/// The machine's clock, for what is not the market's business: ids, cache ages, log lines.
public enum SystemTime {
  public static func milliseconds() -> Int64 {
    var t = timespec()
    clock_gettime(CLOCK_REALTIME, &t)
    return Int64(t.tv_sec) * 1000 + Int64(t.tv_nsec) / 1_000_000
  }
}

extension BinaryInteger {
  func floorDivided(by d: Self) -> Self { self / d - (self % d < 0 ? 1 : 0) }
}

/// Reads fixed-width digits from ASCII text.
struct DigitScanner {
  private var rest: ArraySlice<UInt8>
  init(_ text: String) { rest = Array(text.utf8)[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number(_ width: Int) -> Int? {
    guard rest.count >= width else { return nil }
    var value = 0
    for byte in rest.prefix(width) {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    rest.removeFirst(width)
    return value
  }

  mutating func skip(_ any: String) -> Bool {
    guard let first = rest.first, any.utf8.contains(first) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func date() -> CivilDate? {
    guard let y = number(4), skip("-"), let m = number(2), skip("-"), let d = number(2) else { return nil }
    return CivilDate(year: y, month: m, day: d)
  }

  /// Digits after the point as microseconds; digits past the sixth are dropped.
  mutating func fraction() -> Int? {
    var value = 0, width = 0
    while let byte = rest.first, (48...57).contains(byte) {
      if width < 6 { value = value * 10 + Int(byte - 48) }
      width += 1
      rest.removeFirst()
    }
    guard width > 0 else { return nil }
    for _ in width..<max(width, 6) { value *= 10 }
    return value
  }

  /// Minutes east of UTC.
  mutating func offset() -> Int? {
    if skip("Zz") { return 0 }
    let west = rest.first == 45
    guard skip("+-"), let h = number(2), skip(":"), let m = number(2), h < 24, m < 60 else { return nil }
    return (west ? -1 : 1) * (h * 60 + m)
  }
}
