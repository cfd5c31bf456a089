import COpenSSL

/// The secret half of a key pair: signs, and with SM2 decrypts.
public struct PrivateKey: Sendable {
  let handle: KeyHandle

  public var algorithm: SignatureAlgorithm { handle.algorithm }

  /// A new key from libcrypto's generator.
  public init(_ algorithm: SignatureAlgorithm) throws(CryptoError) { handle = try .generate(algorithm) }

  /// Reads PKCS#8 in PEM, unencrypted.
  public init(pem: String) throws(CryptoError) {
    handle = try .from(pem: pem, "reading a private key") { PEM_read_bio_PrivateKey($0, nil, nil, nil) }
  }

  /// PKCS#8 in PEM.
  public func pem() throws(CryptoError) -> String {
    let bytes = try handle.written("writing a private key") {
      PEM_write_bio_PKCS8PrivateKey($0, handle.key, nil, nil, 0, nil, nil)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  public func publicKey() throws(CryptoError) -> PublicKey {
    let der = try handle.written("writing a public key") { i2d_PUBKEY_bio($0, handle.key) }
    return try PublicKey(der: der)
  }

  public func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
    try handle.withSigning({ EVP_DigestSignInit($0, $1, $2, nil, handle.key) }) { context throws(CryptoError) in
      var count = 0
      try check(EVP_DigestSign(context, nil, &count, message, message.count), "signing")
      var signature = [UInt8](repeating: 0, count: count)
      try check(EVP_DigestSign(context, &signature, &count, message, message.count), "signing")
      return Array(signature.prefix(count))
    }
  }

  /// Opens what ``PublicKey/encrypt(_:)`` made.
  /// - Throws: `notAuthentic` when it was changed or made for another key.
  public func decrypt(_ sealed: [UInt8]) throws(CryptoError) -> [UInt8] {
    do throws(CryptoError) {
      return try handle.transform(sealed, "decrypting", begin: EVP_PKEY_decrypt_init) {
        EVP_PKEY_decrypt($0, $1, $2, sealed, sealed.count)
      }
    } catch .failed { throw .notAuthentic }
  }
}
