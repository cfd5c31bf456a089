import Market

/// What a token may be narrowed to: `read` or `write` everywhere, or one part of the API, `achievements:read`. Writing includes
/// reading.
extension Route {
  /// Every word there is.
  public static let scopes: [String] =
    ["read", "write"] + all.map(\.tag).filter { $0 != "system" }.unique.flatMap { ["\($0):read", "\($0):write"] }

  /// - Throws: `forbidden` with the word that is missing.
  func expect(_ scopes: Set<String>) throws(Refusal) {
    guard tag != "system" else { return }
    let good: Set<String> = isWrite ? ["write", "\(tag):write"] : ["read", "write", "\(tag):read", "\(tag):write"]
    guard scopes.isDisjoint(with: good) else { return }
    throw .forbidden(needs: ["\(tag):\(isWrite ? "write" : "read")"])
  }

  /// Scopes as they were asked for, each checked.
  /// - Throws: `invalid` with the nearest word there is.
  public static func checked(scopes: [String]?) throws(Refusal) -> [String]? {
    guard let scopes, !scopes.isEmpty else { return nil }
    guard let stray = scopes.first(where: { !Route.scopes.contains($0) }) else { return scopes }
    let hint = nearest(to: stray, among: Route.scopes)
    throw .invalid([
      Issue(
        pointer: "/scopes", code: "unknown_code",
        detail: Phrase(
          "没有权限范围“\(stray)”\(hint.map { ",是否指 \($0)" } ?? "")", "there is no scope \"\(stray)\"\(hint.map { "; did you mean \($0)" } ?? "")"))
    ])
  }
}
