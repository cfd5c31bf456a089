/// Reads JSON strictly as RFC 8259 has it. The library's decoder takes trailing commas, keeps one of two equal names without a
/// word, and spends most of its time on error objects when asked what a value is; a market that refuses bad input needs none of it.
struct JSONParser {
  /// Deeper nesting than any request of ours has, and shallow enough for the stack.
  static let deepest = 64

  private let bytes: UnsafeBufferPointer<UInt8>
  private var at = 0
  private var depth = 0

  struct Malformed: Error {}

  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(Malformed) -> JSONValue {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.value()
    parser.skipSpace()
    guard parser.at == bytes.count else { throw Malformed() }
    return value
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private mutating func value() throws(Malformed) -> JSONValue {
    skipSpace()
    guard at < bytes.count else { throw Malformed() }
    switch bytes[at] {
    case 0x7B: return try nested { parser throws(Malformed) in .object(try parser.members()) }
    case 0x5B: return try nested { parser throws(Malformed) in .array(try parser.items()) }
    case 0x22: return .string(try string())
    case 0x74: return try word("true", .bool(true))
    case 0x66: return try word("false", .bool(false))
    case 0x6E: return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func nested(_ body: (inout JSONParser) throws(Malformed) -> JSONValue) throws(Malformed) -> JSONValue
  {
    depth += 1
    guard depth <= Self.deepest else { throw Malformed() }
    at += 1
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func members() throws(Malformed) -> [String: JSONValue] {
    var members: [String: JSONValue] = [:]
    if take(0x7D) { return members }
    repeat {
      skipSpace()
      let name = try string()
      guard take(0x3A), members.updateValue(try value(), forKey: name) == nil else { throw Malformed() }
    } while take(0x2C)
    guard take(0x7D) else { throw Malformed() }
    return members
  }

  private mutating func items() throws(Malformed) -> [JSONValue] {
    var items: [JSONValue] = []
    if take(0x5D) { return items }
    repeat { items.append(try value()) } while take(0x2C)
    guard take(0x5D) else { throw Malformed() }
    return items
  }

  private mutating func string() throws(Malformed) -> String {
    guard at < bytes.count, bytes[at] == 0x22 else { throw Malformed() }
    at += 1
    var text: [UInt8] = []
    var clean = at
    while at < bytes.count {
      let byte = bytes[at]
      guard byte >= 0x20 else { throw Malformed() }
      if byte == 0x22 {
        text.append(contentsOf: bytes[clean..<at])
        at += 1
        guard let string = String(validating: text, as: UTF8.self) else { throw Malformed() }
        return string
      }
      at += 1
      guard byte == 0x5C else { continue }
      text.append(contentsOf: bytes[clean..<(at - 1)])
      try escape(into: &text)
      clean = at
    }
    throw Malformed()
  }

  private mutating func escape(into text: inout [UInt8]) throws(Malformed) {
    guard at < bytes.count else { throw Malformed() }
    let byte = bytes[at]
    at += 1
    switch byte {
    case 0x22, 0x5C, 0x2F: text.append(byte)
    case 0x62: text.append(0x08)
    case 0x66: text.append(0x0C)
    case 0x6E: text.append(0x0A)
    case 0x72: text.append(0x0D)
    case 0x74: text.append(0x09)
    case 0x75:
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        // A high half means something only with its low half behind it.
        guard at + 1 < bytes.count, bytes[at] == 0x5C, bytes[at + 1] == 0x75 else { throw Malformed() }
        at += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw Malformed() }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = UnicodeScalar(code) else { throw Malformed() }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw Malformed()
    }
  }

  private mutating func hexadecimal() throws(Malformed) -> UInt32 {
    guard at + 4 <= bytes.count else { throw Malformed() }
    var code: UInt32 = 0
    for _ in 0..<4 {
      switch bytes[at] {
      case 0x30...0x39: code = code << 4 | UInt32(bytes[at] - 0x30)
      case 0x41...0x46: code = code << 4 | UInt32(bytes[at] - 0x37)
      case 0x61...0x66: code = code << 4 | UInt32(bytes[at] - 0x57)
      default: throw Malformed()
      }
      at += 1
    }
    return code
  }

  private mutating func number() throws(Malformed) -> Double {
    let start = at
    if at < bytes.count, bytes[at] == 0x2D { at += 1 }
    let whole = digits()
    guard whole > 0, whole == 1 || bytes[at - whole] != 0x30 else { throw Malformed() }
    if at < bytes.count, bytes[at] == 0x2E {
      at += 1
      guard digits() > 0 else { throw Malformed() }
    }
    if at < bytes.count, bytes[at] | 0x20 == 0x65 {
      at += 1
      if at < bytes.count, bytes[at] == 0x2B || bytes[at] == 0x2D { at += 1 }
      guard digits() > 0 else { throw Malformed() }
    }
    guard let value = Double(String(decoding: bytes[start..<at], as: UTF8.self)), value.isFinite else {
      throw Malformed()
    }
    return value
  }

  private mutating func digits() -> Int {
    let start = at
    while at < bytes.count, (0x30...0x39).contains(bytes[at]) { at += 1 }
    return at - start
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Malformed) -> JSONValue {
    let end = at + word.utf8CodeUnitCount
    guard end <= bytes.count, word.withUTF8Buffer({ $0.elementsEqual(bytes[at..<end]) }) else { throw Malformed() }
    at = end
    return value
  }

  /// Takes one character, white space before it passed over.
  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }
}
