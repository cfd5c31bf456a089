extension Core {
  func landed(_ link: Link, _ outcomes: [Link.Outcome], _ failure: PostgresError?) {
    switch link.owner {
    case .reads(let reads): landed(link, reads: reads, outcomes, failure)
    case .lease(let lease): landed(lease, link, outcomes, failure)
    case .crew(let crew): landed(link, crew: crew, outcomes, failure)
    case .barrier: free(link)
    case .none, .listener: drop(link)
    }
  }

  private func landed(_ lease: Lease, _ link: Link, _ outcomes: [Link.Outcome], _ failure: PostgresError?) {
    guard let operation = lease.current else { return lose(link, PostgresError(.connection, "an answer to nothing")) }
    if hasRunNothing(outcomes, failure, lease), lease.retries < 3 {
      lease.retries += 1
      lease.hasBegun = !link.isOutsideTransaction
      lease.current = nil
      lease.pending.insert(operation, at: 0)
      return advance(lease)
    }
    lease.current = nil
    answer(operation, collect(outcomes, failure, operation), lease)
    if operation.isFinal { release(lease) } else { advance(lease) }
  }

  /// Whether the flight may be sent once more as it was: its only statement met a plan that no longer fits, or an
  /// error of our housekeeping came before all of them.
  private func hasRunNothing(_ outcomes: [Link.Outcome], _ failure: PostgresError?, _ lease: Lease) -> Bool {
    if case .single = lease.terms, case .stale = outcomes.first { return true }
    return failure == nil && !outcomes.isEmpty
      && outcomes.allSatisfy { if case .aborted = $0 { true } else { false } }
  }

  /// The rows of all statements, or the first error.
  private func collect(
    _ outcomes: [Link.Outcome], _ failure: PostgresError?, _ operation: Operation
  ) -> Result<[Rows], PostgresError> {
    var all: [Rows] = []
    for outcome in outcomes {
      switch outcome {
      case .rows(let rows): all.append(rows)
      case .failed(let error), .stale(let error):
        let isOurs = error.sqlState == SQLState.cancelled && operation.ticket.isCancelled
        return .failure(isOurs ? .cancelled : error)
      case .aborted: return .failure(failure ?? PostgresError(.server, "not run: a statement before it failed"))
      }
    }
    return failure.map { .failure($0) } ?? .success(all)
  }

  private func answer(_ operation: Operation, _ outcome: Result<[Rows], PostgresError>, _ lease: Lease) {
    switch operation.work {
    case .statement(_, let promise):
      promise.resume(
        returning: outcome.flatMap { rows in
          rows.last.map { .success($0) } ?? .failure(PostgresError(.decoding, "the statement was not answered"))
        })
    case .batch(let statements, let promise):
      promise.resume(returning: outcome.map { Array($0.suffix(statements.count)) })
    case .commit(let promise):
      // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
      let isCommitted = outcome.map { $0.last?.commandTag == "COMMIT" }
      promise.resume(
        returning: isCommitted.flatMap { committed in committed ? .success(()) : .failure(.commitRefused) })
    case .rollback(let promise):
      promise.resume(returning: outcome.map { _ in })
    case .begin:
      if case .failure(let error) = outcome { failNext(lease, error) }
    case .script, .copyBegin, .copyData, .copyEnd:
      operation.fail(PostgresError(.connection, "an answer out of order"))
    }
  }

  private func failNext(_ lease: Lease, _ error: PostgresError) {
    lease.hasBegun = false
    if !lease.pending.isEmpty { lease.pending.removeFirst().fail(error) }
  }

  /// A text, or the end of a COPY, was answered.
  func answered(_ link: Link, _ results: [Rows], _ failure: PostgresError?) {
    guard case .lease(let lease) = link.owner, let operation = lease.current else {
      return link.purpose == .listener ? listenerAnswered(link, failure) : drop(link)
    }
    lease.current = nil
    let failure = failure?.sqlState == SQLState.cancelled && operation.ticket.isCancelled ? .cancelled : failure
    switch operation.work {
    case .script(_, let promise): promise.resume(returning: failure.map { .failure($0) } ?? .success(()))
    case .copyEnd(_, let promise):
      promise.resume(returning: failure.map { .failure($0) } ?? .success(results.last?.affected ?? 0))
    default:
      operation.fail(failure ?? PostgresError(.server, "the statement did not begin a COPY FROM STDIN"))
    }
    advance(lease)
  }

  func copyBegan(_ link: Link) {
    guard case .lease(let lease) = link.owner, let operation = lease.current,
      case .copyBegin(_, let promise) = operation.work
    else { return lose(link, PostgresError(.connection, "a script may not COPY from us")) }
    lease.current = nil
    promise.resume(returning: .success(()))
    advance(lease)
  }

  /// All that was buffered is on its way: the next part of a COPY may come.
  func flushed(_ link: Link) {
    guard case .lease(let lease) = link.owner, let operation = lease.current,
      case .copyData(_, let promise) = operation.work
    else { return }
    lease.current = nil
    promise.resume(returning: .success(()))
    advance(lease)
  }
}

extension PostgresError {
  static var commitRefused: PostgresError {
    var values = PostgresError.Fields.Values(
      kind: .server, message: "a statement of the transaction had failed, so it was rolled back")
    values.sqlState = SQLState.failedTransaction
    return PostgresError(PostgresError.Fields(values))
  }
}
