import Postgres
import Synchronization

/// Computes passwords on threads of its own, two at once at most: each takes 128 MiB and a good part of a second, and nothing else
/// of the server is to wait for them. Who comes when the queue is full is sent away with `busy`.
public final class PasswordHasher: Sendable {
  static let atOnce = 2
  static let longestQueue = 32

  private struct State {
    var running = 0
    var waiting: [@Sendable () -> Void] = []
    var most = 0
  }

  public let scrypt: Scrypt
  private let state = Mutex(State())
  /// What the password of an unknown login is compared with, so that it takes as long as any other.
  private let nobody: PasswordHash

  public init(_ scrypt: Scrypt) {
    self.scrypt = scrypt
    nobody = .nobody(scrypt)
  }

  /// The most that were ever computed at once.
  public var mostAtOnce: Int { state.withLock { $0.most } }

  public func hash(_ password: String) async throws -> PasswordHash {
    try await perform { [scrypt] in Result { () throws(CryptoError) in try PasswordHash(password, scrypt) } }
  }

  /// Compares; an unknown login costs as much and is never right.
  public func matches(_ password: String, _ kept: PasswordHash?) async throws -> Bool {
    let other = kept ?? nobody
    let isRight = try await perform { Result { () throws(CryptoError) in try other.matches(password) } }
    return isRight && kept != nil
  }

  private func perform<T: Sendable>(_ work: @escaping @Sendable () -> Result<T, CryptoError>) async throws -> T {
    let outcome: Result<T, CryptoError>? = await withCheckedContinuation { continuation in
      let job: @Sendable () -> Void = { continuation.resume(returning: work()) }
      let isTaken = state.withLock { state in
        guard state.running + state.waiting.count < Self.atOnce + Self.longestQueue else { return false }
        state.waiting.append(job)
        guard state.running < Self.atOnce else { return true }
        guard Thread.detach({ self.run() }) else {
          // Somebody else's thread will come to it; with none at all it is not taken.
          if state.running > 0 { return true }
          state.waiting.removeLast()
          return false
        }
        state.running += 1
        state.most = max(state.most, state.running)
        return true
      }
      if !isTaken { continuation.resume(returning: nil) }
    }
    guard let outcome else { throw Refusal.busy }
    return try outcome.get()
  }

  /// Works off the queue and ends.
  private func run() {
    while true {
      let job = state.withLock { state -> (@Sendable () -> Void)? in
        if state.waiting.isEmpty {
          state.running -= 1
          return nil
        }
        return state.waiting.removeFirst()
      }
      guard let job else { return }
      job()
    }
  }
}
