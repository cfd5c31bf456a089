import CLibPQ

extension Link {
  /// Sends statements under one sync: they are one transaction, unless they say otherwise.
  func fly(_ statements: some Collection<SQL>, at now: Tick) throws(PostgresError) {
    activity = .flight
    departed = now
    steps.removeAll(keepingCapacity: true)
    outcomes = Array(repeating: .aborted, count: statements.count)
    position = 0
    isAnswered = false
    failure = nil
    // Inside a transaction a DEALLOCATE that fails would fail the transaction.
    if isOutsideTransaction { for name in cache.takeDiscarded() { sendDeallocate(name) } }
    for (index, sql) in statements.enumerated() {
      if let refusal = send(sql, as: index) {
        guard !isBroken else { throw refusal }
        outcomes[index] = .failed(refusal)
      }
    }
    guard PQpipelineSync(connection) == 1 else { throw brokenError() }
  }

  private func sendDeallocate(_ name: [CChar]) {
    let text = "DEALLOCATE " + name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    if PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 1) == 1 { steps.append(.deallocate(name)) }
  }

  /// Puts one statement into the pipeline; the reason if libpq does not take it.
  private func send(_ sql: SQL, as index: Int) -> PostgresError? {
    let (entry, isNew) = cache.entry(for: sql)
    if isNew {
      guard !sql.text.utf8.contains(0) else {
        cache.remove(entry)
        return PostgresError(.server, "the statement's text contains a NUL", statement: sql.text)
      }
    } else if entry.state == .seen {
      let types = sql.binds.map(\.type)
      guard PQsendPrepare(connection, entry.name, sql.text, Int32(types.count), types) == 1 else {
        return refusal(sql)
      }
      entry.state = .sent
      steps.append(.prepare(entry))
    }
    let isSent = sql.withParameters { count, types, values, lengths, formats in
      if entry.state == .seen {
        PQsendQueryParams(connection, sql.text, count, types, values, lengths, formats, 1)
      } else {
        PQsendQueryPrepared(connection, entry.name, count, values, lengths, formats, 1)
      }
    }
    guard isSent == 1 else { return refusal(sql) }
    steps.append(.run(index, entry))
    return nil
  }

  private func refusal(_ sql: SQL) -> PostgresError {
    PostgresError(isBroken ? .connection : .server, LibPQ.message(connection), statement: sql.text)
  }

  /// Takes the answers that are complete.
  func receiveFlight() -> Event {
    while PQisBusy(connection) == 0 {
      guard let result = PQgetResult(connection) else {
        guard isAnswered else { return .nothing }
        isAnswered = false
        position += 1
        continue
      }
      let status = PQresultStatus(result)
      if status == PGRES_PIPELINE_SYNC {
        PQclear(result)
        activity = .idle
        steps.removeAll(keepingCapacity: true)
        defer { outcomes = [] }
        return .landed(outcomes, failure: failure)
      }
      isAnswered = true
      guard position < steps.count else {
        // The commit at the sync failed, by a deferred constraint for one.
        if status == PGRES_FATAL_ERROR { failure = LibPQ.error(result, statement: nil) }
        PQclear(result)
        continue
      }
      if let fatal = take(result, status, for: steps[position]) { return .lost(fatal) }
    }
    return .nothing
  }

  /// Notes the answer to a step; the error if the server hangs up with it.
  private func take(_ result: OpaquePointer, _ status: ExecStatusType, for step: Step) -> PostgresError? {
    switch (status, step) {
    case (PGRES_COMMAND_OK, .prepare(let entry)):
      entry.state = .prepared
    case (PGRES_COMMAND_OK, .run(let index, _)), (PGRES_TUPLES_OK, .run(let index, _)),
      (PGRES_EMPTY_QUERY, .run(let index, _)):
      outcomes[index] = .rows(Rows(ResultHandle(result)))
      return nil
    case (PGRES_PIPELINE_ABORTED, .prepare(let entry)):
      cache.remove(entry)
    case (PGRES_PIPELINE_ABORTED, .deallocate(let name)):
      cache.discardLater(name)
    case (PGRES_PIPELINE_ABORTED, _), (PGRES_COMMAND_OK, .deallocate):
      break
    default:
      defer { PQclear(result) }
      return takeError(result, for: step)
    }
    PQclear(result)
    return nil
  }

  private func takeError(_ result: OpaquePointer, for step: Step) -> PostgresError? {
    guard PQresultStatus(result) == PGRES_FATAL_ERROR else {
      // A COPY through a plain statement: libpq has lost its place in the stream.
      return PostgresError(.connection, "the statement began a COPY; use copyIn(_:rows:write:)")
    }
    switch step {
    case .run(let index, let entry):
      let error = LibPQ.error(result, statement: entry.key.sql.text)
      if error.kind == .connection { return error }
      if entry.state == .prepared, error.sqlState == SQLState.unsupported {
        cache.remove(entry)
        outcomes[index] = .stale(error.runningAgain)
      } else if entry.state == .prepared, error.sqlState == SQLState.unknownStatement {
        cache.forget(entry)
        outcomes[index] = .stale(error.runningAgain)
      } else {
        outcomes[index] = .failed(error)
      }
    case .prepare(let entry):
      let error = LibPQ.error(result, statement: entry.key.sql.text)
      if error.kind == .connection { return error }
      cache.remove(entry)
      // The statement itself is answered with "aborted" next: its error is this one.
      if position + 1 < steps.count, case .run(let index, _) = steps[position + 1] { outcomes[index] = .failed(error) }
    case .deallocate:
      // The server has forgotten the name already. What stood behind it was not run, and is sent again.
      let error = LibPQ.error(result, statement: nil)
      if error.kind == .connection { return error }
    }
    return nil
  }
}
