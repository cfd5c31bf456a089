/// One of the two parts of a bid, opened at different times. Whatever is in it, its ciphertext has one size.
public enum Envelope: String, CaseIterable, Sendable {
  /// How it will be done, by whom, on which achievement.
  case technical
  /// For how much.
  case financial

  /// Bytes of its ciphertext.
  public var size: Int {
    switch self {
    case .technical: 65536
    case .financial: 1024
    }
  }

  /// What must be in it, as JSON.
  public var inputs: [InputField] {
    let whose = InputField("organisation", .reference(Organisation.idPrefix), Phrase("揭榜单位", "who bids"))
    switch self {
    case .technical: return [whose, .plan, .team, .reliedOn, .members, .leadPercent, .ipTerms]
    case .financial: return [whose, .price]
    }
  }

  /// - Throws: `invalid` when it does not fit.
  public func seal(_ content: [UInt8], to key: SealingPublicKey, on challenge: ID<Challenge>) throws -> [UInt8] {
    let room = size - key.overhead - 4
    guard content.count <= room else {
      throw Refusal.invalid([
        Issue(
          pointer: self == .technical ? "/plan" : "/price", code: "too_long",
          detail: Phrase(
            "信封最多 \(room) 字节,现有 \(content.count) 字节", "an envelope holds \(room) bytes, got \(content.count)"))
      ])
    }
    let length = withUnsafeBytes(of: UInt32(content.count).bigEndian, Array.init)
    let padded = length + content + [UInt8](repeating: 0, count: room - content.count)
    return try key.seal(padded, with: label(challenge))
  }

  /// - Throws: `CryptoError` when it was not sealed for this challenge and key, or is not whole.
  func open(_ sealed: [UInt8], with key: SealingPrivateKey, on challenge: ID<Challenge>) throws(CryptoError) -> [UInt8]
  {
    let padded = try key.open(sealed, with: label(challenge))
    let length = padded.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard padded.count >= 4, length <= padded.count - 4 else { throw .malformed("the length inside an envelope") }
    return Array(padded[4..<4 + length])
  }

  /// What binds a ciphertext to its place.
  func label(_ challenge: ID<Challenge>, _ more: String = "") -> [UInt8] {
    Array("jiebang envelope 1\n\(challenge)\n\(rawValue)\n\(more)".utf8)
  }
}

extension InputField {
  static let price = InputField("price", .money, Phrase("报价", "price"))
  static let plan = InputField("plan", .text(max: 20000), Phrase("实施方案", "how it will be done"))
  static let team = InputField("team", .text(max: 2000), required: false, Phrase("实施团队", "who will do it"))
  static let reliedOn = InputField(
    "achievement", .reference(Achievement.idPrefix), required: false, Phrase("依托的成果", "the achievement it builds on"))

  func optional() -> InputField { InputField(name, type, required: false, doc) }
}
