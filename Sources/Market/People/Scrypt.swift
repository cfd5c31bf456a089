import COpenSSL

/// scrypt (RFC 7914): what makes each guess at a password cost memory and time.
public struct Scrypt: Hashable, Sendable {
  /// The memory and time of one guess: N = 2^cost, with blocks of r and p passes. 128 · N · r bytes are needed.
  public let cost: Int
  public let blocks: Int
  public let passes: Int

  public init(cost: Int, blocks: Int = 8, passes: Int = 1) {
    (self.cost, self.blocks, self.passes) = (cost, blocks, passes)
  }

  /// 128 MiB a guess, as OWASP advises.
  public static let standard = Scrypt(cost: 17)
  /// For tests, where there is nothing to guess.
  public static let cheap = Scrypt(cost: 4)

  /// - Throws: `CryptoError` when libcrypto refuses the parameters or has no memory.
  public func derive(_ password: [UInt8], salt: [UInt8], count: Int = 32) throws(CryptoError) -> [UInt8] {
    guard (1...20).contains(cost), (1...32).contains(blocks), (1...16).contains(passes) else {
      throw .malformed("the parameters of scrypt")
    }
    var key = [UInt8](repeating: 0, count: count)
    let most = UInt64(128 * blocks) * (UInt64(1) << UInt64(cost) + UInt64(passes) + 2) + (1 << 20)
    let done = password.withUnsafeBytes { bytes in
      EVP_PBE_scrypt(
        bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, salt, salt.count, UInt64(1) << UInt64(cost),
        UInt64(blocks), UInt64(passes), most, &key, count)
    }
    guard done == 1 else { throw .last("computing scrypt") }
    return key
  }

  /// How much a guess costs beside another set of parameters.
  func isWeaker(than other: Scrypt) -> Bool {
    (blocks * passes) << cost < (other.blocks * other.passes) << other.cost
  }
}

/// A password as it is kept, in PHC form: `$scrypt$ln=17,r=8,p=1$salt$hash`. Its parameters are its own, so they may rise.
public struct PasswordHash: Sendable {
  public let scrypt: Scrypt
  let salt: [UInt8]
  let hash: [UInt8]

  /// Computes one. It takes as long as a guess is meant to take: not for a thread that others wait for.
  public init(_ password: String, _ scrypt: Scrypt) throws(CryptoError) {
    let salt = Crypto.random(16)
    self.init(scrypt: scrypt, salt: salt, hash: try scrypt.derive(Array(password.utf8), salt: salt))
  }

  /// One that no password has, with parameters of which it can be told how long a guess takes.
  static func nobody(_ scrypt: Scrypt) -> PasswordHash {
    PasswordHash(scrypt: scrypt, salt: Crypto.random(16), hash: Crypto.random(32))
  }

  /// Reads one; nil when it is none of ours.
  public init?(phc text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
    var numbers: [String: Int] = [:]
    for part in parts[2].split(separator: ",") {
      let pair = part.split(separator: "=")
      guard pair.count == 2, let number = Int(pair[1]) else { return nil }
      numbers[String(pair[0])] = number
    }
    guard let ln = numbers["ln"], let r = numbers["r"], let p = numbers["p"], numbers.count == 3,
      let salt = Self.decode(parts[3]), let hash = Self.decode(parts[4]), hash.count == 32
    else { return nil }
    self.init(scrypt: Scrypt(cost: ln, blocks: r, passes: p), salt: salt, hash: hash)
  }

  private init(scrypt: Scrypt, salt: [UInt8], hash: [UInt8]) {
    (self.scrypt, self.salt, self.hash) = (scrypt, salt, hash)
  }

  public var phc: String {
    "$scrypt$ln=\(scrypt.cost),r=\(scrypt.blocks),p=\(scrypt.passes)$\(Self.encode(salt))$\(Self.encode(hash))"
  }

  /// Whether it is this password's; as slow as making it.
  public func matches(_ password: String) throws(CryptoError) -> Bool {
    Crypto.equal(try scrypt.derive(Array(password.utf8), salt: salt), hash)
  }

  // PHC strings are written in standard base 64 without padding.
  private static func encode(_ bytes: [UInt8]) -> String {
    String(Base64URL.encode(bytes).map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
  }
  private static func decode(_ text: Substring) -> [UInt8]? {
    Base64URL.decode(String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }))
  }
}
