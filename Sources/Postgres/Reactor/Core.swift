import CLibPQ
import Glibc

/// What the reactor's thread knows: the connections, who waits for them and what is under way.
final class Core {
  let reactor: Reactor
  let options: Database.Options
  private let poll: Int32
  private var events = [epoll_event](repeating: epoll_event(), count: 64)
  private(set) var now = Tick.now()
  var links: [Int: Link] = [:]
  private var lastLink = 0
  var readers: Pool<Read>
  var writers: Pool<Lease>
  var leases: [UInt64: Lease] = [:]
  /// Why the last attempt to connect failed.
  var lastRefusal = PostgresError(.connection, "not connected")
  var listener = Listener()
  /// Readers with a flight nobody waits for in full any more.
  var abandoned: Set<Int> = []
  /// Writers with a crew in the air.
  var crews: Set<Int> = []
  var closing: Closing?
  private var isOver = false

  init?(_ reactor: Reactor, _ options: Database.Options) {
    poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard poll >= 0 else { return nil }
    self.reactor = reactor
    self.options = options
    let patience = options.acquireTimeout.nanoseconds
    readers = Pool(limits: .init(size: max(1, options.readers), surge: 4, patience: patience))
    writers = Pool(limits: .init(size: max(1, options.writers), patience: patience))
    watch(reactor.bell, as: 0, EPOLL_CTL_ADD, writes: false)
  }

  deinit {
    _ = Glibc.close(poll)
  }

  func run() {
    while true {
      now = Tick.now()
      for command in reactor.take() { obey(command) }
      schedule()
      if isOver { break }
      let patience = Reactor.Patience(reads: readers.isAllAtWork, writes: writers.isAllAtWork)
      sleep(reactor.isQuiet(patience) ? pauseLength(patience) : 0)
    }
    reactor.shut()
  }

  func end() {
    isOver = true
  }

  /// Attends to the sockets that call within `pause` milliseconds; the bell ends the pause.
  private func sleep(_ pause: Int32) {
    let count = epoll_wait(poll, &events, Int32(events.count), pause)
    guard count > 0 else { return }
    now = Tick.now()
    for event in events[0..<Int(count)] {
      let id = Int(event.data.u64)
      if id == 0 {
        reactor.silence()
      } else if let link = links[id] {
        attend(link, writable: event.events & EPOLLOUT.rawValue != 0)
      }
    }
  }

  private func pauseLength(_ patience: Reactor.Patience) -> Int32 {
    var earliest = [readers.wakeUp(now: now), writers.wakeUp(now: now), listener.wakeUp, closing?.deadline]
      .compactMap { $0 }.min()
    // Those whose call does not wake us still want to be counted in time, if no answer does.
    let isPatient = (patience.reads || patience.writes) && closing == nil
    if isPatient || !abandoned.isEmpty || !crews.isEmpty {
      earliest = min(earliest ?? now + .milliseconds(10), now + .milliseconds(10))
    }
    guard let earliest else { return -1 }
    let milliseconds = (max(0, earliest - now) + 999_999) / 1_000_000
    return Int32(clamping: milliseconds)
  }

  private func obey(_ command: Command) {
    if closing != nil, refuseWhileClosing(command) { return }
    switch command {
    case .read(let ticket, let sql, let promise): read(Read(ticket, sql, promise))
    case .write(let ticket, let sql, let promise): write(ticket, sql, promise)
    case .open(let id, let isolation): open(id, isolation)
    case .operate(let id, let ticket, let work): operate(id, Operation(ticket: ticket, work: work))
    case .cancel(let ticket): cancel(ticket)
    case .dialled(let purpose, let outcome): dialled(purpose, outcome)
    case .cancelSent(let link): cancelSent(link)
    case .subscribe(let id, let channel, let subscription): subscribe(id, channel, subscription)
    case .unsubscribe(let id): unsubscribe(id)
    case .close(let waiter): close(waiter)
    }
  }

  /// Does all that can be done without waiting.
  private func schedule() {
    scheduleReads()
    scheduleLeases()
    scheduleListener()
    cancelAbandoned()
    splitSlowCrews()
    scheduleClosing()
  }

  // MARK: Connections

  func dial(_ purpose: Purpose) {
    guard closing == nil else { return notDialled(purpose) }
    let dial = Dial(options: options, purpose: purpose)
    let reactor = reactor
    let isStarted = Thread.detach { reactor.submit(.dialled(purpose, dial.connect())) }
    if !isStarted {
      dialled(purpose, .failure(PostgresError(.connection, "the system has no thread to connect on")))
    }
  }

  private func dialled(_ purpose: Purpose, _ outcome: Result<Handover, PostgresError>) {
    switch outcome {
    case .success(let handover):
      lastLink += 1
      guard let link = Link(handover, id: lastLink, purpose: purpose) else { return notDialled(purpose) }
      links[link.id] = link
      watch(link.descriptor, as: link.id, EPOLL_CTL_ADD, writes: false)
      switch purpose {
      case .reader: readers.opened(link.id, now: now)
      case .writer: writers.opened(link.id, now: now)
      case .listener: listenerOpened(link)
      }
    case .failure(let error):
      lastRefusal = error
      notDialled(purpose)
    }
  }

  func notDialled(_ purpose: Purpose) {
    switch purpose {
    case .reader: readers.openFailed(now: now)
    case .writer: writers.openFailed(now: now)
    case .listener: listener.openFailed(now: now)
    }
  }

  /// Closes a connection that has no owner, or whose owner has been told.
  func drop(_ link: Link) {
    links[link.id] = nil
    abandoned.remove(link.id)
    crews.remove(link.id)
    link.owner = .none
    switch link.purpose {
    case .reader: readers.lost(link.id)
    case .writer: writers.lost(link.id)
    case .listener: listenerLost(link)
    }
  }

  /// Something went wrong with a connection: its owner hears of it, and it is closed.
  func lose(_ link: Link, _ error: PostgresError) {
    let owner = link.owner
    let outcomes = link.outcomes
    drop(link)
    switch owner {
    case .reads(let reads): lost(reads, outcomes, error)
    case .lease(let lease): lost(lease, error)
    case .crew(let crew): lost(crew: crew, error)
    case .none, .barrier, .listener: break
    }
  }

  /// Writes what is buffered, and has the socket watched for as long as something is left.
  func flush(_ link: Link) {
    do {
      let isLeft = try link.flush()
      if isLeft != link.watchesWrites {
        link.watchesWrites = isLeft
        watch(link.descriptor, as: link.id, EPOLL_CTL_MOD, writes: isLeft)
      }
      if !isLeft { flushed(link) }
    } catch {
      lose(link, error)
    }
  }

  /// Takes what a connection has to say.
  func attend(_ link: Link, writable: Bool) {
    if writable { flush(link) }
    guard links[link.id] === link else { return }
    switch link.receive() {
    case .nothing: if link.purpose == .listener { takeNotifications(link) }
    case .landed(let outcomes, let failure): landed(link, outcomes, failure)
    case .answered(let results, let failure): answered(link, results, failure)
    case .copyBegan: copyBegan(link)
    case .lost(let error): lose(link, error)
    }
    if links[link.id] === link, link.isBroken { lose(link, link.brokenError()) }
  }

  private func watch(_ descriptor: Int32, as id: Int, _ operation: Int32, writes: Bool) {
    var event = epoll_event()
    event.events = EPOLLIN.rawValue | (writes ? EPOLLOUT.rawValue : 0)
    event.data.u64 = UInt64(id)
    epoll_ctl(poll, operation, descriptor, &event)
  }
}
