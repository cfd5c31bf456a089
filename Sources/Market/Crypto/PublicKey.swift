import COpenSSL

/// The half of a key pair that everybody may have: verifies, and with SM2 encrypts.
public struct PublicKey: Sendable, Hashable {
  let handle: KeyHandle
  /// SubjectPublicKeyInfo.
  public let der: [UInt8]

  public var algorithm: SignatureAlgorithm { handle.algorithm }

  public init(der: [UInt8]) throws(CryptoError) {
    let key = der.withUnsafeBufferPointer { buffer in
      var start = buffer.baseAddress
      return d2i_PUBKEY(nil, &start, buffer.count)
    }
    (handle, self.der) = (try KeyHandle(key, "reading a public key"), der)
  }

  /// Reads SubjectPublicKeyInfo in PEM.
  public init(pem: String) throws(CryptoError) {
    let handle = try KeyHandle.from(pem: pem, "reading a public key") { PEM_read_bio_PUBKEY($0, nil, nil, nil) }
    der = try handle.written("writing a public key") { i2d_PUBKEY_bio($0, handle.key) }
    self.handle = handle
  }

  public func pem() throws(CryptoError) -> String {
    String(
      decoding: try handle.written("writing a public key") { PEM_write_bio_PUBKEY($0, handle.key) }, as: UTF8.self)
  }

  /// What the key is called where it signed: the first half of the hash of its SubjectPublicKeyInfo, in hexadecimal.
  public var id: String {
    let hash: HashAlgorithm = algorithm == .sm2 ? .sm3 : .sha256
    return hash.hash(der).prefix(16).hex
  }

  public func verify(_ signature: [UInt8], of message: [UInt8]) throws(CryptoError) -> Bool {
    let outcome = try handle.withSigning({ EVP_DigestVerifyInit($0, $1, $2, nil, handle.key) }) { context in
      EVP_DigestVerify(context, signature, signature.count, message, message.count)
    }
    // A signature that is not even well-formed is an error to libcrypto, and no signature to us.
    ERR_clear_error()
    return outcome == 1
  }

  /// For the holder of the private key alone: SM2 in the order C1 C3 C2, as ASN.1. Meant for keys; long texts go under a ``CipherSuite``.
  public func encrypt(_ plain: [UInt8]) throws(CryptoError) -> [UInt8] {
    try handle.transform(plain, "encrypting", begin: EVP_PKEY_encrypt_init) {
      EVP_PKEY_encrypt($0, $1, $2, plain, plain.count)
    }
  }

  public static func == (a: PublicKey, b: PublicKey) -> Bool { a.der == b.der }
  public func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
