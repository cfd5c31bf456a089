import Synchronization

/// The one answer somebody waits for.
typealias Promise<Value> = CheckedContinuation<Result<Value, PostgresError>, Never>

/// Names one call, so that it can be called off from any thread, before or after the reactor has heard of it.
final class Ticket: Sendable {
  private let flag = Atomic<Bool>(false)

  var isCancelled: Bool { flag.load(ordering: .acquiring) }

  func cancel() {
    flag.store(true, ordering: .releasing)
  }
}

extension PostgresError {
  static var cancelled: PostgresError { PostgresError(.cancelled, "the task was cancelled") }
  static var databaseClosed: PostgresError { PostgresError(.closed, "the database was closed") }
  static var transactionOver: PostgresError { PostgresError(.closed, "the transaction is over") }
  static var noFreeConnection: PostgresError { PostgresError(.timeout, "no connection became free in time") }
}
