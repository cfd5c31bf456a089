import FoundationEssentials

/// Seals what has to be read again, such as the secret of a second factor, under a key that is not in the database: a copy of the
/// database alone gives nothing away.
public struct Vault: Sendable {
  private enum Source: Sendable {
    case key([UInt8])
    case folder(String)
  }
  private let source: Source

  public init(key: [UInt8]) {
    precondition(key.count == 32, "a vault's key has 32 bytes")
    source = .key(key)
  }

  /// The vault of an installation: its key is a file that is made when first something is sealed.
  /// - Parameter folder: where the installation keeps its secrets, outside the database.
  public init(folder: String) { source = .folder(folder) }

  /// - Throws: `KeyFile.Failure` when the file cannot be made or read, or others can read it.
  private func key() throws -> [UInt8] {
    let folder: String
    switch source {
    case .key(let key): return key
    case .folder(let path): folder = path
    }
    let path = folder + "/vault.key"
    if let text = try KeyFile.read(path) {
      guard let key = [UInt8](hex: text.trimmed), key.count == 32 else { throw BadKey(path: path) }
      return key
    }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    _ = try KeyFile.create(path, Crypto.random(32).hex + "\n")
    return try key()
  }

  struct BadKey: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) holds no key of 64 hexadecimal digits" }
  }

  /// - Parameter place: what it belongs to; sealed for one place it opens in no other.
  func seal(_ secret: [UInt8], for place: String) throws -> [UInt8] {
    let nonce = Crypto.random(12)
    return nonce + (try Cipher.aes256GCMSeal(secret, key: try key(), nonce: nonce, with: Array(place.utf8)))
  }

  /// - Throws: `notAuthentic` when it was sealed under another key, or for another place.
  func open(_ sealed: [UInt8], for place: String) throws -> [UInt8] {
    guard sealed.count > 12 else { throw CryptoError.notAuthentic }
    return try Cipher.aes256GCMOpen(
      Array(sealed.dropFirst(12)), key: try key(), nonce: Array(sealed.prefix(12)), with: Array(place.utf8))
  }
}
