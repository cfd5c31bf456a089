import Postgres
import Synchronization

/// A move that waits for its moment, as operators see it.
public struct DueJob: Sendable {
  public let move: String
  /// The object's id with its prefix.
  public let object: String
  public let at: Instant
  public let attempts: Int
  /// The machine's time before which nobody tries it: a lease, or the pause after a failure.
  public let waitUntil: Instant?
  public let error: String?

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    move = try c.next()
    let id: ID<Anything> = try c.next()
    object = Event.prefixes[String(move.prefix { $0 != "." }), default: "obj"] + "_" + ULID.encode(id.bits)
    at = try c.next()
    attempts = try c.next()
    waitUntil = try c.next()
    error = try c.next()
  }
}

/// How the clockwork stands.
public struct ClockworkState: Sendable, Hashable {
  /// Moves whose moment has come and that are not made yet.
  public let due: Int
  /// Those of them that were tried and failed.
  public let stalled: Int
}

extension Market {
  private static let dueNow: SQL = "at <= (SELECT market_now())"

  /// What is waiting, the next first.
  /// - Parameter stalled: only what was tried and failed.
  public func jobs(stalled: Bool = false, limit: Int = 100) async throws -> [DueJob] {
    let condition: SQL = stalled ? "error IS NOT NULL" : "true"
    let rows = try await database.query(
      "SELECT move, object, at, attempts, wait_until, error FROM due WHERE \(sql: condition) ORDER BY at LIMIT \(limit)"
    )
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try DueJob(&c)
    }
  }

  /// Lets failed moves be tried at once, all of them or one object's. How many there were.
  public func retryJobs(of object: String? = nil) async throws -> Int {
    var condition: SQL = "error IS NOT NULL"
    if let object {
      guard let bits = object.split(separator: "_").last.flatMap({ ULID.decode($0.utf8) }) else { return 0 }
      condition += " AND object = \(ID<Anything>(bits: bits))"
    }
    return try await database.execute(
      "UPDATE due SET attempts = 0, wait_until = NULL, error = NULL WHERE \(sql: condition)"
    ).affected
  }

  public func clockworkState() async throws -> ClockworkState {
    let rows = try await database.query(
      "SELECT count(*), count(*) FILTER (WHERE error IS NOT NULL) FROM due WHERE \(sql: Self.dueNow)")
    guard let row = rows.first else { return ClockworkState(due: 0, stalled: 0) }
    return ClockworkState(due: try row.get(0), stalled: try row.get(1))
  }

  /// How many rows of what is due differ from what the tables say.
  public func reconcileDue() async throws -> Int {
    let rows = try await database.query(
      """
      SELECT count(*) FROM (
        (SELECT move, object, at FROM due EXCEPT ALL SELECT move, object, at FROM due_from_tables())
        UNION ALL (SELECT move, object, at FROM due_from_tables() EXCEPT ALL SELECT move, object, at FROM due)) d
      """)
    return try rows.first?.get(0) ?? 0
  }

  /// Looks how far the clock of a demonstration or a test has been moved; a production one never is.
  func readClock() async throws {
    guard purpose != .production else { return }
    let rows = try await database.query(
      "SELECT extract(epoch FROM shift)::bigint FROM market_clock")
    let seconds: Int64 = try rows.first?.get(0) ?? 0
    shift.withLock { $0 = seconds }
  }

  /// By how many seconds the clock has been moved, as of the last look: at every tick, within a second. Always 0 in production.
  public var clockShift: Int64 { shift.withLock { $0 } }
}
