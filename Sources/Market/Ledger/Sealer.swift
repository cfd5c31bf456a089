import Logging
import Synchronization

/// Numbers what is committed and signs heads, again and again; several servers may do so side by side.
public final class Sealer: Sendable {
  let market: Market
  let keyring: LedgerKeyring?
  private let state = Mutex(State())

  private struct State {
    var signedAt: ContinuousClock.Instant?
    var hasWarned = false
  }

  /// Half a second between two heads: an event is under one well within a second, and a busy day does not sign without end.
  private static let pause: Duration = .milliseconds(500)

  /// - Parameter keyring: nil numbers only and leaves signing to others.
  public init(_ market: Market, keyring: LedgerKeyring?) { (self.market, self.keyring) = (market, keyring) }

  public func step() async throws {
    try await market.ledger.sequence()
    let now = ContinuousClock.now
    guard let keyring, state.withLock({ $0.signedAt.map { now - $0 >= Self.pause } ?? true }) else { return }
    do {
      try await market.ledger.seal(with: try await keyring.signer(of: market.ledger))
      state.withLock { $0.signedAt = now }
    } catch let failure as LedgerKeyring.Failure {
      // Another server signs; this one says once that it cannot.
      state.withLock { $0.signedAt = now }
      guard state.withLock({ state in !exchange(&state.hasWarned, true) }) else { return }
      market.logger.warning("this server signs no heads of the ledger", metadata: ["why": "\(failure)"])
    }
  }
}

private func exchange(_ value: inout Bool, _ new: Bool) -> Bool {
  defer { value = new }
  return value
}
