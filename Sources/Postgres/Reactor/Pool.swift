/// Who gets which connection when, as a value: the shell reports what happened, then asks for the next action until
/// there is none, and wakes up again at ``wakeUp(now:)``.
struct Pool<Waiter> {
  struct Limits: Sendable {
    /// The number of connections.
    var size: Int
    /// How many more may open while somebody waits longer than `surgeAfter`.
    var surge = 0
    var surgeAfter: Int64 = .milliseconds(20)
    /// How long a waiter waits at most.
    var patience: Int64 = .milliseconds(5000)
    /// How long waiters wait for a server that refuses connections.
    var grace: Int64 = .milliseconds(1000)
    /// The pause after the first failure to connect; it doubles up to `longestPause`.
    var firstPause: Int64 = .milliseconds(250)
    var longestPause: Int64 = .milliseconds(1000)
    /// How long a server that is away is looked for after the last request.
    var memory: Int64 = .milliseconds(30_000)
    /// How long a connection above `size` may idle.
    var idleSurplus: Int64 = .milliseconds(10_000)
  }

  enum Action {
    case grant(Waiter, connection: Int)
    case open
    case timeOut(Waiter)
    /// The server has been away for too long.
    case refuse(Waiter)
    case retire(connection: Int)
  }

  private struct Outage {
    var since: Tick
    var failures = 1
    var nextAttempt: Tick
  }

  let limits: Limits
  private(set) var waiters = WaitQueue<Waiter>()
  private(set) var idle: [Int] = []
  private(set) var busy: Set<Int> = []
  private(set) var opening = 0
  private var outage: Outage?
  private var lastDemand: Tick?
  private var idleSince: Tick?

  init(limits: Limits) {
    self.limits = limits
  }

  var live: Int { idle.count + busy.count }

  /// Whether a new waiter changes nothing before a connection comes back.
  var isAllAtWork: Bool { idle.isEmpty && !busy.isEmpty && live + opening >= limits.size }

  mutating func wait(_ waiter: Waiter, now: Tick) {
    // An outage nobody has looked at for a while says nothing about the server today.
    if let outage, opening == 0, now - outage.nextAttempt > 2 * limits.longestPause { self.outage = nil }
    lastDemand = now
    waiters.append(waiter, since: now, deadline: now + limits.patience)
  }

  /// Puts a waiter that was served for nothing back in front.
  mutating func waitAgain(_ waiter: Waiter, now: Tick) {
    lastDemand = now
    waiters.prepend(waiter, since: now, deadline: now + limits.patience)
  }

  mutating func forget(where matches: (Waiter) -> Bool) -> Waiter? {
    waiters.remove(where: matches)
  }

  mutating func forgetAll() -> [Waiter] {
    waiters.removeAll()
  }

  /// More waiters for a connection just granted: its fair share, at most `limit`, up to the first that does not fit.
  mutating func share(upTo limit: Int, where fits: (Waiter) -> Bool = { _ in true }) -> [Waiter] {
    let part = min(limit, (waiters.count + idle.count) / (idle.count + 1))
    var taken: [Waiter] = []
    taken.reserveCapacity(part)
    while taken.count < part, let next = waiters.first, fits(next.waiter), let waiter = waiters.popFirst() {
      taken.append(waiter)
    }
    return taken
  }

  mutating func opened(_ connection: Int, now: Tick) {
    opening -= 1
    outage = nil
    idle.append(connection)
    idleSince = now
  }

  mutating func openFailed(now: Tick) {
    opening -= 1
    guard var outage else {
      self.outage = Outage(since: now, nextAttempt: now + limits.firstPause)
      return
    }
    let pause = min(limits.longestPause, limits.firstPause << min(outage.failures, 8))
    outage.failures += 1
    outage.nextAttempt = now + pause
    self.outage = outage
  }

  mutating func release(_ connection: Int, now: Tick) {
    guard busy.remove(connection) != nil else { return }
    idle.append(connection)
    idleSince = now
  }

  mutating func lost(_ connection: Int) {
    if busy.remove(connection) == nil { idle.removeAll { $0 == connection } }
  }

  mutating func next(now: Tick) -> Action? {
    if let first = waiters.first {
      if first.deadline <= now { return waiters.popFirst().map(Action.timeOut) }
      if let connection = idle.popLast() {
        busy.insert(connection)
        return waiters.popFirst().map { .grant($0, connection: connection) }
      }
      if let outage, live == 0, now - outage.since >= limits.grace { return waiters.popFirst().map(Action.refuse) }
    }
    if mayOpen(now: now) {
      opening += 1
      return .open
    }
    if live > limits.size, waiters.isEmpty, let idleSince, now - idleSince >= limits.idleSurplus {
      return idle.popLast().map { .retire(connection: $0) }
    }
    return nil
  }

  /// When to ask ``next(now:)`` again though nothing happened.
  func wakeUp(now: Tick) -> Tick? {
    var earliest: Tick?
    func consider(_ tick: Tick) { earliest = min(earliest ?? tick, tick) }
    if let first = waiters.first {
      consider(first.deadline)
      if live + opening < limits.size + limits.surge, first.since + limits.surgeAfter > now {
        consider(first.since + limits.surgeAfter)
      }
      if let outage, live == 0 { consider(outage.since + limits.grace) }
    }
    if let outage, opening == 0, isWanted(now: now) { consider(outage.nextAttempt) }
    if live > limits.size, !idle.isEmpty, waiters.isEmpty, let idleSince { consider(idleSince + limits.idleSurplus) }
    return earliest
  }

  private func mayOpen(now: Tick) -> Bool {
    var limit = limits.size
    if let first = waiters.first, now - first.since >= limits.surgeAfter { limit += limits.surge }
    guard live + opening < limit else { return false }
    guard let outage else { return opening < waiters.count }
    return opening == 0 && now >= outage.nextAttempt && isWanted(now: now)
  }

  private func isWanted(now: Tick) -> Bool {
    guard waiters.isEmpty else { return true }
    guard live == 0, let lastDemand else { return false }
    return now - lastDemand < limits.memory
  }
}
