/// What a person signs in with: a mail address or a telephone number. One spelling for each, so that it names one account.
public struct Login: Hashable, Sendable {
  public let text: String

  /// Nil when it is neither a mail address nor a telephone number. `+86` and spaces in a number do not matter, nor capitals in an
  /// address.
  public init?(_ typed: String) {
    let typed = typed.trimmed
    guard typed.utf8.count <= 120, typed.unicodeScalars.allSatisfy(\.isASCII) else { return nil }
    if typed.contains("@") {
      let parts = typed.lowercased().split(separator: "@", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, Self.isDomain(parts[1]), parts[0].utf8.allSatisfy(Self.isLocal) else {
        return nil
      }
      text = parts.joined(separator: "@")
      return
    }
    var digits = typed.filter { !" -".contains($0) }
    if digits.hasPrefix("+86") { digits.removeFirst(3) }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), digits.count == 11, digits.hasPrefix("1"),
      "3456789".contains(digits.dropFirst().first ?? "0")
    else { return nil }
    text = digits
  }

  /// A login that was stored.
  init(stored: String) { text = stored }

  /// As everybody gets to see it: `138****5678`, `z***@example.edu.cn`.
  public var masked: String {
    guard let at = text.firstIndex(of: "@") else { return text.prefix(3) + "****" + text.suffix(4) }
    return text.prefix(1) + "***" + text[at...]
  }

  private static func isLocal(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 97...122: true
    default: "._+-".utf8.contains(byte)
    }
  }

  private static func isDomain(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
          && label.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 45 }
      }
  }

  static let wrong = Issue(
    pointer: "/login", code: "bad_login",
    detail: Phrase("应为邮箱地址或 11 位手机号", "a mail address or a mobile number of eleven digits"))
}
