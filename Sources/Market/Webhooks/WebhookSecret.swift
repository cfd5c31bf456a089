import Postgres

/// The secret that signs what a webhook is sent, in the form of Standard Webhooks. It is kept nowhere: it follows from the
/// deployment's own secret, the webhook and the generation.
public struct WebhookSecret: Sendable {
  public static let prefix = "whsec_"

  let bytes: [UInt8]

  init(_ webhook: ID<Webhook>, generation: Int, deployment: [UInt8]) {
    bytes = Crypto.hmacSHA256(key: deployment, Array("webhook secret\n\(webhook.text)\n\(generation)".utf8))
  }

  /// As it is shown, once, to whoever will check signatures with it.
  public var text: String { Self.prefix + Base64.encode(bytes) }

  /// `v1,…` over id, time and body.
  func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
    "v1," + Base64.encode(Crypto.hmacSHA256(key: bytes, Array("\(id).\(timestamp).".utf8) + body))
  }
}

extension Market {
  /// The secret a webhook has now.
  public func secret(of webhook: Webhook) -> WebhookSecret { secret(of: webhook, generation: webhook.generation) }

  /// Those that sign at a moment: the one it has, and for a while after a change the one it had.
  func signingSecrets(of webhook: Webhook, at now: Instant, overlapHours: Int) -> [WebhookSecret] {
    let isNew = webhook.rotatedAt.map { now < $0.adding(seconds: Int64(overlapHours) * 3600) } ?? false
    return (isNew ? [webhook.generation, webhook.generation - 1] : [webhook.generation]).map {
      secret(of: webhook, generation: $0)
    }
  }

  private func secret(of webhook: Webhook, generation: Int) -> WebhookSecret {
    WebhookSecret(webhook.id, generation: generation, deployment: secret)
  }
}
