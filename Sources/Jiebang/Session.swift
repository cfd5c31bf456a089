import ArgumentParser
import FoundationEssentials
import Glibc
import Logging
import Market
import Postgres

/// An open market for the length of one command: yours by `JIEBANG_DATABASE_URL`, else the private cluster.
struct Session: Sendable {
  let database: Database
  let share: String
  /// Where this installation keeps its own files.
  let home: String
  let isPrivate: Bool
  /// How the owner of the tables connects, who alone makes and changes them.
  private let owner: String

  func market() async throws -> Market {
    try await Market(database, logger: Session.logger, keys: PlatformKeys(folder: home + "/keys"))
  }

  static let environment = ProcessInfo.processInfo.environment
  static var home: String { environment["JIEBANG_HOME"] ?? FileManager.default.currentDirectoryPath + "/.jiebang" }

  /// Errors and warnings only, on standard error: what a command has to say is its output.
  static var logger: Logger {
    var logger = Logger(label: "jiebang") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = environment["JIEBANG_LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0) } ?? .warning
    return logger
  }

  /// Opens the database, runs `body` and leaves everything as it was found: a private server that was not running stops again.
  /// - Parameter handlesSignals: whether `body` sees to Ctrl-C itself, as a server does that lets its requests finish.
  /// - Parameter migrate: brings a private database up to date first; one of yours is only ever migrated by `migrate up`.
  static func with<T: Sendable>(
    purpose: Market.Purpose = .production, migrate: Bool = true, handlesSignals: Bool = false,
    _ body: @escaping @Sendable (Session) async throws -> T
  ) async throws -> T {
    let share = try Share.folder()
    if let url = environment["JIEBANG_DATABASE_URL"] {
      try usePasswordFile()
      let session = Session(
        database: Database(.init(conninfo: url)), share: share, home: home, isPrivate: false,
        owner: environment["JIEBANG_OWNER_URL"] ?? url)
      return try await session.closing { session in try await session.run(handlesSignals, body) }
    }
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let cluster = LocalCluster(folder: home, database: "jiebang")
    let conninfo = try await cluster.start()
    let session = Session(
      database: Database(.init(conninfo: "\(conninfo) user=\(AppRole.own.name)")), share: share, home: home,
      isPrivate: true, owner: conninfo)
    let outcome: Result<T, any Error>
    do {
      outcome = .success(
        try await session.run(handlesSignals) { session in
          if migrate {
            _ = try await session.migrate(purpose: purpose)
          } else {
            try await session.asOwner { owner in try await AppRole.own.admit(by: owner, making: true) }
          }
          return try await body(session)
        })
    } catch { outcome = .failure(error) }
    await session.database.close()
    try await cluster.release()
    return try outcome.get()
  }

  /// Brings the schema and the rulebook up to date, as their owner, and lets the application's role in.
  func migrate(purpose: Market.Purpose) async throws -> [String] {
    let role = isPrivate ? AppRole.own : try await separateRole()
    guard let suite = CipherSuite(rawValue: Session.environment["JIEBANG_LEDGER_SUITE"] ?? CipherSuite.sm.rawValue)
    else {
      throw ValidationError(Phrase("JIEBANG_LEDGER_SUITE 应为 sm 或 std", "JIEBANG_LEDGER_SUITE is sm or std"))
    }
    return try await asOwner { owner in
      let applied = try await owner.prepare(share: share, purpose: purpose, suite: suite)
      if let role { try await role.admit(by: owner, making: isPrivate) }
      // Whoever reads for the public comes in by the application's own password.
      if let password = try Session.password { try await PublicNet.admit(password, by: owner) }
      return applied
    }
  }

  /// The role of `JIEBANG_DATABASE_URL` where `JIEBANG_OWNER_URL` names another one as the owner.
  private func separateRole() async throws -> AppRole? {
    guard Session.environment["JIEBANG_OWNER_URL"] != nil else { return nil }
    let user: String? = try await database.query("SELECT current_user::text").first?.get(0)
    return user.map(AppRole.init)
  }

  private func asOwner<T: Sendable>(_ body: @Sendable (Database) async throws -> T) async throws -> T {
    let database = Database(.init(conninfo: owner, readers: 1, writers: 1))
    let outcome: Result<T, any Error>
    do { outcome = .success(try await body(database)) } catch { outcome = .failure(error) }
    await database.close()
    return try outcome.get()
  }

  private func run<T: Sendable>(_ handlesSignals: Bool, _ body: @escaping @Sendable (Session) async throws -> T)
    async throws -> T
  {
    handlesSignals ? try await body(self) : try await Interruption.around { try await body(self) }
  }

  private func closing<T: Sendable>(_ body: @Sendable (Session) async throws -> T) async throws -> T {
    let outcome: Result<T, any Error>
    do { outcome = .success(try await body(self)) } catch { outcome = .failure(error) }
    await database.close()
    return try outcome.get()
  }

  /// A password that comes as a file reaches libpq through this process alone.
  private static func usePasswordFile() throws {
    if let password = try password { setenv("PGPASSWORD", password, 1) }
  }

  private static var password: String? {
    get throws {
      try environment["JIEBANG_DATABASE_PASSWORD_FILE"].map {
        String(decoding: try Share.read($0), as: UTF8.self).trimmed
      }
    }
  }
}

/// Runs a command's body and turns what it throws into a message and a documented exit code.
func command(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let exit as ExitCode {
    throw exit
  } catch let error as CleanExit {
    throw error
  } catch let error as ValidationError {
    throw error
  } catch {
    let (code, message) = explain(error)
    Console.error(message)
    throw ExitCode(code)
  }
}

/// What went wrong, in words, and the exit code that says so to a script.
private func explain(_ error: any Error) -> (Int32, String) {
  switch error {
  case let refusal as Refusal:
    let (code, phrase) = refusal.explanation
    return (code, Console.pick(phrase))
  case let error as PostgresError where error.isUnavailable:
    return (6, Console.pick(Phrase("数据库不可用:\(error)", "the database is unreachable: \(error)")))
  case let error as LocalClusterError:
    return (6, Console.pick(Phrase("私有 PostgreSQL 不能使用:\(error)", "the private PostgreSQL cannot be used: \(error)")))
  // A table that is not there: an older schema, or none at all.
  case let error as PostgresError where error.sqlState == "42P01": return (7, Console.pick(NotMigrated.advice))
  case is NotMigrated: return (7, Console.pick(NotMigrated.advice))
  case let error as Migrator.Divergence:
    return (7, Console.pick(Phrase("数据库的升级记录与本程序不符:\(error)", "\(error)")))
  case let error as PlatformKeys.Failure:
    return (7, Console.pick(Phrase("平台密钥不能使用:\(error)", "the platform's keys cannot be used: \(error)")))
  case let error as KeyFile.Failure: return (3, Console.pick(Phrase("密钥文件不能使用:\(error)", "\(error)")))
  case let error as CryptoError: return (2, Console.pick(Phrase("密钥或密文不符:\(error)", "\(error)")))
  case let error as Share.Missing: return (1, Console.pick(Phrase("找不到随附的数据文件:\(error)", "\(error)")))
  default: return (1, Console.pick(Phrase("意外的错误:\(error)", "unexpected: \(error)")))
  }
}

extension Refusal {
  /// For the terminal: the exit code and a sentence.
  var explanation: (Int32, Phrase) {
    switch self {
    case .notFound(let what): (3, Phrase("没有这个\(what.zh)", "no such \(what.en)"))
    case .forbidden, .unauthenticated, .wrongCredentials, .secondFactorNeeded: (4, Phrase("无权办理", "not allowed"))
    case .recused(let ground): (4, ExpertRelation.title(ground))
    case .tooMany(_, let what): (4, what)
    case .tooManyFailures, .busy: (5, Phrase("请稍后重试", "try again later"))
    case .conflict(_, let detail): (5, detail)
    case .invalid(let issues), .blocked(let issues):
      (2, Phrase(issues.map(\.line.zh).joined(separator: "\n"), issues.map(\.line.en).joined(separator: "\n")))
    case .badParameter(let name, let detail): (64, Phrase("--\(name) 不正确:\(detail.zh)", "--\(name): \(detail.en)"))
    case .illegalMove(let state, let action, _):
      (5, Phrase("当前状态“\(state)”下不能“\(action)”", "\"\(action)\" is not possible in state \"\(state)\""))
    case .versionMissing, .versionMoved:
      (5, Phrase("内容刚被他人更改,请重试", "somebody else has just changed it: try again"))
    case .keyInFlight, .keyReused, .malformedJSON, .unknownField, .unknownParameter, .pageTokenMismatch:
      (1, Phrase("意外的错误:\(self)", "unexpected: \(self)"))
    }
  }
}

extension NotMigrated {
  static let advice = Phrase(
    "数据库还没有升级到本版本,请先运行 `jiebang migrate up`", "the database is not migrated: run `jiebang migrate up`")
}

extension Issue {
  /// One line for the terminal: where, and what.
  var line: Phrase {
    let zh = [row.map { "第 \($0) 行" }, column.flatMap { $0.isEmpty ? nil : "列 \($0)" }, pointer].compactMap(\.self)
      .joined(separator: ",")
    let en = [row.map { "row \($0)" }, column.flatMap { $0.isEmpty ? nil : "column \($0)" }, pointer].compactMap(\.self)
      .joined(separator: ", ")
    return Phrase(zh.isEmpty ? detail.zh : "\(zh):\(detail.zh)", en.isEmpty ? detail.en : "\(en): \(detail.en)")
  }
}
