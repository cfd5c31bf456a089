import CCurl

/// An address on the web that a user wants something sent to, read by the same parser that will send to it.
public struct Destination: Sendable, Hashable {
  public let url: String
  /// As libcurl will ask for it: lower case, an IPv6 address without its brackets.
  public let host: String
  public let port: Int
  public let isSecure: Bool

  public enum Defect: Error, Sendable {
    case malformed
    /// Neither `https`, nor `http` to this machine where that is allowed.
    case scheme
    /// A user and password before the host: they belong into no log.
    case userInfo
    case fragment
    /// Write it the way name servers know it: `xn--…`.
    case foreignLetters

    public var phrase: Phrase {
      switch self {
      case .malformed: Phrase("不是完整的网址", "not a complete address")
      case .scheme: Phrase("须为 https 地址", "must begin with https://")
      case .userInfo: Phrase("网址中不能带用户名和密码", "must hold no user and password")
      case .fragment: Phrase("网址中不能带 # 片段", "must hold no #fragment")
      case .foreignLetters: Phrase("域名请用 xn-- 形式书写", "write the host's name in its xn-- form")
      }
    }
  }

  /// - Parameter toItself: whether `http` will do for an address of this machine, as in a demonstration.
  public init(_ text: String, toItself: Bool = false) throws(Defect) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw text.utf8.contains { $0 >= 0x80 } ? .foreignLetters : .malformed
    }
    guard let parsed = curl_url() else { throw .malformed }
    defer { curl_url_cleanup(parsed) }
    guard curl_url_set(parsed, CURLUPART_URL, text, 0) == CURLUE_OK else { throw .malformed }
    func part(_ which: CURLUPart, _ flags: UInt32 = 0) -> String? {
      var found: UnsafeMutablePointer<CChar>?
      guard curl_url_get(parsed, which, &found, flags) == CURLUE_OK, let found else { return nil }
      defer { curl_free(found) }
      return String(cString: found)
    }
    guard let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST), !host.isEmpty,
      let url = part(CURLUPART_URL),
      let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap({ Int($0) }), port > 0
    else { throw .malformed }
    if part(CURLUPART_USER) != nil || part(CURLUPART_PASSWORD) != nil { throw .userInfo }
    if part(CURLUPART_FRAGMENT) != nil { throw .fragment }
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host.lowercased()
    isSecure = scheme == "https"
    guard isSecure || (toItself && scheme == "http" && Self.itself.contains(bare)) else { throw .scheme }
    (self.url, self.host, self.port) = (url, bare, port)
  }

  private static let itself: Set<String> = ["127.0.0.1", "::1", "localhost"]
  /// This machine's own addresses.
  static let loopback = ["127.0.0.0/8", "::1/128"].compactMap(AddressBlock.init)
}
