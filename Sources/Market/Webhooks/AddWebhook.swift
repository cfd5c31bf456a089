import Postgres

extension Work {
  /// How many an organisation may have at a time: each is told of everything again.
  public static let mostWebhooks = 20

  /// Makes a webhook that is told of what happens from now on.
  public func addWebhook(for organisation: ID<Organisation>, _ input: Input) async throws -> Webhook {
    try checkAddress(input)
    // Held, so that two who add at once are counted one after the other.
    _ = try await tx.query("SELECT FROM organisations WHERE id = \(organisation) FOR NO KEY UPDATE")
    let count: Int? = try await tx.query(
      "SELECT count(*) FROM webhooks WHERE organisation = \(organisation) AND status <> 'removed'"
    ).first?.get(0)
    guard count ?? 0 < Self.mostWebhooks else {
      throw Refusal.conflict(
        code: "too_many_webhooks",
        detail: Phrase(
          "一个单位最多 \(Self.mostWebhooks) 个回调地址,请先移除不用的",
          "an organisation has \(Self.mostWebhooks) at most: remove one that is not used"))
    }
    let end = try await market.events.end()
    let webhook = try await create(
      Webhook.self, input, own: [("organisation", .reference(organisation.bits))], audience: [organisation])
    _ = try await tx.execute(
      "INSERT INTO webhook_progress (webhook, seen) VALUES (\(webhook.id), \(end.seq))")
    return webhook
  }

  /// Changes where a webhook points, what it is told, or what it is called.
  public func editWebhook(_ id: ID<Webhook>, _ patch: JSONValue, version: Int?) async throws -> Webhook {
    let webhook = try await edit(id, patch, version: version)
    try checkAddress(try Input(patch, Webhook.editableInputs, partial: true))
    return webhook
  }

  /// Plain `http` will do where nothing is real and nothing leaves the machine.
  private func checkAddress(_ input: Input) throws {
    guard let url = input.text("url") else { return }
    do throws(Destination.Defect) {
      _ = try Destination(url, toItself: market.purpose != .production)
    } catch {
      throw Refusal.invalid([Issue(pointer: "/url", code: "bad_address", detail: error.phrase)])
    }
  }
}
