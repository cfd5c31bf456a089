import COpenSSL

/// A key that libcrypto holds, freed with the last who has it.
// SAFETY: the key is never changed after it was made, and libcrypto counts its users atomically.
final class KeyHandle: @unchecked Sendable {
  let key: OpaquePointer
  let algorithm: SignatureAlgorithm

  /// Takes the key over.
  init(_ key: OpaquePointer?, _ doing: String) throws(CryptoError) {
    guard let key else { throw .last(doing) }
    guard let algorithm = SignatureAlgorithm.allCases.first(where: { EVP_PKEY_is_a(key, $0.name) == 1 }) else {
      EVP_PKEY_free(key)
      throw .unsupported("a key that is neither \(SignatureAlgorithm.allCases.map(\.name).joined(separator: " nor "))")
    }
    (self.key, self.algorithm) = (key, algorithm)
  }

  deinit { EVP_PKEY_free(key) }

  static func generate(_ algorithm: SignatureAlgorithm) throws(CryptoError) -> KeyHandle {
    guard let context = EVP_PKEY_CTX_new_from_name(nil, algorithm.name, nil) else { throw .last("making a key") }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    try check(EVP_PKEY_keygen_init(context), "making a key")
    try check(EVP_PKEY_generate(context, &key), "making a key")
    return try KeyHandle(key, "making a key")
  }

  /// Reads a PEM text with `read`.
  static func from(pem: String, _ doing: String, _ read: (OpaquePointer) -> OpaquePointer?) throws(CryptoError)
    -> KeyHandle
  {
    let bytes = Array(pem.utf8)
    guard let source = BIO_new_mem_buf(bytes, Int32(bytes.count)) else { throw .last(doing) }
    defer { BIO_free(source) }
    return try KeyHandle(read(source), doing)
  }

  /// What `write` writes of this key.
  func written(_ doing: String, _ write: (OpaquePointer) -> Int32) throws(CryptoError) -> [UInt8] {
    guard let sink = BIO_new(BIO_s_mem()) else { throw .last(doing) }
    defer { BIO_free(sink) }
    try check(write(sink), doing)
    var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(sink))
    try check(BIO_read(sink, &bytes, Int32(bytes.count)), doing)
    return bytes
  }

  /// A context for signing or verifying. SM2 is told the signer's id, which goes into Z before the message.
  func withSigning<T>(
    _ begin: (OpaquePointer, UnsafeMutablePointer<OpaquePointer?>, OpaquePointer?) -> Int32,
    _ body: (OpaquePointer) throws(CryptoError) -> T
  ) throws(CryptoError) -> T {
    guard let context = EVP_MD_CTX_new() else { throw .last("signing") }
    defer { EVP_MD_CTX_free(context) }
    var parameters: OpaquePointer?
    try check(begin(context, &parameters, algorithm == .sm2 ? EVP_sm3() : nil), "signing")
    if algorithm == .sm2 {
      let id = Array(SignatureAlgorithm.customaryID.utf8)
      try check(EVP_PKEY_CTX_set1_id(parameters, id, Int32(id.count)), "setting the signer's id")
    }
    return try body(context)
  }

  /// SM2 encryption or decryption: asked once for the room, once for the result.
  func transform(
    _ input: [UInt8], _ doing: String, begin: (OpaquePointer) -> Int32,
    _ run: (OpaquePointer, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>) -> Int32
  ) throws(CryptoError) -> [UInt8] {
    guard algorithm == .sm2 else { throw .unsupported("encryption with \(algorithm.name)") }
    guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { throw .last(doing) }
    defer { EVP_PKEY_CTX_free(context) }
    try check(begin(context), doing)
    var count = 0
    try check(run(context, nil, &count), doing)
    var out = [UInt8](repeating: 0, count: count)
    try check(run(context, &out, &count), doing)
    return Array(out.prefix(count))
  }
}
