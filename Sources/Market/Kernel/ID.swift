import Postgres

/// Something with a typed identifier. The prefix stands in front of the ULID wherever an id is shown: `ach_01J…`.
public protocol Identified: Sendable {
  static var idPrefix: String { get }
}

/// A ULID that can only be the id of one kind of thing: 48 bits of time, 80 bits of chance. Stored as `uuid`.
public struct ID<Entity: Identified>: Hashable, Sendable {
  // Two halves rather than one number of 128 bits: the compiler (6.3) miscounts the stack of asynchronous calls that pass such a
  // number beside many others, and returns to nowhere.
  private let high: UInt64, low: UInt64

  public var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

  public init(bits: UInt128) {
    (high, low) = (UInt64(truncatingIfNeeded: bits >> 64), UInt64(truncatingIfNeeded: bits))
  }

  /// A fresh id. Its time part only keeps new rows together in an index; nothing reads it as a date.
  public init() {
    let random = UInt128(UInt64.random(in: .min ... .max)) << 16 | UInt128(UInt16.random(in: .min ... .max))
    self.init(bits: UInt128(SystemTime.milliseconds()) << 80 | random)
  }

  /// The id that `text` spells, with its prefix; nil when it is another kind's, or not an id at all.
  public init?(_ text: String) {
    let prefix = Entity.idPrefix + "_"
    guard text.hasPrefix(prefix), let bits = ULID.decode(text.dropFirst(prefix.count).utf8) else { return nil }
    self.init(bits: bits)
  }

  public var text: String { Entity.idPrefix + "_" + ULID.encode(bits) }
}

extension ID: CustomStringConvertible {
  public var description: String { text }
}

extension ID: PostgresCodable {
  public static var postgresType: UInt32 { 2950 }
  public static var postgresArrayType: UInt32 { 2951 }

  public func encode(into buffer: inout [UInt8]) {
    withUnsafeBytes(of: high.bigEndian) { buffer.append(contentsOf: $0) }
    withUnsafeBytes(of: low.bigEndian) { buffer.append(contentsOf: $0) }
  }

  public init(postgres bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
    guard bytes.count == 16 else { throw DecodingFailure("uuid of \(bytes.count) bytes") }
    high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
    low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }
}

/// Crockford's base 32 of 128 bits, 26 characters.
enum ULID {
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  static func encode(_ bits: UInt128) -> String {
    String(unsafeUninitializedCapacity: 26) { out in
      for i in 0..<26 { out[i] = alphabet[Int(truncatingIfNeeded: bits >> UInt128(125 - 5 * i)) & 31] }
      return 26
    }
  }

  static func decode(_ text: some Collection<UInt8>) -> UInt128? {
    guard text.count == 26 else { return nil }
    var bits: UInt128 = 0
    for (i, byte) in text.enumerated() {
      guard let value = alphabet.firstIndex(of: byte >= 97 ? byte - 32 : byte), i > 0 || value < 8 else { return nil }
      bits = bits << 5 | UInt128(value)
    }
    return bits
  }
}
