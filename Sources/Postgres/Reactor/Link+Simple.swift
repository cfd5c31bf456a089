import CLibPQ

extension Link {
  /// Sends a text of statements by the simple protocol.
  func send(text: String) throws(PostgresError) {
    guard !text.utf8.contains(0) else { throw PostgresError(.server, "the statement's text contains a NUL") }
    guard PQexitPipelineMode(connection) == 1 || purpose == .listener else { throw brokenError() }
    results = []
    failure = nil
    guard PQsendQuery(connection, text) == 1 else { throw brokenError() }
    activity = .simple
  }

  /// Sends a part of a COPY's data. libpq keeps what the socket does not take.
  func send(copyData bytes: [UInt8]) throws(PostgresError) {
    let outcome = bytes.withUnsafeBytes {
      PQputCopyData(connection, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
    }
    guard outcome == 1 else { throw brokenError() }
  }

  /// Ends a COPY, or fails it with a reason.
  func send(copyEnd reason: String?) throws(PostgresError) {
    guard PQputCopyEnd(connection, reason) == 1 else { throw brokenError() }
    activity = .simple
  }

  /// Takes the answers that are complete.
  func receiveAnswers() -> Event {
    while PQisBusy(connection) == 0 {
      guard let result = PQgetResult(connection) else { return finishAnswers() }
      switch PQresultStatus(result) {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
        results.append(Rows(ResultHandle(result)))
      case PGRES_COPY_IN:
        PQclear(result)
        activity = .copying
        return .copyBegan
      case PGRES_COPY_OUT, PGRES_COPY_BOTH:
        PQclear(result)
        return .lost(PostgresError(.connection, "COPY TO is not supported here"))
      default:
        let error = LibPQ.error(result, statement: nil)
        PQclear(result)
        if error.kind == .connection { return .lost(error) }
        failure = failure ?? error
      }
    }
    return .nothing
  }

  private func finishAnswers() -> Event {
    activity = .idle
    if purpose != .listener, !isBroken, PQenterPipelineMode(connection) != 1 { return .lost(brokenError()) }
    defer {
      results = []
      failure = nil
    }
    return .answered(results, failure: failure)
  }

  /// The notifications that have arrived.
  func takeNotifications() -> [(channel: String, payload: String, processID: Int32)] {
    var taken: [(channel: String, payload: String, processID: Int32)] = []
    while let notification = PQnotifies(connection) {
      let values = notification.pointee
      taken.append((String(cString: values.relname), String(cString: values.extra), values.be_pid))
      PQfreemem(notification)
    }
    return taken
  }
}
