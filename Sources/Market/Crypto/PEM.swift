/// DER in the text form of RFC 7468.
enum PEM {
  static func encode(_ der: [UInt8], _ label: String) -> String {
    var lines: [Substring] = [], rest = Base64.encode(der)[...]
    while !rest.isEmpty {
      lines.append(rest.prefix(64))
      rest = rest.dropFirst(64)
    }
    return "-----BEGIN \(label)-----\n\(lines.joined(separator: "\n"))\n-----END \(label)-----\n"
  }

  /// The bytes of a text with exactly this label; nil for anything else.
  static func decode(_ text: String, _ label: String) -> [UInt8]? {
    let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmed }
    guard lines.first == "-----BEGIN \(label)-----", lines.last == "-----END \(label)-----" else { return nil }
    return Base64.decode(lines.dropFirst().dropLast().joined())
  }
}
