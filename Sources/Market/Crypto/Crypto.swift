import COpenSSL

/// Chance, comparison and the two short words for what is only ours to read back. What others verify names its ``CipherSuite``.
public enum Crypto {
  public static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] { HashAlgorithm.sha256.hash(Array(bytes)) }

  public static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    HashAlgorithm.sha256.hmac(key: key, message)
  }

  /// Chance for secrets, from libcrypto's generator.
  public static func random(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    precondition(RAND_bytes(&bytes, Int32(count)) == 1, "libcrypto cannot seed its generator")
    return bytes
  }

  /// Equality in a time that does not depend on where two secrets differ.
  public static func equal(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
