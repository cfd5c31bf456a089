/// Text forms of bytes.
public enum Base64URL {
  private static let letters = Base64.letters(ending: "-_")

  public static func encode(_ bytes: some Collection<UInt8>) -> String { Base64.encode(bytes, letters) }
  public static func decode(_ text: String) -> [UInt8]? { Base64.decode(text.utf8, letters) }
}

/// The padded form that other programs print and read.
public enum Base64 {
  private static let letters = letters(ending: "+/")

  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    encode(bytes, letters) + String(repeating: "=", count: (3 - bytes.count % 3) % 3)
  }

  /// Nil for anything but whole, padded Base64.
  public static func decode(_ text: String) -> [UInt8]? {
    guard text.utf8.count.isMultiple(of: 4), let bytes = decode(text.utf8.prefix { $0 != 0x3D }, letters) else {
      return nil
    }
    return encode(bytes) == text ? bytes : nil
  }

  fileprivate static func letters(ending: String) -> [UInt8] {
    Array(("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + ending).utf8)
  }

  fileprivate static func encode(_ bytes: some Collection<UInt8>, _ alphabet: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count * 4 / 3 + 3)
    var bits: UInt32 = 0, count = 0
    for byte in bytes {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        out.append(alphabet[Int(bits >> UInt32(count) & 63)])
      }
    }
    if count > 0 { out.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    return String(decoding: out, as: UTF8.self)
  }

  fileprivate static func decode(_ text: some Sequence<UInt8>, _ alphabet: [UInt8]) -> [UInt8]? {
    var out: [UInt8] = []
    var bits: UInt32 = 0, count = 0
    for byte in text {
      guard let value = alphabet.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        out.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return out
  }
}

extension Sequence<UInt8> {
  /// Lower-case hexadecimal.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    let text = flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}

extension Array<UInt8> {
  /// Bytes from hexadecimal of either case; nil for anything else.
  public init?(hex: String) {
    let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map(UInt8.init) }
    guard digits.count == hex.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
