import Postgres
import Synchronization

/// The platform's keys as one database knows them.
final class KeyRing: Sendable {
  let keys: PlatformKeys
  /// The keys that the database is known to know, by the receipts' one and the opening one.
  private let known = Mutex<[String]>([])

  init(_ keys: PlatformKeys) { self.keys = keys }

  /// The keys, after the database has taken note of what they are called.
  /// - Throws: `PlatformKeys.Failure` when it was used with others.
  func secrets(_ tx: Transaction) async throws -> PlatformKeys.Secrets {
    let secrets = try keys.secrets()
    let receipt = try secrets.receipt.publicKey(), opening = secrets.opening.publicKey
    let these = [receipt.id, opening.id]
    if known.withLock({ $0 == these }) { return secrets }
    let name = Array(HashAlgorithm.sha256.hmac(key: secrets.pseudonym, Array("name".utf8)).prefix(16)).hex
    _ = try await tx.execute(
      """
      INSERT INTO platform_keys (id, purpose, suite, public_key) VALUES
        (\(name), 'pseudonym', \(secrets.suite.rawValue), NULL),
        (\(receipt.id), 'receipt', \(secrets.suite.rawValue), \(Bytea(receipt.der))),
        (\(opening.id), 'opening', \(opening.suite.rawValue), \(Bytea(opening.der)))
      ON CONFLICT DO NOTHING
      """)
    let rows = try await tx.query(
      "SELECT id, xmin <> pg_current_xact_id()::xid FROM platform_keys WHERE purpose = 'pseudonym'")
    guard let row = rows.first, try row.get(0, as: String.self) == name else {
      throw PlatformKeys.Failure.ofAnotherDatabase(folder: keys.folder)
    }
    // What this transaction wrote may yet be taken back.
    if try row.get(1) { known.withLock { $0 = these } }
    return secrets
  }
}

extension PlatformKeys.Secrets {
  /// The name of an organisation among the bids on one challenge: the same each time, and nothing to whoever lacks the key.
  func pseudonym(of organisation: ID<Organisation>, on challenge: ID<Challenge>) -> Bytea {
    Bytea(HashAlgorithm.sha256.hmac(key: pseudonym, Array("bidder \(challenge) \(organisation)".utf8)))
  }

  /// What is kept of a request so that its repetition is known: nobody can try requests against it.
  func mark(_ word: String, _ bytes: [UInt8]) -> Bytea {
    Bytea(HashAlgorithm.sha256.hmac(key: pseudonym, Array(word.utf8) + [0] + bytes))
  }
}
