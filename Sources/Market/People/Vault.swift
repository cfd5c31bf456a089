/// Seals what has to be read again, such as the secret of a second factor, under a key that is not in the database: a copy of the
/// database alone gives nothing away.
public struct Vault: Sendable {
  private let key: [UInt8]

  public init(key: [UInt8]) {
    precondition(key.count == 32, "a vault's key has 32 bytes")
    self.key = key
  }

  /// - Parameter place: what it belongs to; sealed for one place it opens in no other.
  func seal(_ secret: [UInt8], for place: String) throws(CryptoError) -> [UInt8] {
    let nonce = Crypto.random(12)
    return nonce + (try Cipher.aes256GCMSeal(secret, key: key, nonce: nonce, with: Array(place.utf8)))
  }

  /// - Throws: `notAuthentic` when it was sealed under another key, or for another place.
  func open(_ sealed: [UInt8], for place: String) throws(CryptoError) -> [UInt8] {
    guard sealed.count > 12 else { throw .notAuthentic }
    return try Cipher.aes256GCMOpen(
      Array(sealed.dropFirst(12)), key: key, nonce: Array(sealed.prefix(12)), with: Array(place.utf8))
  }
}
