/// The half of a key pair under which anybody seals what its holder alone can open: SM2 in the suite `sm`, X25519 in `std`. A
/// fresh data key each time, so what is sealed may be long.
public struct SealingPublicKey: Sendable, Hashable {
  public let suite: CipherSuite
  /// SubjectPublicKeyInfo.
  public let der: [UInt8]

  /// Where the data key lies: its length, itself, zeros. An SM2 ciphertext varies by a few bytes, what is sealed must not.
  static let slot = 160
  /// RFC 8410: everything before the 32 bytes of the key.
  fileprivate static let x25519: [UInt8] = [0x30, 0x2A, 0x30, 5, 6, 3, 0x2B, 0x65, 0x6E, 3, 0x21, 0]

  public init(der: [UInt8]) throws(CryptoError) {
    if der.starts(with: Self.x25519), der.count == Self.x25519.count + 32 {
      (suite, self.der) = (.std, der)
      return
    }
    guard try PublicKey(der: der).algorithm == .sm2 else { throw .unsupported("sealing with this key") }
    (suite, self.der) = (.sm, der)
  }

  public init(pem: String) throws(CryptoError) {
    guard let der = PEM.decode(pem, "PUBLIC KEY") else { throw .malformed("a public key") }
    try self.init(der: der)
  }

  public var pem: String { PEM.encode(der, "PUBLIC KEY") }
  /// The first half of the hash of its SubjectPublicKeyInfo, in hexadecimal.
  public var id: String { suite.hash.hash(der).prefix(16).hex }
  /// How much longer the sealed is than the plain.
  public var overhead: Int { Self.slot + (suite == .sm ? 48 : 28) }

  /// - Parameter more: what is not sealed but must be the same when it is opened.
  public func seal(_ plain: [UInt8], with more: [UInt8]) throws(CryptoError) -> [UInt8] {
    let (wrapped, key) = try freshKey()
    guard wrapped.count < Self.slot else { throw .malformed("a wrapped key of \(wrapped.count) bytes") }
    let head = [UInt8(wrapped.count)] + wrapped + [UInt8](repeating: 0, count: Self.slot - 1 - wrapped.count)
    return head + (try suite.seal(plain, key: key, with: head + more))
  }

  private func freshKey() throws(CryptoError) -> (wrapped: [UInt8], key: [UInt8]) {
    switch suite {
    case .sm:
      let key = Crypto.random(32)
      return (try PublicKey(der: der).encrypt(key), key)
    case .std:
      let secret = Crypto.random(32), mine = try X25519.publicValue(of: secret)
      return (mine, try Self.derive(secret, with: Array(der.suffix(32)), from: mine, to: Array(der.suffix(32))))
    }
  }

  fileprivate static func derive(_ secret: [UInt8], with peer: [UInt8], from: [UInt8], to: [UInt8])
    throws(CryptoError) -> [UInt8]
  {
    let shared = try X25519.agree(secret, with: peer)
    return HashAlgorithm.sha256.hkdf(secret: shared, info: Array("x25519 hkdf-sha256".utf8) + from + to, count: 32)
  }
}

/// The other half.
public struct SealingPrivateKey: Sendable {
  private enum Secret: Sendable {
    case sm2(PrivateKey)
    case x25519([UInt8])
  }
  private let secret: Secret
  public let publicKey: SealingPublicKey

  /// RFC 8410: PKCS#8 before the 32 bytes of the key.
  private static let x25519: [UInt8] = [
    0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x6E, 4, 0x22, 4, 0x20,
  ]

  /// A new key.
  public init(_ suite: CipherSuite) throws(CryptoError) {
    switch suite {
    case .sm: try self.init(.sm2(PrivateKey(.sm2)))
    case .std: try self.init(.x25519(Crypto.random(32)))
    }
  }

  /// Reads PKCS#8 in PEM, unencrypted.
  public init(pem: String) throws(CryptoError) {
    if let der = PEM.decode(pem, "PRIVATE KEY"), der.starts(with: Self.x25519), der.count == Self.x25519.count + 32 {
      try self.init(.x25519(Array(der.suffix(32))))
      return
    }
    let key = try PrivateKey(pem: pem)
    guard key.algorithm == .sm2 else { throw .unsupported("opening with this key") }
    try self.init(.sm2(key))
  }

  private init(_ secret: Secret) throws(CryptoError) {
    self.secret = secret
    publicKey =
      switch secret {
      case .sm2(let key): try SealingPublicKey(der: key.publicKey().der)
      case .x25519(let bytes):
        try SealingPublicKey(der: SealingPublicKey.x25519 + X25519.publicValue(of: bytes))
      }
  }

  public func pem() throws(CryptoError) -> String {
    switch secret {
    case .sm2(let key): try key.pem()
    case .x25519(let bytes): PEM.encode(Self.x25519 + bytes, "PRIVATE KEY")
    }
  }

  /// - Throws: `notAuthentic` when it was changed, or sealed for somebody else or with something else.
  public func open(_ sealed: [UInt8], with more: [UInt8]) throws(CryptoError) -> [UInt8] {
    let head = Array(sealed.prefix(SealingPublicKey.slot))
    guard head.count == SealingPublicKey.slot, Int(head[0]) < head.count else { throw .notAuthentic }
    let wrapped = Array(head[1...Int(head[0])]), suite = publicKey.suite
    let key: [UInt8]
    switch secret {
    case .sm2(let mine): key = try mine.decrypt(wrapped)
    case .x25519(let bytes):
      guard wrapped.count == 32 else { throw .notAuthentic }
      key = try SealingPublicKey.derive(bytes, with: wrapped, from: wrapped, to: Array(publicKey.der.suffix(32)))
    }
    guard key.count == 32 else { throw .notAuthentic }
    return try suite.open(Array(sealed.dropFirst(SealingPublicKey.slot)), key: key, with: head + more)
  }
}
