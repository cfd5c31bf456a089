import Synchronization

/// An open transaction, valid while the closure it was lent to runs. Statements run in the order they are called.
public final class Transaction: Sendable {
  enum Ending { case commit, rollback }

  private let reactor: Reactor
  private let lease: UInt64
  private let statementTimeout: Duration
  /// The first failure after which the whole transaction may be run again, even if the body turned it into another.
  private let retryable = Mutex<PostgresError?>(nil)

  init(_ reactor: Reactor, lease: UInt64, _ statementTimeout: Duration) {
    self.reactor = reactor
    self.lease = lease
    self.statementTimeout = statementTimeout
  }

  /// Runs one statement.
  public func query(_ sql: SQL) async throws(PostgresError) -> Rows {
    try await perform { .statement(sql, $0) }
  }

  /// Runs one statement.
  @discardableResult
  public func execute(_ sql: SQL) async throws(PostgresError) -> Rows {
    try await perform { .statement(sql, $0) }
  }

  /// Runs several statements in one round trip; the error is that of the first that failed.
  @discardableResult
  public func batch(_ statements: [SQL]) async throws(PostgresError) -> [Rows] {
    guard !statements.isEmpty else { return [] }
    return try await perform { .batch(statements, $0) }
  }

  /// Runs a text of several statements without binds.
  public func script(_ text: String) async throws(PostgresError) {
    try await perform { .script(text, $0) }
  }

  func perform<Value: Sendable>(_ work: (Promise<Value>) -> Operation.Work) async throws(PostgresError) -> Value {
    try note(await reactor.perform { .operate(lease, $0, work($1)) })
  }

  /// As ``perform(_:)``, for what must not be called off half way.
  func finish<Value: Sendable>(_ work: (Promise<Value>) -> Operation.Work) async throws(PostgresError) -> Value {
    try note(await reactor.finish { .operate(lease, $0, work($1)) })
  }

  func end(_ ending: Ending) async -> Result<Void, PostgresError> {
    let outcome = await reactor.finish { .operate(lease, $0, ending == .commit ? .commit($1) : .rollback($1)) }
    if ending == .commit, case .failure(let error) = outcome, error.isRetryable { keep(error) }
    return outcome
  }

  /// Runs `body` without the limit on a statement's time.
  func withoutTimeout<T>(_ body: () async throws -> T) async throws -> T {
    try await execute("SELECT set_config('statement_timeout', '0', true)")
    let value = try await body()
    let limit = "\(max(0, statementTimeout.milliseconds))"
    try await execute("SELECT set_config('statement_timeout', \(limit), true)")
    return value
  }

  var retryReason: PostgresError? { retryable.withLock { $0 } }

  private func note<Value>(_ outcome: Result<Value, PostgresError>) throws(PostgresError) -> Value {
    if case .failure(let error) = outcome, error.isRetryable { keep(error) }
    return try outcome.get()
  }

  private func keep(_ error: PostgresError) {
    retryable.withLock { $0 = $0 ?? error }
  }
}
