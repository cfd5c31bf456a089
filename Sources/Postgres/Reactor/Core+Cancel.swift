extension Core {
  /// Calls off whatever belongs to a ticket; nothing when that is over already.
  func cancel(_ ticket: Ticket) {
    if cancelRead(ticket) { return }
    if let lease = writers.forget(where: { $0.pending.contains { $0.ticket === ticket } }) {
      return cancelWaiting(lease, ticket)
    }
    for link in links.values {
      if case .crew(let crew) = link.owner, crew.contains(where: { $0.pending.first?.ticket === ticket }) {
        return sendCancel(link)
      }
      guard case .lease(let lease) = link.owner else { continue }
      if lease.current?.ticket === ticket { return sendCancel(link) }
      if let index = lease.pending.firstIndex(where: { $0.ticket === ticket }) {
        return lease.pending.remove(at: index).fail(.cancelled)
      }
    }
  }

  private func cancelWaiting(_ lease: Lease, _ ticket: Ticket) {
    lease.isWaiting = false
    let (ours, others) = (
      lease.pending.filter { $0.ticket === ticket }, lease.pending.filter { $0.ticket !== ticket }
    )
    lease.pending = others
    for operation in ours { operation.fail(.cancelled) }
    if !others.isEmpty {
      lease.isWaiting = true
      writers.wait(lease, now: now)
    }
  }

  /// Asks the server to stop what a connection does. Until that is through, nothing new starts there.
  func sendCancel(_ link: Link) {
    guard let handle = CancelHandle(link.connection) else { return }
    link.cancels += 1
    let reactor = reactor
    let id = link.id
    let isStarted = Thread.detach {
      handle.send()
      reactor.submit(.cancelSent(link: id))
    }
    if !isStarted { link.cancels -= 1 }
  }

  func cancelSent(_ id: Int) {
    guard let link = links[id] else { return }
    link.cancels -= 1
    guard link.cancels == 0 else { return }
    switch link.owner {
    case .lease(let lease): advance(lease)
    case .barrier where link.activity == .idle: raiseBarrier(link)
    case .none, .reads, .crew, .barrier, .listener: break
    }
  }

  /// The signal of a cancel may arrive after the answer: let it hit a statement nobody waits for.
  private func raiseBarrier(_ link: Link) {
    do {
      try link.fly(CollectionOfOne("SELECT"), at: now)
      flush(link)
    } catch {
      lose(link, error)
    }
  }
}
