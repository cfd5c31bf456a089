import Postgres
import TestSupport

@testable import Market

/// A webhook of somebody's, and a postman to serve it.
struct Mail: Sendable {
  let world: World
  let webhook: Webhook
  let postman: Postman
  let receiver: Receiver

  var id: ID<Webhook> { webhook.id }

  @discardableResult
  static func with<T: Sendable>(
    kinds: [String] = [], of party: @Sendable (World) -> World.Party = { $0.university },
    _ answer: @escaping @Sendable (Receiver.Message) -> Receiver.Answer = { _ in .status(204) },
    _ body: @escaping @Sendable (Mail) async throws -> T
  ) async throws -> T {
    try await World.with { world in
      try await Receiver.with(answer) { receiver in
        let owner = party(world)
        let webhook = try await world.market.work(as: owner.caller) {
          try await $0.addWebhook(for: owner.id, Input(["url": .text(receiver.url), "kinds": .texts(kinds)]))
        }
        return try await body(
          Mail(world: world, webhook: webhook, postman: Postman(world.market, settings), receiver: receiver))
      }
    }
  }

  static var settings: Postman.Settings {
    var settings = Postman.Settings()
    (settings.post.connectWithin, settings.post.answerWithin) = (2000, 2000)
    settings.pace.jitter = 0
    return settings
  }

  /// Everything that can be done now.
  func deliver() async throws {
    try await postman.wake()
    while try await postman.round() {}
  }

  /// Makes achievements of the university, one event each that it hears of and others do not.
  @discardableResult
  func happen(_ count: Int = 1) async throws -> [ID<Achievement>] {
    var ids: [ID<Achievement>] = []
    for _ in 0..<count {
      ids.append(
        try await world.market.work(as: world.university.caller) { work in
          try await work.create(
            Achievement.self, Input(["title": .text("x"), "region": .text("450300")]),
            own: [("organisation", .reference(world.university.id.bits))]
          ).id
        })
    }
    return ids
  }

  var now: Webhook { get async throws { try await world.market.find(webhook.id, for: .system) } }

  func deliveries() async throws -> [Delivery] { try await world.market.deliveries(of: webhook.id, limit: 1000) }

  /// The events of a kind, oldest first.
  func events(_ kind: String = Achievement.kind) async throws -> [Event] {
    try await world.market.events.read(after: .start, limit: 10_000, as: nil, kinds: [kind])
  }
}
