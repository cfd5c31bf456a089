import ArgumentParser
import Market

extension WebhookCommand {
  struct Deliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "投递记录 · what it was sent, newest first",
      discussion: "jiebang webhook deliveries whk_01J… --status retrying")
    @Argument(help: "回调地址标识 · id of the webhook") var id: ID<Webhook>
    @Option(help: "状态:\(Delivery.states.joined(separator: ", ")) · state") var status: String?
    @Option(help: "条数 · how many") var limit = 50
    @Flag(help: "每行一个 JSON,附历次尝试 · JSON lines, with every attempt") var json = false

    func run() async throws {
      try await command {
        if let status, !Delivery.states.contains(status) {
          let states = Delivery.states.joined(separator: ", ")
          throw ValidationError(Phrase("--status 应为以下之一:\(states)", "--status takes one of: \(states)"))
        }
        guard (1...1000).contains(limit) else {
          throw ValidationError(Phrase("--limit 应为 1 至 1000", "--limit is 1 to 1000"))
        }
        try await Session.with { session in
          let market = try await session.market()
          let webhook = try await market.find(id, for: .system)
          let deliveries = try await market.deliveries(of: webhook.id, status: status, limit: limit)
          if json {
            for delivery in deliveries { Console.json { Delivery.fields.write(delivery, into: &$0) } }
            return
          }
          var table = Table([
            Console.pick(Phrase("事件", "event")), Console.pick(Phrase("类型", "type")),
            Console.pick(Phrase("状态", "state")),
            Console.pick(Phrase("次数", "attempts")), Console.pick(Phrase("最近一次", "last")),
            Console.pick(Phrase("下次", "next")),
          ])
          for delivery in deliveries {
            let last = delivery.attempts.last
            table.add([
              delivery.event.text, delivery.type, delivery.status, "\(delivery.attempts.count)",
              (last?.error ?? last?.answer.map { "\($0)" } ?? "").clipped(to: 40), delivery.nextAt?.text ?? "",
            ])
          }
          Console.out(table.text)
        }
      }
    }
  }

  struct Redeliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "重新投递 · send an event again, under the same id",
      discussion: "jiebang webhook redeliver whk_01J… evt_01J…")
    @Argument(help: "回调地址标识 · id of the webhook") var id: ID<Webhook>
    @Argument(help: "事件标识 · id of the event") var event: ID<Event>

    func run() async throws {
      try await command {
        try await Session.with { session in
          let delivery = try await session.market().work(as: .system) { try await $0.redeliver(event, to: id) }
          Console.out(delivery.id.text)
        }
      }
    }
  }

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "测试 · have a test event sent by the server", discussion: "jiebang webhook test whk_01J…")
    @Argument(help: "回调地址标识 · id of the webhook") var id: ID<Webhook>

    func run() async throws {
      try await command {
        try await Session.with { session in
          let event = try await session.market().work(as: .system) { try await $0.testWebhook(id) }
          Console.note(
            Console.pick(
              Phrase(
                "由运行中的服务发送,结果见 `jiebang webhook deliveries`",
                "a running server sends it; see `jiebang webhook deliveries`")))
          Console.out(event.text)
        }
      }
    }
  }
}
