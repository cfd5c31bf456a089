import Logging
import Postgres
import Synchronization

/// Tells webhooks what has happened. Several servers may have several each: a webhook is one's at a time, by a lease; what was
/// sent is written down afterwards, so that whoever dies in between has it sent again, under the same id, and nothing is lost.
///
/// A receiver gets events in the order of the log. One that it refuses does not hold up the others: it is tried again later,
/// out of order.
public final class Postman: Sendable {
  public struct Settings: Sendable {
    public var post = Post.Settings()
    public var pace = DeliveryPace()
    public init() {}
  }

  public let market: Market
  let settings: Settings
  var pace: DeliveryPace { settings.pace }
  /// How far this server has looked for what should wake a webhook; nil at the start, when all are woken.
  private let head = Mutex<EventCursor?>(nil)

  public init(_ market: Market, _ settings: Settings = Settings()) {
    self.market = market
    var settings = settings
    if market.purpose != .production {
      settings.post.rules = AddressRules(allowed: settings.post.rules.allowed + Destination.loopback)
    }
    self.settings = settings
  }

  // MARK: Waking

  /// Wakes the webhooks that what has happened since the last call may concern. Whether it does is looked at when it is sent.
  public func wake() async throws {
    guard var place = head.withLock({ $0 }) else {
      let end = try await market.events.end()
      _ = try await market.database.execute(Self.wake("true"))
      return head.withLock { $0 = end }
    }
    while true {
      let events = try await market.events.read(after: place, limit: 1000, as: nil)
      guard let last = events.last else { return }
      _ = try await market.database.execute(
        Self.wake(
          """
          EXISTS (SELECT FROM events e WHERE e.id = ANY(\(events.map(\.id)))
            AND (w.kinds = '{}' OR e.kind = ANY(w.kinds) OR e.object_id = w.id)
            AND (e.public OR e.audience @> ARRAY[w.organisation]))
          """))
      place = last.cursor
      let seen = place
      head.withLock { $0 = seen }
    }
  }

  /// Lets old deliveries go.
  public func tidy() async throws { try await market.forgetOldDeliveries(keptDays: pace.keptDays) }

  private static func wake(_ condition: SQL) -> SQL {
    """
    UPDATE webhook_progress p SET wakes = p.wakes + 1, next_at = least(p.next_at, (SELECT market_now()))
    FROM webhooks w WHERE w.id = p.webhook AND w.status = 'active' AND \(sql: condition)
    """
  }

  // MARK: Rounds

  /// Takes one webhook that has something to be sent, and sends it; false when there is none.
  public func round() async throws -> Bool {
    guard let claim = try await claim() else { return false }
    do {
      try await serve(claim)
    } catch {
      // Given back at once where that is possible; else its lease runs out.
      _ = try? await market.database.execute(release(claim))
      throw error
    }
    return true
  }

  struct Claim: Sendable {
    let webhook: ID<Webhook>
    let lease: ID<Anything>
    var seen: Int64
    let wakes: Int64
  }

  func claim() async throws -> Claim? {
    let lease = ID<Anything>()
    let rows = try await market.database.execute(
      """
      WITH c AS MATERIALIZED (
        SELECT p.webhook FROM webhook_progress p JOIN webhooks w ON w.id = p.webhook
        WHERE p.next_at <= (SELECT market_now()) AND w.status = 'active'
          AND (p.wait_until IS NULL OR p.wait_until <= (SELECT market_now()))
          AND (p.leased_until IS NULL OR p.leased_until <= clock_timestamp())
        ORDER BY p.next_at LIMIT 1 FOR NO KEY UPDATE OF p SKIP LOCKED)
      UPDATE webhook_progress p
      SET lease = \(lease), leased_until = clock_timestamp() + make_interval(secs => \(pace.leaseSeconds))
      FROM c WHERE p.webhook = c.webhook RETURNING p.webhook, p.seen, p.wakes
      """)
    guard let row = rows.first else { return nil }
    return Claim(webhook: try row.get(0), lease: lease, seen: try row.get(1), wakes: try row.get(2))
  }

  private func serve(_ claim: Claim) async throws {
    var claim = claim
    let webhook: Webhook = try await market.find(claim.webhook, for: .system)
    for _ in 0..<pace.inARow {
      guard let letter = try await next(for: webhook, &claim) else { return try await rest(claim) }
      let outcome = try await send(letter, to: webhook), held = claim
      // What has been answered is written down, even where this server is about to stop.
      guard try await Task(operation: { try await record(letter, outcome, for: webhook, held) }).value else { break }
      claim.seen = letter.place ?? claim.seen
    }
    _ = try await market.database.execute(release(claim))
  }

  /// There is more to send, later: others come first.
  private func release(_ claim: Claim) -> SQL {
    """
    UPDATE webhook_progress SET lease = NULL, leased_until = NULL, next_at = market_now()
    WHERE webhook = \(claim.webhook) AND lease = \(claim.lease)
    """
  }

  /// Nothing is left to send now: it sleeps until its next retry, unless it has been woken meanwhile.
  private func rest(_ claim: Claim) async throws {
    _ = try await market.database.execute(
      """
      UPDATE webhook_progress p SET lease = NULL, leased_until = NULL, seen = greatest(seen, \(claim.seen)),
        next_at = CASE WHEN wakes = \(claim.wakes) THEN
          (SELECT min(next_at) FROM webhook_deliveries d WHERE d.webhook = p.webhook AND d.status = 'retrying')
          ELSE next_at END
      WHERE webhook = \(claim.webhook) AND lease = \(claim.lease)
      """)
  }
}
