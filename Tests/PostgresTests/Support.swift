import Glibc
import Synchronization
import Testing

@testable import Postgres

/// The cluster all tests share; it stops when the last test process has gone.
enum TestCluster {
  private static let cluster = LocalCluster(folder: temporary("shared"))
  private static let started = Task { try await cluster.start(forTests: true) }

  static var conninfo: String {
    get async throws { try await started.value }
  }

  static func temporary(_ name: String) -> String {
    let place = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    return "\(place)/postgres-tests-\(geteuid())/\(name)"
  }
}

/// A fresh database for one test, gone afterwards.
func withDatabase<T: Sendable>(
  readers: Int = 2, writers: Int = 12, acquireTimeout: Duration = .seconds(60),
  statementTimeout: Duration = .seconds(120), _ body: @Sendable (Database) async throws -> T
) async throws -> T {
  await Turns.shared.take()
  defer { Task { await Turns.shared.giveBack() } }
  let conninfo = try await TestCluster.conninfo
  let name = "test_\(getpid())_\(UInt32.random(in: 0 ... .max))"
  let admin = Database(.init(conninfo: conninfo, writers: 1, acquireTimeout: .seconds(60)))
  try await admin.execute(SQL(unsafe: "CREATE DATABASE \(name)"))
  let database = Database(
    .init(
      conninfo: conninfo, database: name, readers: readers, writers: writers, acquireTimeout: acquireTimeout,
      statementTimeout: statementTimeout))
  let outcome: Result<T, any Error>
  do { outcome = .success(try await body(database)) } catch { outcome = .failure(error) }
  await database.close()
  try await admin.execute(SQL(unsafe: "DROP DATABASE \(name) WITH (FORCE)"))
  await admin.close()
  return try outcome.get()
}

/// Waits until something is true; it is an error if it never is.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
  for _ in 0..<1200 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(50))
  }
  throw NeverHappened(what: what)
}

struct NeverHappened: Error {
  var what: String
}

/// The error a call throws.
func postgresError(_ body: () async throws -> Void) async -> PostgresError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? PostgresError
  }
}

extension Database {
  /// The first column of the only row a read gives.
  func one<Value: PostgresDecodable>(_ sql: SQL, as type: Value.Type = Value.self) async throws -> Value {
    let rows = try await query(sql)
    try #require(rows.count == 1)
    return try rows[0].get(0)
  }
}

/// Counts from any task.
final class Counter: Sendable {
  private let value = Atomic<Int>(0)

  var count: Int { value.load(ordering: .relaxed) }

  func increment() {
    value.add(1, ordering: .relaxed)
  }
}

/// Lets only so many tests at the server at a time: it has no more than 400 connections.
actor Turns {
  static let shared = Turns()

  private var free = 12
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
