/// One thing to do on a connection that is lent out.
struct Operation {
  enum Work {
    case statement(SQL, Promise<Rows>)
    case batch([SQL], Promise<[Rows]>)
    case script(String, Promise<Void>)
    case copyBegin(SQL, Promise<Void>)
    case copyData([UInt8], Promise<Void>)
    /// Ends a COPY; with a reason nothing of it is kept.
    case copyEnd(reason: String?, Promise<Int>)
    case begin
    case commit(Promise<Void>)
    case rollback(Promise<Void>)
  }

  let ticket: Ticket
  let work: Work

  /// The statements of a flight; nil for what is not one.
  var statements: [SQL]? {
    switch work {
    case .statement(let sql, _): [sql]
    case .batch(let statements, _): statements
    case .commit: ["COMMIT"]
    case .rollback: ["ROLLBACK"]
    case .begin: []
    case .script, .copyBegin, .copyData, .copyEnd: nil
    }
  }

  /// The statement of a single write.
  var statement: SQL? {
    if case .statement(let sql, _) = work { sql } else { nil }
  }

  func succeed(_ rows: Rows) {
    if case .statement(_, let promise) = work { promise.resume(returning: .success(rows)) }
  }

  func fail(_ error: PostgresError) {
    switch work {
    case .statement(_, let promise): promise.resume(returning: .failure(error))
    case .batch(_, let promise): promise.resume(returning: .failure(error))
    case .script(_, let promise), .copyBegin(_, let promise), .copyData(_, let promise), .commit(let promise),
      .rollback(let promise):
      promise.resume(returning: .failure(error))
    case .copyEnd(_, let promise): promise.resume(returning: .failure(error))
    case .begin: break
    }
  }

  /// Whether this is the last that will be asked of a lease.
  var isFinal: Bool {
    switch work {
    case .commit, .rollback: true
    default: false
    }
  }
}
