import Postgres

/// One event as a webhook is sent it: what happened, when, to which object. What the object says now is for the receiver to ask.
struct Letter: Sendable {
  let event: ID<Event>
  let body: [UInt8]
  /// Its place, where it is the next of the log; nil where it is sent again.
  let place: Int64?

  init(_ event: Event, isNext: Bool) {
    self.event = event.id
    place = isNext ? event.cursor.seq : nil
    var json = JSONWriter()
    json.object { json in
      json.string("type", "\(event.kind).\(event.action)")
      json.instant("timestamp", event.at)
      json.object("data") { json in
        json.string("id", event.id.text)
        json.string("object", event.object)
        json.int("version", event.version)
      }
    }
    body = json.bytes
  }
}

extension Postman {
  /// What is to be sent next: a retry whose time has come, or the next event of the log. While a receiver fails, what was tried
  /// least comes first: a single event that it cannot take does not keep the others from finding out that it is well.
  func next(for webhook: Webhook, _ claim: inout Claim) async throws -> Letter? {
    let progress = try await market.database.query(
      "SELECT failures FROM webhook_progress WHERE webhook = \(webhook.id)")
    let isFailing = (try progress.first?.get(0, as: Int.self) ?? 0) > 0
    if isFailing {
      if let letter = try await nextNew(for: webhook, &claim) { return letter }
      return try await nextRetry(for: webhook)
    }
    if let letter = try await nextRetry(for: webhook) { return letter }
    return try await nextNew(for: webhook, &claim)
  }

  private func nextRetry(for webhook: Webhook) async throws -> Letter? {
    let rows = try await market.database.query(
      """
      SELECT event FROM webhook_deliveries
      WHERE webhook = \(webhook.id) AND status = 'retrying' AND next_at <= (SELECT market_now())
      ORDER BY retries, id LIMIT 1
      """)
    guard let id: ID<Event> = try rows.first?.get(0) else { return nil }
    guard
      let event = try await market.events.read(after: .start, limit: 1, as: webhook.reader, only: "id = \(id)").first
    else { throw Refusal.notFound(.event) }
    return Letter(event, isNext: false)
  }

  private func nextNew(for webhook: Webhook, _ claim: inout Claim) async throws -> Letter? {
    let end = try await market.events.end().seq
    let place = EventCursor(seq: claim.seen)
    // What has been asked for by itself is on its way, or has been.
    let unsent: SQL =
      "NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.webhook = \(webhook.id) AND d.event = events.id)"
    let found = try await market.events.read(
      after: place, limit: 1, as: webhook.reader, only: "\(sql: webhook.wants) AND \(sql: unsent)")
    if found.isEmpty { claim.seen = max(claim.seen, end) }
    return found.first.map { Letter($0, isNext: true) }
  }

  /// Signs it with the time of this attempt and sends it.
  func send(_ letter: Letter, to webhook: Webhook) async throws -> Post.Outcome {
    let destination: Destination
    do {
      destination = try Destination(webhook.url, toItself: market.purpose != .production)
    } catch {
      return Post.Outcome(error: "bad_address: \(error)")
    }
    let timestamp = SystemTime.milliseconds() / 1000, id = letter.event.text
    let secrets = market.signingSecrets(of: webhook, at: try await market.now(), overlapHours: pace.overlapHours)
    let signatures = secrets.map { $0.signature(id: id, timestamp: timestamp, body: letter.body) }
    return try await Post(
      to: destination,
      headers: [
        ("Content-Type", "application/json"), ("webhook-id", id), ("webhook-timestamp", "\(timestamp)"),
        ("webhook-signature", signatures.joined(separator: " ")),
      ], body: letter.body
    ).send(settings.post)
  }
}
