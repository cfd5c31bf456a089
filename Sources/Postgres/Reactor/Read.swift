/// One statement on its way through the readers.
final class Read {
  let ticket: Ticket
  let sql: SQL
  private var promise: Promise<Rows>?
  /// How often it was lost with a connection, or met a stale plan.
  var mishaps = 0

  init(_ ticket: Ticket, _ sql: SQL, _ promise: Promise<Rows>) {
    self.ticket = ticket
    self.sql = sql
    self.promise = promise
  }

  /// Nobody waits for the answer any more.
  var isAnswered: Bool { promise == nil }

  func answer(_ outcome: Result<Rows, PostgresError>) {
    promise?.resume(returning: outcome)
    promise = nil
  }
}
