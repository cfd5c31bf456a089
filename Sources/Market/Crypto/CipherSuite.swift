/// A hash, a signature and a cipher that belong together. The name is kept with everything made by it, so that a deployment may
/// change over and what is old can still be checked.
public enum CipherSuite: String, CaseIterable, Sendable {
  /// SM3, SM2, SM4-CTR under HMAC-SM3.
  case sm
  /// SHA-256, Ed25519, AES-256-GCM.
  case std

  public var hash: HashAlgorithm {
    switch self {
    case .sm: .sm3
    case .std: .sha256
    }
  }

  public var signature: SignatureAlgorithm {
    switch self {
    case .sm: .sm2
    case .std: .ed25519
    }
  }

  /// Encrypts under a secret key and authenticates it together with `more`, which is not encrypted.
  /// - Parameter key: 32 bytes of chance.
  /// - Returns: nonce, ciphertext and tag, one after the other.
  public func seal(_ plain: [UInt8], key: [UInt8], with more: [UInt8] = []) throws(CryptoError) -> [UInt8] {
    guard key.count == 32 else { throw .malformed("a key of \(key.count) bytes") }
    switch self {
    case .sm:
      let counter = Crypto.random(16), keys = Self.keys(from: key)
      let text = counter + (try Cipher.sm4CTR(key: keys.cipher, counter: counter, plain))
      return text + Self.tag(keys.tag, text, more)
    case .std:
      let nonce = Crypto.random(12)
      return nonce + (try Cipher.aes256GCMSeal(plain, key: key, nonce: nonce, with: more))
    }
  }

  /// - Throws: `notAuthentic` when a bit of it, of `more` or of the key is not what it was.
  public func open(_ sealed: [UInt8], key: [UInt8], with more: [UInt8] = []) throws(CryptoError) -> [UInt8] {
    guard key.count == 32 else { throw .malformed("a key of \(key.count) bytes") }
    switch self {
    case .sm:
      guard sealed.count >= 48 else { throw .notAuthentic }
      let keys = Self.keys(from: key), text = Array(sealed.dropLast(32))
      guard Crypto.equal(Self.tag(keys.tag, text, more), Array(sealed.suffix(32))) else { throw .notAuthentic }
      return try Cipher.sm4CTR(key: keys.cipher, counter: Array(text.prefix(16)), Array(text.dropFirst(16)))
    case .std:
      guard sealed.count >= 28 else { throw .notAuthentic }
      return try Cipher.aes256GCMOpen(
        Array(sealed.dropFirst(12)), key: key, nonce: Array(sealed.prefix(12)), with: more)
    }
  }

  /// libcrypto 3.0 has no SM4 mode that authenticates: encrypt, then MAC, each with a key of its own.
  private static func keys(from key: [UInt8]) -> (cipher: [UInt8], tag: [UInt8]) {
    let both = HashAlgorithm.sm3.hkdf(secret: key, info: Array("sm4-ctr hmac-sm3".utf8), count: 48)
    return (Array(both.prefix(16)), Array(both.suffix(32)))
  }

  private static func tag(_ key: [UInt8], _ text: [UInt8], _ more: [UInt8]) -> [UInt8] {
    // The length first, so that no byte can pass from one part to the other.
    let length = withUnsafeBytes(of: UInt64(more.count).bigEndian, Array.init)
    return HashAlgorithm.sm3.hmac(key: key, length + more + text)
  }
}
