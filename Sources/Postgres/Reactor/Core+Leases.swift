extension Core {
  func write(_ ticket: Ticket, _ sql: SQL, _ promise: Promise<Rows>) {
    let lease = Lease(id: 0, terms: .single)
    enqueue(Operation(ticket: ticket, work: .statement(sql, promise)), on: lease)
  }

  func open(_ id: UInt64, _ isolation: Isolation?) {
    leases[id] = Lease(id: id, terms: isolation.map { .transaction(begin: $0.begin) } ?? .session)
  }

  func operate(_ id: UInt64, _ operation: Operation) {
    guard let lease = leases[id] else { return operation.fail(.transactionOver) }
    if operation.isFinal { leases[id] = nil }
    enqueue(operation, on: lease)
  }

  private func enqueue(_ operation: Operation, on lease: Lease) {
    guard !operation.ticket.isCancelled else { return operation.fail(.cancelled) }
    if operation.isFinal, lease.broken != nil || (lease.link == nil && !lease.isWaiting) {
      return close(lease, with: operation)
    }
    if let broken = lease.broken { return operation.fail(broken) }
    lease.pending.append(operation)
    if lease.link != nil {
      advance(lease)
    } else if !lease.isWaiting {
      lease.isWaiting = true
      writers.wait(lease, now: now)
    }
  }

  /// The end of a lease that holds no connection: nothing was done, or all was lost.
  private func close(_ lease: Lease, with operation: Operation) {
    switch operation.work {
    case .commit(let promise): promise.resume(returning: lease.broken.map { .failure($0) } ?? .success(()))
    case .rollback(let promise): promise.resume(returning: .success(()))
    default: operation.fail(lease.broken ?? .transactionOver)
    }
  }

  func scheduleLeases() {
    while let action = writers.next(now: now) {
      switch action {
      case .grant(let lease, let id):
        guard let link = links[id] else {
          writers.lost(id)
          writers.waitAgain(lease, now: now)
          continue
        }
        let mates = lease.mayShareCommit ? writers.share(upTo: Core.largestCrew - 1) { $0.mayShareCommit } : []
        if mates.isEmpty { begin(lease, on: link) } else { depart(link, crew: [lease] + mates) }
      case .open: dial(.writer)
      case .timeOut(let lease): giveUp(lease, .noFreeConnection)
      case .refuse(let lease): giveUp(lease, lastRefusal)
      case .retire(let id): if let link = links[id] { drop(link) }
      }
    }
  }

  func begin(_ lease: Lease, on link: Link) {
    lease.isWaiting = false
    lease.link = link
    link.owner = .lease(lease)
    advance(lease)
  }

  /// A wait for a connection ended without one. Nothing was done, so the lease may try again.
  func giveUp(_ lease: Lease, _ error: PostgresError) {
    lease.isWaiting = false
    let pending = lease.pending
    lease.pending = []
    for operation in pending {
      if operation.isFinal { close(lease, with: operation) } else { operation.fail(error) }
    }
  }

  /// Starts the next operation, or gives the connection back after the last.
  func advance(_ lease: Lease) {
    while lease.current == nil, let link = lease.link, link.cancels == 0 {
      guard !lease.pending.isEmpty else {
        if case .single = lease.terms { release(lease) }
        return
      }
      let operation = lease.pending.removeFirst()
      if operation.ticket.isCancelled {
        operation.fail(.cancelled)
        continue
      }
      start(operation, on: lease, link)
    }
  }

  private func start(_ operation: Operation, on lease: Lease, _ link: Link) {
    if operation.isFinal, lease.isSession || link.isOutsideTransaction { return conclude(operation, lease) }
    if operation.statements == nil, lease.opening != nil {
      lease.pending.insert(operation, at: 0)
      return start(Operation(ticket: Ticket(), work: .begin), on: lease, link)
    }
    lease.current = operation
    do {
      if let statements = operation.statements {
        try link.fly((lease.opening.map { [$0] } ?? []) + statements, at: now)
        lease.hasBegun = true
      } else {
        try send(operation, link)
      }
      flush(link)
      // The answer to a COPY that failed half way may have been read before it was asked for.
      if case .copyEnd = operation.work, links[link.id] === link { attend(link, writable: false) }
    } catch {
      if link.isBroken || error.kind == .connection {
        lose(link, error)
      } else {
        lease.current = nil
        operation.fail(error)
      }
    }
  }

  private func send(_ operation: Operation, _ link: Link) throws(PostgresError) {
    switch operation.work {
    case .script(let text, _): try link.send(text: text)
    case .copyBegin(let sql, _): try link.send(text: sql.text)
    case .copyData(let bytes, _): try link.send(copyData: bytes)
    case .copyEnd(let reason, _): try link.send(copyEnd: reason)
    case .statement, .batch, .begin, .commit, .rollback: break
    }
  }

  /// The end of a lease whose transaction is not open, or that never had one.
  private func conclude(_ operation: Operation, _ lease: Lease) {
    close(lease, with: operation)
    release(lease)
  }

  /// Gives a lease's connection back, or closes it when it is not as it was lent.
  func release(_ lease: Lease) {
    guard let link = lease.link else { return }
    lease.link = nil
    guard !lease.isSession, link.isOutsideTransaction, link.activity == .idle else { return drop(link) }
    if link.cancels > 0 {
      link.owner = .barrier
    } else {
      free(link)
    }
  }

  func free(_ link: Link) {
    guard !link.isBroken else { return drop(link) }
    if link.cancels > 0 {
      link.owner = .barrier
      return
    }
    link.owner = .none
    switch link.purpose {
    case .reader: readers.release(link.id, now: now)
    case .writer: writers.release(link.id, now: now)
    case .listener: break
    }
  }

  /// A lease's connection was lost.
  func lost(_ lease: Lease, _ error: PostgresError) {
    lease.link = nil
    lease.broken = error
    let operations = (lease.current.map { [$0] } ?? []) + lease.pending
    lease.current = nil
    lease.pending = []
    for (index, operation) in operations.enumerated() {
      if case .rollback(let promise) = operation.work {
        promise.resume(returning: .success(()))
      } else if index == 0, operation.ticket.isCancelled {
        operation.fail(.cancelled)
      } else {
        operation.fail(error)
      }
    }
  }
}
