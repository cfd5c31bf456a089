import Glibc

/// A secret key with the id under which the ledger knows it.
public struct LedgerSigner: Sendable {
  public let id: String
  let key: PrivateKey
}

/// The folder with the secret keys of a ledger: one file a key, outside the database, for its owner alone.
public struct LedgerKeyring: Sendable {
  public let folder: String

  public init(folder: String) { self.folder = folder }

  public enum Failure: Error, CustomStringConvertible {
    /// The ledger has keys, and none of them is in this folder.
    case noKey(folder: String, newest: String)
    /// Somebody else has just added a key.
    case overtaken

    public var description: String {
      switch self {
      case .noKey(let folder, let newest):
        "the ledger's key \(newest) is not in \(folder): copy it there from the server that has it"
      case .overtaken: "another key has just been added: try again"
      }
    }
  }

  /// The newest key of the ledger whose secret is here; a ledger without keys is given its first.
  public func signer(of ledger: Ledger) async throws -> LedgerSigner {
    var keys = try await ledger.keys()
    if keys.isEmpty {
      let key = try PrivateKey(ledger.name.suite.signature)
      try save(key)
      if try await !ledger.add(key, after: nil, number: 1, signedBy: key) { try forget(key) }
      keys = try await ledger.keys()
    }
    for key in keys.reversed() {
      if let pem = try KeyFile.read(path(key.id)) { return LedgerSigner(id: key.id, key: try PrivateKey(pem: pem)) }
    }
    throw Failure.noKey(folder: folder, newest: keys.last?.id ?? "")
  }

  /// Makes a new key that the present one vouches for. Heads are signed with it from now on; what older keys signed stays good.
  /// - Parameter algorithm: the suite's own unless told.
  public func rotate(_ ledger: Ledger, to algorithm: SignatureAlgorithm? = nil) async throws -> LedgerSigner {
    let present = try await signer(of: ledger), keys = try await ledger.keys()
    guard let last = keys.last, last.id == present.id else {
      throw Failure.noKey(folder: folder, newest: keys.last?.id ?? "")
    }
    let key = try PrivateKey(algorithm ?? ledger.name.suite.signature)
    try save(key)
    guard try await ledger.add(key, after: last, number: keys.count + 1, signedBy: present.key) else {
      try forget(key)
      throw Failure.overtaken
    }
    return LedgerSigner(id: try key.publicKey().id, key: key)
  }

  private func path(_ id: String) -> String { "\(folder)/ledger-\(id).pem" }

  private func save(_ key: PrivateKey) throws {
    if mkdir(folder, 0o700) != 0, errno != EEXIST { throw KeyFile.Failure.last(folder) }
    let path = path(try key.publicKey().id)
    guard try KeyFile.create(path, try key.pem()) else { throw Failure.overtaken }
  }

  private func forget(_ key: PrivateKey) throws { unlink(path(try key.publicKey().id)) }
}
