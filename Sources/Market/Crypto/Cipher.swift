import COpenSSL

/// A cipher run over bytes that fit in memory.
enum Cipher {
  /// GB/T 32907 in counter mode: the same call encrypts and decrypts. It authenticates nothing by itself.
  static func sm4CTR(key: [UInt8], counter: [UInt8], _ input: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard key.count == 16, counter.count == 16 else { throw .malformed("an SM4 key or counter") }
    return try run(EVP_sm4_ctr(), key, counter, encrypting: true) { context throws(CryptoError) in
      try context.update(input)
    }
  }

  /// - Returns: the ciphertext and behind it the 16 bytes of the tag.
  static func aes256GCMSeal(_ plain: [UInt8], key: [UInt8], nonce: [UInt8], with more: [UInt8]) throws(CryptoError)
    -> [UInt8]
  {
    guard key.count == 32, nonce.count == 12 else { throw .malformed("an AES key or nonce") }
    return try run(EVP_aes_256_gcm(), key, nonce, encrypting: true) { context throws(CryptoError) in
      try context.authenticate(more)
      let text = try context.update(plain)
      try context.finish("encrypting")
      var tag = [UInt8](repeating: 0, count: 16)
      try check(EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_GET_TAG, 16, &tag), "encrypting")
      return text + tag
    }
  }

  static func aes256GCMOpen(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], with more: [UInt8]) throws(CryptoError)
    -> [UInt8]
  {
    guard key.count == 32, nonce.count == 12 else { throw .malformed("an AES key or nonce") }
    guard sealed.count >= 16 else { throw .notAuthentic }
    return try run(EVP_aes_256_gcm(), key, nonce, encrypting: false) { context throws(CryptoError) in
      try context.authenticate(more)
      let text = try context.update(Array(sealed.dropLast(16)))
      var tag = Array(sealed.suffix(16))
      try check(EVP_CIPHER_CTX_ctrl(context.pointer, EVP_CTRL_AEAD_SET_TAG, 16, &tag), "decrypting")
      do throws(CryptoError) { try context.finish("decrypting") } catch { throw .notAuthentic }
      return text
    }
  }

  private static func run(
    _ cipher: OpaquePointer?, _ key: [UInt8], _ iv: [UInt8], encrypting: Bool,
    _ body: (Context) throws(CryptoError) -> [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    guard let pointer = EVP_CIPHER_CTX_new() else { throw .last("preparing a cipher") }
    defer { EVP_CIPHER_CTX_free(pointer) }
    try check(EVP_CipherInit_ex(pointer, cipher, nil, key, iv, encrypting ? 1 : 0), "preparing a cipher")
    return try body(Context(pointer: pointer))
  }

  private struct Context {
    let pointer: OpaquePointer

    func update(_ input: [UInt8]) throws(CryptoError) -> [UInt8] {
      guard !input.isEmpty else { return [] }
      var out = [UInt8](repeating: 0, count: input.count), count: Int32 = 0
      try check(EVP_CipherUpdate(pointer, &out, &count, input, Int32(input.count)), "running a cipher")
      return out
    }

    func authenticate(_ more: [UInt8]) throws(CryptoError) {
      guard !more.isEmpty else { return }
      var count: Int32 = 0
      try check(EVP_CipherUpdate(pointer, nil, &count, more, Int32(more.count)), "running a cipher")
    }

    func finish(_ doing: String) throws(CryptoError) {
      // Counter modes leave nothing for the end; the call is what makes or checks the tag.
      var none: UInt8 = 0, count: Int32 = 0
      try check(EVP_CipherFinal_ex(pointer, &none, &count), doing)
    }
  }
}
