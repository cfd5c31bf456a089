import Synchronization

/// Rung when the log has grown: whoever waits for the next event looks again. One per server, however many wait.
public final class Bell: Sendable {
  /// Beyond so many, a guest who would wait is answered at once.
  static let most = 500

  private struct Waiter {
    let continuation: CheckedContinuation<Void, Never>
    let timer: Task<Void, Never>

    func finish() {
      timer.cancel()
      continuation.resume()
    }
  }
  private struct State {
    var rung = 0
    var isClosed = false
    var next = 0
    var waiting: [Int: Waiter] = [:]
  }
  private let state = Mutex(State())

  public init() {}

  /// How often it has been rung: taken before looking, so that no ring falls between looking and waiting.
  public var mark: Int { state.withLock { $0.rung } }

  public func ring() { wake { $0.rung += 1 } }

  /// The server is going: nobody waits any more.
  public func close() { wake { $0.isClosed = true } }

  private func wake(_ change: (inout State) -> Void) {
    let woken = state.withLock { state in
      change(&state)
      defer { state.waiting = [:] }
      return Array(state.waiting.values)
    }
    for waiter in woken { waiter.finish() }
  }

  /// Returns when it has been rung since `mark`, when the time is over, when the task is cancelled, or at once where nobody may wait.
  /// - Returns: whether waiting longer could be of use.
  /// - Parameter isGuest: whether it counts among those of whom only so many may wait.
  func wait(since mark: Int, atMost time: Duration, isGuest: Bool = false) async -> Bool {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mayWait = state.withLock { state in
          guard state.rung == mark, !state.isClosed, !isGuest || state.waiting.count < Self.most, !Task.isCancelled
          else { return false }
          let timer = Task { [weak self] in
            try? await Task.sleep(for: time)
            self?.leave(number)
          }
          state.waiting[number] = Waiter(continuation: continuation, timer: timer)
          return true
        }
        if !mayWait { continuation.resume() }
      }
    } onCancel: {
      leave(number)
    }
    return state.withLock { !$0.isClosed && $0.rung != mark } && !Task.isCancelled
  }

  private func leave(_ number: Int) {
    state.withLock { $0.waiting.removeValue(forKey: number) }?.finish()
  }
}
