extension Core {
  /// A database on its way out: what is under way may finish until the deadline.
  struct Closing {
    var deadline: Tick
    var waiters: [CheckedContinuation<Void, Never>]
  }

  func close(_ waiter: CheckedContinuation<Void, Never>?) {
    if closing == nil {
      closing = Closing(deadline: now + options.closeTimeout.nanoseconds, waiters: [])
      for read in readers.forgetAll() { read.answer(.failure(.databaseClosed)) }
      for lease in writers.forgetAll() { giveUp(lease, .databaseClosed) }
      for subscriber in listener.subscribers.values { subscriber.subscription.finish() }
      listener.subscribers = [:]
    }
    if let waiter { closing?.waiters.append(waiter) }
  }

  /// Refuses new work; what lets old work finish goes on.
  func refuseWhileClosing(_ command: Command) -> Bool {
    switch command {
    case .read, .write, .open, .subscribe:
      command.refuse()
      return true
    case .operate(let id, _, _):
      guard leases[id]?.link == nil, leases[id]?.broken == nil else { return false }
      command.refuse()
      leases[id] = nil
      return true
    case .dialled(let purpose, .success):
      // Letting go of the connection closes it.
      notDialled(purpose)
      return true
    case .dialled, .cancel, .cancelSent, .unsubscribe, .close: return false
    }
  }

  func scheduleClosing() {
    guard let closing else { return }
    let isWorking = links.values.contains { link in
      switch link.owner {
      case .reads, .lease, .crew: true
      case .none, .barrier, .listener: false
      }
    }
    let isDialling = readers.opening + writers.opening > 0 || listener.isDialling
    guard !isWorking && !isDialling || now >= closing.deadline else { return }
    for link in Array(links.values) { lose(link, .databaseClosed) }
    for read in readers.forgetAll() { read.answer(.failure(.databaseClosed)) }
    end()
    reactor.shut()
    for waiter in closing.waiters { waiter.resume() }
  }
}
