/// A connection lent without a transaction, valid while the closure it was lent to runs.
public final class Session: Sendable {
  private let reactor: Reactor
  private let lease: UInt64

  init(_ reactor: Reactor, lease: UInt64) {
    self.reactor = reactor
    self.lease = lease
  }

  /// Runs one statement that commits itself, unless the session has begun a transaction.
  public func query(_ sql: SQL) async throws(PostgresError) -> Rows {
    try await reactor.perform { .operate(lease, $0, .statement(sql, $1)) }.get()
  }

  /// Runs one statement that commits itself, unless the session has begun a transaction.
  @discardableResult
  public func execute(_ sql: SQL) async throws(PostgresError) -> Rows {
    try await query(sql)
  }

  /// Runs several statements in one round trip and one transaction; the error is that of the first that failed.
  @discardableResult
  public func batch(_ statements: [SQL]) async throws(PostgresError) -> [Rows] {
    guard !statements.isEmpty else { return [] }
    return try await reactor.perform { .operate(lease, $0, .batch(statements, $1)) }.get()
  }

  /// Runs a text of several statements without binds.
  public func script(_ text: String) async throws(PostgresError) {
    try await reactor.perform { .operate(lease, $0, .script(text, $1)) }.get()
  }

  func end() async {
    // The reactor closes the connection whatever state it is in, so there is no failure to hear of.
    _ = await reactor.finish { .operate(lease, $0, .rollback($1)) }
  }
}
