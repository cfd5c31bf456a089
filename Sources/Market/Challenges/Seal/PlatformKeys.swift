import Glibc
import Synchronization

/// The platform's own secrets: files beside the database, never in it. Servers of one database share the folder.
public final class PlatformKeys: Sendable {
  /// Keys that end with this process: for tests, and for commands that seal nothing.
  public static let passing = PlatformKeys(folder: nil)

  struct Secrets: Sendable {
    /// Turns a challenge and an organisation into the name under which a sealed bid lies in the database.
    let pseudonym: [UInt8]
    /// Signs receipts.
    let receipt: PrivateKey
    /// Opens what no officer is needed for.
    let opening: SealingPrivateKey

    var suite: CipherSuite { receipt.algorithm == .sm2 ? .sm : .std }
  }

  public enum Failure: Error, CustomStringConvertible {
    case folder(path: String, reason: String)
    case malformed(path: String)
    /// The database was used with another pseudonym key before: with this one every solver would have a second name.
    case ofAnotherDatabase(folder: String?)

    public var description: String {
      switch self {
      case .folder(let path, let reason): "\(path): \(reason)"
      case .malformed(let path): "\(path) is not a key as this program writes it"
      case .ofAnotherDatabase(let folder):
        "the keys in \(folder ?? "memory") are not those this database was used with: put the right folder back"
      }
    }
  }

  let folder: String?
  public let suite: CipherSuite
  private let loaded = Mutex<(secrets: Secrets, files: [Int])?>(nil)
  private let kept = Mutex<Vault?>(nil)

  /// - Parameter folder: where the files are, made when they are first needed; nil keeps keys in memory.
  /// - Parameter suite: of keys that are new.
  public init(folder: String?, suite: CipherSuite = .sm) { (self.folder, self.suite) = (folder, suite) }

  func secrets() throws -> Secrets {
    try loaded.withLock { known in
      // A key that was changed meanwhile, by whichever program, holds from now on.
      if let known, known.files == marks { return known.secrets }
      let secrets = Secrets(
        pseudonym: try chance("pseudonyms.key"),
        receipt: try file(Rotated.receipt.file, make: { try PrivateKey(suite.signature).pem() }) {
          try PrivateKey(pem: $0)
        },
        opening: try file(Rotated.opening.file, make: { try SealingPrivateKey(suite).pem() }) {
          try SealingPrivateKey(pem: $0)
        })
      known = (secrets, marks)
      return secrets
    }
  }

  /// What tells one writing of the key files from another.
  private var marks: [Int] {
    guard let folder else { return [] }
    return Rotated.allCases.map { key in
      var status = stat()
      return stat("\(folder)/\(key.file)", &status) == 0 ? Int(status.st_ino) : 0
    }
  }

  /// Seals what has to be read again, such as the secret of a second factor.
  func vault() throws -> Vault {
    try kept.withLock { known in
      if let known { return known }
      let vault = Vault(key: try chance("vault.key"))
      known = vault
      return vault
    }
  }

  /// A file of 32 bytes of chance.
  private func chance(_ name: String) throws -> [UInt8] {
    try file(name, make: { Crypto.random(32).hex + "\n" }) {
      [UInt8](hex: $0.trimmed).flatMap { $0.count == 32 ? $0 : nil }
    }
  }

  /// Reads a key's file, written first when there is none.
  private func file<Key>(_ name: String, make: () throws -> String, read: (String) throws -> Key?) throws -> Key {
    let path = "\(folder ?? "")/\(name)"
    var text: String
    if let folder {
      if let slash = folder.lastIndex(of: "/"), slash > folder.startIndex { mkdir(String(folder[..<slash]), 0o755) }
      if mkdir(folder, 0o700) != 0, errno != EEXIST {
        throw Failure.folder(path: folder, reason: String(cString: strerror(errno)))
      }
      if try KeyFile.read(path) == nil { _ = try KeyFile.create(path, try make()) }
      // Of two servers that start at once, one wrote it.
      text = try KeyFile.read(path) ?? ""
    } else {
      text = try make()
    }
    guard let key = try read(text) else { throw Failure.malformed(path: path) }
    return key
  }
}
