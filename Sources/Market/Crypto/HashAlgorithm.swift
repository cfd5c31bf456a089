import COpenSSL

/// A hash function and what is built from it alone. Each makes 32 bytes.
public enum HashAlgorithm: String, CaseIterable, Sendable {
  /// GB/T 32905.
  case sm3
  /// FIPS 180-4.
  case sha256

  public static let size = 32

  var function: OpaquePointer? {
    switch self {
    case .sm3: EVP_sm3()
    case .sha256: EVP_sha256()
    }
  }

  public func hash(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.size) { digest, count in
      let done = EVP_Digest(bytes, bytes.count, digest.baseAddress, nil, function, nil)
      precondition(done == 1, "libcrypto has no \(rawValue)")
      count = Self.size
    }
  }

  public func hmac(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.size) { tag, count in
      var length = UInt32(Self.size)
      let done = HMAC(function, key, Int32(key.count), message, message.count, tag.baseAddress, &length)
      precondition(done != nil, "libcrypto has no HMAC with \(rawValue)")
      count = Int(length)
    }
  }

  /// HKDF (RFC 5869): keys for several purposes from one secret.
  /// - Parameter count: at most 255 × 32 bytes.
  public func hkdf(secret: [UInt8], salt: [UInt8] = [], info: [UInt8], count: Int) -> [UInt8] {
    precondition((0...255 * Self.size).contains(count), "HKDF gives at most 255 blocks")
    let key = hmac(key: salt.isEmpty ? [UInt8](repeating: 0, count: Self.size) : salt, secret)
    var out: [UInt8] = [], block: [UInt8] = [], number: UInt8 = 0
    while out.count < count {
      number += 1
      block = hmac(key: key, block + info + [number])
      out += block
    }
    return Array(out.prefix(count))
  }
}
