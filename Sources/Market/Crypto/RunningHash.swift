import COpenSSL

/// A hash taken piece by piece, of what is too long to be held.
struct RunningHash: ~Copyable {
  private let context: OpaquePointer

  init(_ algorithm: HashAlgorithm) {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, algorithm.function, nil) == 1 else {
      preconditionFailure("libcrypto has no \(algorithm.rawValue)")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  func add(_ bytes: [UInt8]) { EVP_DigestUpdate(context, bytes, bytes.count) }

  func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: HashAlgorithm.size) { digest, count in
      EVP_DigestFinal_ex(context, digest.baseAddress, nil)
      count = HashAlgorithm.size
    }
  }
}
