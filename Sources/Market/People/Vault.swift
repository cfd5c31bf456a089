/// Seals what has to be read again, such as the secret of a second factor, under a key that is not in the database: a copy of the
/// database alone gives nothing away.
public struct Vault: Sendable {
  private let key: [UInt8]

  public init(key: [UInt8]) {
    precondition(key.count == 32, "a vault's key has 32 bytes")
    self.key = key
  }

  /// The key of an installation, made on first use.
  /// - Parameter folder: where the installation keeps its secrets, outside the database.
  public static func kept(in folder: String) throws -> Vault {
    let path = folder + "/vault.key"
    _ = try KeyFile.create(path, Crypto.random(32).hex + "\n")
    guard let text = try KeyFile.read(path), let key = [UInt8](hex: text.trimmed), key.count == 32 else {
      throw BadKey(path: path)
    }
    return Vault(key: key)
  }

  struct BadKey: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) holds no key of 64 hexadecimal digits" }
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
