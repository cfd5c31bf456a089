import Glibc
import Market
import Postgres

/// A real PostgreSQL for every test that touches data: one cluster for the run, one template database with the schema and the
/// rulebook, and a copy of it for each test.
public enum TestDatabase {
  private static let cluster = LocalCluster(folder: folder)
  private static let template = Task { try await makeTemplate() }

  /// All tests begin at once; so many at a time have a database, or the server would run out of connections.
  private static let places = Places(16)

  private static var folder: String {
    let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    return "\(place)/jiebang-tests-\(geteuid())"
  }

  private struct Template: Sendable {
    let conninfo: String
    let name: String
    let admin: Database
  }

  private static func makeTemplate() async throws -> Template {
    let conninfo = try await cluster.start(forTests: true)
    let admin = Database(
      .init(conninfo: conninfo, readers: 1, writers: 2, acquireTimeout: .seconds(120), statementTimeout: .seconds(120)))
    let name = "template_\(getpid())"
    try await sweep(admin)
    _ = try await admin.execute(SQL(unsafe: "CREATE DATABASE \(name)"))
    let database = Database(.init(conninfo: conninfo, database: name))
    _ = try await database.prepare(share: try Share.folder(), purpose: .test)
    await database.close()
    return Template(conninfo: conninfo, name: name, admin: admin)
  }

  /// Databases that an earlier run left behind when it was killed.
  private static func sweep(_ admin: Database) async throws {
    for row in try await admin.query("SELECT datname FROM pg_database WHERE datname ~ '^(template|test)_[0-9]+'") {
      let name: String = try row.get(0)
      guard let pid = name.split(separator: "_").dropFirst().first.flatMap({ Int32($0) }), pid != getpid(),
        kill(pid, 0) != 0
      else { continue }
      _ = try await admin.execute(SQL(unsafe: "DROP DATABASE IF EXISTS \(name) WITH (FORCE)"))
    }
  }

  /// Lends a database of the schema to `body` and drops it afterwards.
  public static func with<T: Sendable>(writers: Int = 8, _ body: @Sendable (Database) async throws -> T) async throws
    -> T
  {
    try await named(writers: writers) { database, _ in try await body(database) }
  }

  /// The same, with a connection string for programs of their own.
  public static func named<T: Sendable>(writers: Int = 8, _ body: @Sendable (Database, String) async throws -> T)
    async throws -> T
  {
    let template = try await template.value
    await places.take()
    defer { places.give() }
    let name = "test_\(getpid())_\(UInt32.random(in: 0 ... .max))"
    _ = try await template.admin.execute(
      SQL(unsafe: "CREATE DATABASE \(name) TEMPLATE \(template.name) STRATEGY file_copy"))
    let database = Database(
      .init(
        conninfo: template.conninfo, database: name, writers: writers, acquireTimeout: .seconds(60),
        statementTimeout: .seconds(120)))
    let outcome: Result<T, any Error>
    do { outcome = .success(try await body(database, "\(template.conninfo) dbname=\(name)")) } catch {
      outcome = .failure(error)
    }
    await database.close()
    _ = try await template.admin.execute(SQL(unsafe: "DROP DATABASE \(name) WITH (FORCE)"))
    return try outcome.get()
  }
}
