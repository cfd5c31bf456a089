import CCurl
import Glibc
import Postgres
import Synchronization

/// Sends one request to an address that a stranger has named, and believes nothing of what it meets: the name is resolved once,
/// every address behind it checked, the connection pinned to them; no redirects, no proxies, little time, little of an answer.
public struct Post: Sendable {
  public let destination: Destination
  public let headers: [(name: String, value: String)]
  public let body: [UInt8]

  public init(to destination: Destination, headers: [(name: String, value: String)], body: [UInt8]) {
    (self.destination, self.headers, self.body) = (destination, headers, body)
  }

  /// How requests are sent.
  public struct Settings: Sendable {
    public var rules = AddressRules()
    public var resolve: Resolver = SystemResolver.resolve
    /// To have a connection, and to have the answer, in milliseconds.
    public var connectWithin = 5_000
    public var answerWithin = 15_000
    /// Bytes of the answer's headers and of its body that are read before we hang up.
    public var answerAtMost = 64 << 10
    /// A file of certificates to trust in place of the system's, as for an intranet with an authority of its own.
    public var trusting: String?
    public init() {}
  }

  /// What became of it.
  public struct Outcome: Sendable, Hashable {
    /// Nil when there was no answer.
    public var status: Int?
    /// Why there was none, or why it was cut off: a stable word, and what was found.
    public var error: String?
    /// Seconds after which the receiver wants to be asked again.
    public var retryAfter: Int?
    public var milliseconds = 0
    public var isGood: Bool { status.map { (200..<300).contains($0) } ?? false }
  }

  /// Sends it, on a thread of its own.
  /// - Throws: `CancellationError` when the task was cancelled before there was an answer; whether it arrived is not known then.
  public func send(_ settings: Settings) async throws -> Outcome {
    let transfer = Transfer(self, settings)
    let outcome: Outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let begun = Thread.detach { continuation.resume(returning: transfer.run()) }
        if !begun { continuation.resume(returning: Outcome(error: "no_thread")) }
      }
    } onCancel: {
      transfer.isCancelled.store(true, ordering: .relaxed)
    }
    if outcome.status == nil { try Task.checkCancellation() }
    return outcome
  }
}
