import FoundationEssentials
import Postgres

/// Brings a database to the newest schema: the files of `Migrations/` in order, each in its own transaction, under a lock that
/// several starting servers wait for. What was applied is remembered with its checksum.
public struct Migrator: Sendable {
  public struct Step: Sendable {
    public let name: String
    public let checksum: String
    let text: String
    public var isApplied = false
  }

  let database: Database
  let steps: [Step]

  public init(_ database: Database, folder: String) throws {
    self.database = database
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }.sorted()
    steps = try names.map { name in
      let bytes = try Share.read("\(folder)/\(name)")
      return Step(name: name, checksum: Crypto.sha256(bytes).hex, text: String(decoding: bytes, as: UTF8.self))
    }
  }

  /// Every step, with whether this database has it.
  /// - Throws: `Divergence` when an applied file has changed since, or is not one of ours.
  public func status() async throws -> [Step] {
    guard try await database.query("SELECT to_regclass('schema_migrations') IS NOT NULL").first?.get(0) == true else {
      return steps
    }
    return try compare(try await database.query(Self.ledger))
  }

  /// Applies what is missing and says what that was.
  @discardableResult
  public func up() async throws -> [String] {
    var done: [String] = []
    while true {
      let applied = try await database.transaction { tx in try await self.applyNext(tx) }
      guard let applied else { return done }
      done.append(applied)
    }
  }

  /// Whoever changes the schema waits for whoever does so already, until the end of that transaction.
  static let oneAtATime: SQL = "SELECT pg_advisory_xact_lock(7305012986)"
  private static let ledger: SQL = "SELECT name, checksum FROM schema_migrations ORDER BY name"

  private func applyNext(_ tx: Transaction) async throws -> String? {
    _ = try await tx.query(Self.oneAtATime)
    try await tx.script(
      """
      CREATE TABLE IF NOT EXISTS schema_migrations (
        name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())
      """)
    guard let next = try compare(try await tx.query(Self.ledger)).first(where: { !$0.isApplied }) else { return nil }
    try await tx.script(next.text)
    _ = try await tx.execute("INSERT INTO schema_migrations (name, checksum) VALUES (\(next.name), \(next.checksum))")
    return next.name
  }

  private func compare(_ ledger: Rows) throws -> [Step] {
    var known = Dictionary(uniqueKeysWithValues: steps.map { ($0.name, $0) })
    for row in ledger {
      let name: String = try row.get(0), checksum: String = try row.get(1)
      guard let step = known[name] else { throw Divergence(name: name, applied: checksum, ours: nil) }
      guard step.checksum == checksum else { throw Divergence(name: name, applied: checksum, ours: step.checksum) }
      known[name]?.isApplied = true
    }
    return steps.map { known[$0.name] ?? $0 }
  }

  public struct Divergence: Error, CustomStringConvertible {
    let name: String
    let applied: String
    let ours: String?
    public var description: String {
      guard let ours else {
        return "the database has migration \(name), which this version does not know: a newer version made it"
      }
      return "migration \(name) has changed since it was applied: applied \(applied), here \(ours)"
    }
  }
}

extension Database {
  /// Makes an empty database a market, or brings an older one up to date: tables, purpose, rulebook.
  /// - Parameter purpose: taken when the database is new; an existing one keeps its own.
  /// - Parameter suite: what the ledger is hashed and signed with; likewise.
  public func prepare(share: String, purpose: Market.Purpose, suite: CipherSuite = .sm) async throws -> [String] {
    let applied = try await Migrator(self, folder: share + "/Migrations").up()
    _ = try await execute(
      "INSERT INTO deployment (purpose, secret) VALUES (\(purpose.rawValue), \(Bytea(Crypto.random(32)))) ON CONFLICT DO NOTHING"
    )
    _ = try await execute(
      "INSERT INTO ledger (id, suite) VALUES (\(Crypto.random(16).hex), \(suite.rawValue)) ON CONFLICT DO NOTHING")
    try await RulebookLoader(folder: share + "/Rulebook").load(into: self)
    try await PublicNet.cast(by: self)
    return applied
  }
}
