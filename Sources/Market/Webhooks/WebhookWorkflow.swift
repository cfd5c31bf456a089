import Postgres

extension Webhook {
  public static let workflow = Workflow<Webhook>(
    .on(.active, .paused, .disabled, do: .edit, by: .owner),
    .on(.active, do: .pause, to: .paused, by: .owner, .operator, .system),
    .on(.paused, .disabled, do: .resume, to: .active, by: .owner, .system, then: .beginAgain),
    .on(.active, do: .disable, to: .disabled, by: .system, needs: [.reason], then: .reason),
    .on(.active, .paused, .disabled, do: .remove, to: .removed, by: .owner, .operator, .system)
  )
}

extension Effect<Webhook> {
  /// It goes on where it stopped: what happened meanwhile has waited in the log.
  static let beginAgain = Effect(
    set: { _, _ in "reason = NULL" },
    then: { webhook, _, work in
      _ = try await work.tx.execute(
        """
        UPDATE webhook_progress SET failures = 0, failing_since = NULL, wait_until = NULL, wakes = wakes + 1,
          next_at = market_now() WHERE webhook = \(webhook.id)
        """)
    })
}
