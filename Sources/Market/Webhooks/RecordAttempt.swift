import Postgres

extension Postman {
  /// Writes down what became of an attempt: the attempt, the delivery, how far the webhook has got and how its receiver does.
  /// - Returns: whether to go on: false when the receiver should rest, has been given up, or the lease has become another's.
  func record(_ letter: Letter, _ outcome: Post.Outcome, for webhook: Webhook, _ claim: Claim) async throws -> Bool {
    let pace = pace
    return try await market.work(as: .system) { work in
      // The webhook first, as everybody who takes hold of both does.
      let isSame = try await work.lock(webhook.id).object.version == webhook.version
      guard let standing = try await Self.standing(claim, pace, outcome, letter.place, work) else { return false }
      try await Self.keep(letter, outcome, webhook.id, pace, mayGiveUp: !standing.hasFailedTooLong, work)
      if let reason = standing.endReason(outcome, pace) {
        try await Self.disable(webhook.id, reason, work)
        return false
      }
      return isSame && standing.rest == nil
    }
  }

  /// How a receiver does after an attempt.
  private struct Standing {
    let rest: Double?
    let hasFailedTooLong: Bool

    func endReason(_ outcome: Post.Outcome, _ pace: DeliveryPace) -> String? {
      if outcome.status == 410 { return "接收方回答 410,不再接收 · the receiver answered 410 Gone" }
      guard hasFailedTooLong, !outcome.isGood else { return nil }
      return "连续失败 \(pace.givesUpAfterDays) 天 · it has failed for \(pace.givesUpAfterDays) days"
    }
  }

  private static func standing(
    _ claim: Claim, _ pace: DeliveryPace, _ outcome: Post.Outcome, _ place: Int64?, _ work: Work
  ) async throws -> Standing? {
    let isGood = outcome.isGood
    let before = try await work.tx.query(
      "SELECT failures FROM webhook_progress WHERE webhook = \(claim.webhook) AND lease = \(claim.lease) FOR NO KEY UPDATE"
    )
    // Somebody else has taken it over, since this one was thought dead: he sends it again and writes that down.
    guard let failures: Int = try before.first?.get(0) else { return nil }
    let rest = isGood ? nil : pace.rest(after: failures + 1)
    let rows = try await work.tx.query(
      """
      UPDATE webhook_progress SET seen = coalesce(\(place), seen),
        failures = CASE WHEN \(isGood) THEN 0 ELSE failures + 1 END,
        failing_since = CASE WHEN \(isGood) THEN NULL ELSE coalesce(failing_since, market_now()) END,
        wait_until = market_now() + make_interval(secs => \(rest)),
        leased_until = clock_timestamp() + make_interval(secs => \(pace.leaseSeconds))
      WHERE webhook = \(claim.webhook)
      RETURNING coalesce(failing_since <= market_now() - make_interval(days => \(Int32(pace.givesUpAfterDays))), false)
      """)
    return Standing(rest: rest, hasFailedTooLong: try rows.first?.get(0) ?? false)
  }

  private static func keep(
    _ letter: Letter, _ outcome: Post.Outcome, _ webhook: ID<Webhook>, _ pace: DeliveryPace, mayGiveUp: Bool,
    _ work: Work
  ) async throws {
    let known = try await work.tx.query(
      """
      SELECT retries, asked_at <= market_now() - make_interval(days => \(Int32(pace.givesUpAfterDays)))
      FROM webhook_deliveries WHERE webhook = \(webhook) AND event = \(letter.event)
      """)
    let retries = try known.first?.get(0, as: Int.self) ?? 0, isOld = try known.first?.get(1, as: Bool.self) ?? false
    // Where nothing gets through the receiver is given up, and the event waits for its return.
    let status = outcome.isGood ? "delivered" : isOld && mayGiveUp ? "failed" : "retrying"
    let pause = max(
      pace.pause(after: retries + 1, atMost: pace.longestRetry),
      min(Double(outcome.retryAfter ?? 0), pace.longestRetry))
    _ = try await work.tx.query(
      """
      WITH d AS (
        INSERT INTO webhook_deliveries AS d (id, webhook, event, status, attempts, retries, next_at)
        VALUES (\(ID<Delivery>()), \(webhook), \(letter.event), \(status), 1, 1,
          CASE WHEN \(status) = 'retrying' THEN market_now() + make_interval(secs => \(pause)) END)
        ON CONFLICT (webhook, event) DO UPDATE SET status = excluded.status, next_at = excluded.next_at,
          attempts = d.attempts + 1, retries = d.retries + 1
        RETURNING d.id, d.attempts)
      INSERT INTO webhook_attempts (delivery, number, answer, milliseconds, error)
      SELECT id, attempts, \(outcome.status), \(outcome.milliseconds), \(outcome.error.map { String($0.prefix(300)) }) FROM d
      """)
  }

  private static func disable(_ webhook: ID<Webhook>, _ reason: String, _ work: Work) async throws {
    do {
      try await work.move(webhook, .disable, .object(["reason": .string(reason)]), version: nil)
    } catch Refusal.illegalMove {
      // Its owner was quicker, with a pause or its removal: there is nothing left to disable.
      return
    }
  }
}

extension Market {
  /// Drops deliveries that have been over for long, a thousand at a time.
  func forgetOldDeliveries(keptDays: Int) async throws {
    _ = try await database.execute(
      """
      DELETE FROM webhook_deliveries WHERE id IN (
        SELECT id FROM webhook_deliveries
        WHERE status <> 'retrying' AND asked_at < market_now() - make_interval(days => \(Int32(keptDays))) LIMIT 1000)
      """)
  }
}
