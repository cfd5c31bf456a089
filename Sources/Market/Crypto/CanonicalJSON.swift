extension JSONValue {
  /// The one text of RFC 8785 for this value: names sorted, no space, numbers and characters in one way only. What is hashed or
  /// signed is written like this, so that anybody who has the value has the bytes.
  public var canonical: [UInt8] {
    var writer = CanonicalJSON()
    writer.write(self)
    return writer.bytes
  }
}

private struct CanonicalJSON {
  var bytes: [UInt8] = []

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: text("null")
    case .bool(let value): text(value ? "true" : "false")
    case .number(let value): text(Self.number(value))
    case .string(let value): quoted(value)
    case .array(let items):
      list(items, between: ("[", "]")) { $0.write($1) }
    case .object(let members):
      // By UTF-16, as ECMAScript compares: beyond U+FFFF that is not the order of the code points.
      let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
      list(sorted, between: ("{", "}")) { writer, member in
        writer.quoted(member.key)
        writer.text(":")
        writer.write(member.value)
      }
    }
  }

  private mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func list<Item>(
    _ items: [Item], between brackets: (String, String), _ body: (inout CanonicalJSON, Item) -> Void
  ) {
    text(brackets.0)
    for (place, item) in items.enumerated() {
      if place > 0 { text(",") }
      body(&self, item)
    }
    text(brackets.1)
  }

  private static let escapes: [UInt8: Character] = [
    0x08: "b", 0x09: "t", 0x0A: "n", 0x0C: "f", 0x0D: "r", 0x22: "\"", 0x5C: "\\",
  ]

  private mutating func quoted(_ string: String) {
    bytes.append(0x22)
    for byte in string.utf8 {
      if let letter = Self.escapes[byte] {
        text("\\\(letter)")
      } else if byte < 0x20 {
        text("\\u00\([byte].hex)")
      } else {
        bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  /// As ECMAScript prints it: the shortest digits that read back the same, in plain form between 1e-7 and 1e21.
  private static func number(_ value: Double) -> String {
    if value < 0 { return "-" + number(-value) }
    if value == 0 { return "0" }
    let (digits, point) = shortest(value), count = digits.count
    if (count...max(count, 21)).contains(point) { return digits + String(repeating: "0", count: point - count) }
    if (1...21).contains(point) { return digits.prefix(point) + "." + digits.dropFirst(point) }
    if (-5...0).contains(point) { return "0." + String(repeating: "0", count: -point) + digits }
    let fraction = count > 1 ? "." + digits.dropFirst() : "", power = point - 1
    return "\(digits.prefix(1))\(fraction)e\(power < 0 ? "-" : "+")\(abs(power))"
  }

  /// Digits without leading or trailing zeros, and how many of them stand before the point.
  private static func shortest(_ value: Double) -> (digits: String, point: Int) {
    let parts = value.description.split(separator: "e"), mantissa = parts[0].split(separator: ".")
    let whole = mantissa[0], fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let all = whole + fraction, digits = all.drop { $0 == "0" }
    let point = whole.count + power - (all.count - digits.count)
    return (String(digits.reversed().drop { $0 == "0" }.reversed()), point)
  }
}
