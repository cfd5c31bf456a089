import Postgres

/// What its owner does with a webhook besides moving it: who may is who may edit it.
extension Work {
  /// Gives it a new secret; for a while the old one signs as well, so that the receiver can change over at leisure.
  public func rotateSecret(of id: ID<Webhook>, version: Int?) async throws -> Webhook {
    let webhook = try await tend(id, version: version)
    return try await write(
      """
      UPDATE webhooks SET generation = generation + 1, rotated_at = market_now(), version = version + 1,
        updated_at = market_now() WHERE id = \(id) RETURNING *
      """, action: "rotate", from: webhook, input: Input())
  }

  /// Puts an event into the log that this webhook alone is sent: it takes the way of all others.
  public func testWebhook(_ id: ID<Webhook>) async throws -> ID<Event> {
    let webhook = try await tend(id)
    guard webhook.state == .active else { throw Refusal.blocked([.notActive]) }
    _ = try await write(
      "UPDATE webhooks SET updated_at = updated_at WHERE id = \(id) RETURNING *", action: Webhook.testAction,
      from: webhook, input: Input())
    let rows = try await tx.query("SELECT id FROM events WHERE object_id = \(id) ORDER BY position DESC LIMIT 1")
    guard let event: ID<Event> = try rows.first?.get(0) else { throw Refusal.notFound(.event) }
    return event
  }

  /// Sends an event once more, or for the first time where it came before the webhook. Its id stays the same.
  public func redeliver(_ event: ID<Event>, to id: ID<Webhook>) async throws -> Delivery {
    let webhook = try await tend(id)
    guard webhook.state == .active else { throw Refusal.blocked([.notActive]) }
    guard try await market.events.place(of: event, as: webhook.reader) != nil else { throw Refusal.notFound(.event) }
    _ = try await tx.batch([
      """
      INSERT INTO webhook_deliveries (id, webhook, event, status, next_at)
      VALUES (\(ID<Delivery>()), \(id), \(event), 'retrying', market_now())
      ON CONFLICT (webhook, event) DO UPDATE SET status = 'retrying', retries = 0, asked_at = market_now(),
        next_at = market_now()
      """,
      """
      UPDATE webhook_progress SET wakes = wakes + 1, next_at = least(next_at, market_now()), wait_until = NULL
      WHERE webhook = \(id)
      """,
    ])
    guard let delivery = try await Delivery.read("d.webhook = \(id) AND d.event = \(event)", in: tx).first else {
      throw Refusal.notFound(.event)
    }
    return delivery
  }

  private func tend(_ id: ID<Webhook>, version: Int? = nil) async throws -> Webhook {
    let (webhook, now) = try await lock(id)
    if let version, webhook.version != version { throw Refusal.versionMoved(current: webhook.version) }
    if caller.isSystem, webhook.state != .removed { return webhook }
    let rules = try await market.rulebook(webhook.rulebook)
    _ = try Webhook.workflow.decide(
      webhook, .edit, webhook.standing(of: caller), Moment(now: now, caller: caller, rules: rules))
    return webhook
  }
}

extension Issue {
  fileprivate static let notActive = Issue(
    code: "not_active", detail: Phrase("回调已暂停或停用,请先恢复", "it is paused or disabled: resume it first"))
}

extension Phrase {
  static let event = Phrase("事件", "event")
}
