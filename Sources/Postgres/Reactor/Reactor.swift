import CLibPQ
import Glibc
import Synchronization

/// The one thread that owns every connection of a ``Database``, and the mailbox to it.
final class Reactor: Sendable {
  private struct Mailbox {
    var commands: [Command] = []
    var isAsleep = false
    var patience = Patience()
    var isClosed = false
  }

  /// What need not end the thread's sleep, since all connections for it are at work: their answers will.
  struct Patience {
    var reads = false
    var writes = false

    func covers(_ command: Command) -> Bool {
      switch command {
      case .read: reads
      case .write: writes
      default: false
      }
    }
  }

  private let mailbox = Mutex(Mailbox())
  private let ids = Atomic<UInt64>(1)
  /// An eventfd that ends the thread's sleep.
  let bell: Int32

  init(_ options: Database.Options) {
    bell = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    let isRunning = bell >= 0 && Thread.detach { Core(self, options)?.run() ?? self.shut() }
    if !isRunning { shut() }
  }

  deinit {
    if bell >= 0 { close(bell) }
  }

  func nextID() -> UInt64 { ids.add(1, ordering: .relaxed).oldValue }

  func submit(_ command: Command) {
    enum Next { case ring, nothing, refuse }
    let next = mailbox.withLock { box -> Next in
      guard !box.isClosed else { return .refuse }
      box.commands.append(command)
      guard box.isAsleep, !box.patience.covers(command) else { return .nothing }
      box.isAsleep = false
      return .ring
    }
    switch next {
    case .ring:
      var one: UInt64 = 1
      _ = write(bell, &one, 8)
    case .refuse: command.refuse()
    case .nothing: break
    }
  }

  /// The commands that have arrived.
  func take() -> [Command] {
    mailbox.withLock { box in
      box.isAsleep = false
      return exchange(&box.commands, with: [])
    }
  }

  /// Whether no command has arrived. If so, the next one that cannot wait rings the bell.
  func isQuiet(_ patience: Patience) -> Bool {
    mailbox.withLock { box in
      box.patience = patience
      box.isAsleep = box.commands.isEmpty
      return box.isAsleep
    }
  }

  /// Stops the bell.
  func silence() {
    var count: UInt64 = 0
    _ = read(bell, &count, 8)
  }

  /// Takes no further command and refuses those that have arrived.
  func shut() {
    let late = mailbox.withLock { box in
      box.isClosed = true
      return exchange(&box.commands, with: [])
    }
    for command in late { command.refuse() }
  }

  /// Submits what `command` makes and waits for the answer; a cancelled task calls it off.
  func perform<Value: Sendable>(
    _ command: (Ticket, Promise<Value>) -> Command
  ) async -> Result<Value, PostgresError> {
    let ticket = Ticket()
    if Task.isCancelled { return .failure(.cancelled) }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { submit(command(ticket, $0)) }
    } onCancel: {
      ticket.cancel()
      submit(.cancel(ticket))
    }
  }

  /// Submits what `command` makes and waits for the answer, come what may.
  func finish<Value: Sendable>(
    _ command: (Ticket, Promise<Value>) -> Command
  ) async -> Result<Value, PostgresError> {
    await withCheckedContinuation { submit(command(Ticket(), $0)) }
  }
}
