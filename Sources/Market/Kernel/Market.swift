import Logging
import Postgres
import Synchronization

/// The market itself: the database, the rulebook in force and every slice's verbs, which are extensions of this type.
public final class Market: Sendable {
  public let database: Database
  /// Reads as the public may; nil where this database has no such net.
  private let publicReaders: Database?
  public let logger: Logger
  /// The newest rulebook: what new objects pin.
  public let rulebook: Rulebook
  /// Seals page tokens.
  let secret: [UInt8]
  /// Whether this is a production, a demo or a test database.
  public let purpose: Purpose
  public let passwords: PasswordHasher
  /// The platform's own keys, which are not in the database.
  let keyRing: KeyRing
  private let older = Mutex<[Int: Rulebook]>([:])
  let shift = Mutex<Int64>(0)

  public enum Purpose: String, Sendable { case production, demo, test }

  public let ledger: Ledger
  public var events: EventLog { EventLog(database: database, publicDatabase: publicDatabase, ledger: ledger) }

  func vault() throws -> Vault { try keyRing.keys.vault() }

  /// Opens a migrated database.
  /// - Parameter keys: the platform's secrets, which are not in the database.
  /// - Parameter scrypt: the cost of a password; on a production database never below the standard.
  /// - Throws: `NotMigrated` when there is nothing to open.
  public init(
    _ database: Database, logger: Logger = Logger(label: "jiebang"), keys: PlatformKeys = .passing,
    scrypt: Scrypt = .standard
  ) async throws {
    keyRing = KeyRing(keys)
    self.database = database
    self.logger = logger
    guard let row = try await Self.deployment(database).first else { throw NotMigrated() }
    // A database without the net is read through the tables' filters alone, and `doctor` says so; one that fails is not.
    switch try await PublicNet.readers(of: database) {
    case .success(let readers): publicReaders = readers
    case .failure: publicReaders = nil
    }
    secret = try row.get(0, as: Bytea.self).bytes
    let purpose = Purpose(rawValue: try row.get(1)) ?? .production
    self.purpose = purpose
    passwords = PasswordHasher(purpose == .production && scrypt.isWeaker(than: .standard) ? .standard : scrypt)
    guard let version: Int = try row.get(2), let ledger: String = try row.get(3) else { throw NotMigrated() }
    guard let suite = CipherSuite(rawValue: try row.get(4)) else { throw NotMigrated() }
    self.ledger = Ledger(database: database, name: LedgerName(id: ledger, suite: suite))
    rulebook = try await Rulebook.read(version: version, from: database)
  }

  private static func deployment(_ database: Database) async throws -> Rows {
    do {
      return try await database.query(
        """
        SELECT d.secret, d.purpose, (SELECT max(version) FROM rulebooks), l.id, l.suite
        FROM deployment d LEFT JOIN ledger l ON true
        """)
    } catch let error where error.sqlState == "42P01" {
      throw NotMigrated()
    }
  }

  /// What everybody may read is read through this.
  var publicDatabase: Database { publicReaders ?? database }
  /// Whether the second net is under what everybody may read.
  public var hasPublicNet: Bool { publicReaders != nil }

  /// Reads for a caller: whoever has no name reads as the public.
  func reader(for caller: Caller) -> Database { caller.isAnonymous ? publicDatabase : database }

  /// The rulebook an object pinned.
  public func rulebook(_ version: Int) async throws -> Rulebook {
    if version == rulebook.version { return rulebook }
    if let known = older.withLock({ $0[version] }) { return known }
    let read = try await Rulebook.read(version: version, from: database)
    older.withLock { $0[version] = read }
    return read
  }

  /// Runs one unit of work in one transaction. When it throws, nothing of it has happened.
  public func work<T: Sendable>(as caller: Caller, _ body: @Sendable (Work) async throws -> T) async throws -> T {
    do {
      return try await database.transaction { tx in try await body(Work(tx: tx, market: self, caller: caller)) }
    } catch let error as PostgresError {
      throw Constraint.refusal(for: error) ?? error
    }
  }
}

/// The database has no tables yet.
public struct NotMigrated: Error, CustomStringConvertible {
  public var description: String { "the database is not migrated: run `jiebang migrate up`" }
}

/// What a constraint of the schema means to a user, by its name. Each slice adds the names of its own tables.
enum Constraint {
  static let meanings: [String: Refusal] = [
    kernel, Organisation.constraints, Person.constraints, Membership.constraints, Delegation.constraints,
    Achievement.constraints, Chain.constraints, Demand.constraints, ConsultRequest.constraints, Question.constraints,
    Challenge.constraints, Bid.constraints, Expert.constraints, Panel.constraints, ChallengeInvitation.constraints,
    Deal.constraints, Contract.constraints, Project.constraints, Programme.constraints, Outlay.constraints,
    Claim.constraints,
    MatchFeedback.constraints, Notice.constraints, Objection.constraints, Wish.constraints, Webhook.constraints,
  ].reduce(into: [:]) { $0.merge($1) { a, _ in a } }

  private static let kernel: [String: Refusal] = [
    "market_clock_production": .conflict(
      code: "clock_of_production", detail: Phrase("生产库的时钟不能移动", "the clock of a production database cannot be moved"))
  ]

  static func refusal(for error: PostgresError) -> Refusal? {
    if let name = error.constraint, let meaning = meanings[name] { return meaning }
    // A reference to something that does not exist, or that this schema does not allow: say where.
    if error.sqlState == "23503", let name = error.constraint {
      let column = name.split(separator: "_").dropFirst().dropLast().joined(separator: "_")
      return .invalid([
        Issue(
          pointer: "/\(column)", code: "unknown_reference",
          detail: Phrase("所指的对象不存在", "refers to something that does not exist"))
      ])
    }
    if error.sqlState == "22021" || error.sqlState == "22P05" {
      return .invalid([
        Issue(
          pointer: "", code: "bad_character", detail: Phrase("含有数据库不能保存的字符", "holds a character that cannot be stored"))
      ])
    }
    return nil
  }
}
