import Glibc
import Postgres

extension PlatformKeys {
  /// The platform's keys that can be changed. The one that names bidders cannot: with another, everybody would have a second name.
  public enum Rotated: String, CaseIterable, Sendable {
    /// Signs receipts. What an old one signed stays good under its public half, which is kept.
    case receipt
    /// Opens what no officer is needed for. An old one stays in the folder until what was sealed for it is opened.
    case opening

    var file: String { self == .receipt ? "receipts.pem" : "opening.pem" }
  }

  /// The key that was sealed for, the present one or one before it; nil when it is not in the folder.
  func opening(_ id: String) throws -> SealingPrivateKey? {
    let present = try secrets().opening
    if present.publicKey.id == id { return present }
    guard let folder, let pem = try KeyFile.read("\(folder)/opening-\(id).pem") else { return nil }
    return try SealingPrivateKey(pem: pem)
  }

  /// Puts a key in the place of the present one.
  fileprivate func replace(_ purpose: Rotated, with pem: String) throws {
    guard let folder else { throw Failure.folder(path: "memory", reason: "keys that are not kept cannot be changed") }
    let path = "\(folder)/\(purpose.file)"
    if purpose == .opening, let old = try KeyFile.read(path) {
      let id = try SealingPrivateKey(pem: old).publicKey.id
      _ = try KeyFile.create("\(folder)/opening-\(id).pem", old)
    }
    let draft = "\(path).next"
    unlink(draft)
    guard try KeyFile.create(draft, pem), rename(draft, path) == 0 else { throw KeyFile.Failure.last(path) }
  }
}

extension Market {
  /// Makes a new key of the platform's in the place of the present one, and says so in the ledger. Servers that share the folder
  /// use it from the next time they need one.
  /// - Returns: the new key's id.
  public func rotate(_ purpose: PlatformKeys.Rotated) async throws -> String {
    let keys = keyRing.keys
    guard keys.folder != nil else {
      throw PlatformKeys.Failure.folder(path: "memory", reason: "keys that are not kept cannot be changed")
    }
    let (id, pem) = try await work(as: .system) { work in
      let present = try await self.keyRing.secrets(work.tx)
      let id: String, der: [UInt8], pem: String, previous: String
      switch purpose {
      case .receipt:
        let key = try PrivateKey(present.receipt.algorithm)
        (id, der, pem) = (try key.publicKey().id, try key.publicKey().der, try key.pem())
        previous = try present.receipt.publicKey().id
      case .opening:
        let key = try SealingPrivateKey(present.opening.publicKey.suite)
        (id, der, pem, previous) = (key.publicKey.id, key.publicKey.der, try key.pem(), present.opening.publicKey.id)
      }
      _ = try await work.tx.execute(
        """
        INSERT INTO platform_keys (id, purpose, suite, public_key)
        VALUES (\(id), \(purpose.rawValue), \(present.suite.rawValue), \(Bytea(der)))
        """)
      try await work.note(PlatformKeys.kind, PlatformKeys.object(id), "rotate", to: "made", isPublic: true) { json in
        json.string("purpose", purpose.rawValue)
        json.string("key", id)
        json.string("public_key", PEM.encode(der, "PUBLIC KEY"))
        json.string("previous", previous)
      }
      return (id, pem)
    }
    // Known before it is used: a key that nobody came to use harms nobody.
    try keys.replace(purpose, with: pem)
    return id
  }
}

extension PlatformKeys {
  static let kind = "platform_key", idPrefix = "pky"

  /// What a key is called in the log.
  fileprivate static func object(_ id: String) -> ID<Anything> {
    ID(bits: ([UInt8](hex: id) ?? []).prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) })
  }
}
