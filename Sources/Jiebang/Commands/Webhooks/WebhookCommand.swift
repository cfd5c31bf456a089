import ArgumentParser
import Market

struct WebhookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhook", abstract: "回调地址 · webhooks and what they were sent",
    subcommands: [
      ListObjects<Webhook>.self, Add.self, Rotate.self, Test.self, Deliveries.self, Redeliver.self, Pause.self,
      Resume.self,
      Remove.self,
    ])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "新建 · make a webhook; its secret is shown once",
      discussion:
        "jiebang webhook add https://example.edu.cn/hook --organisation org_01J… --kinds challenge,achievement")
    @Argument(help: "接收地址,https · where to, https") var url: String
    @Option(help: "单位标识 · the organisation's id") var organisation: ID<Organisation>
    @Option(help: "只要这些对象的事件,逗号分隔 · only events of these objects") var kinds: String?
    @Option(help: "说明 · what it is for") var description: String?
    @Flag(help: "以 JSON 输出 · as JSON") var json = false

    func run() async throws {
      try await command {
        var members: [String: JSONValue] = ["url": .string(url)]
        if let kinds { members["kinds"] = .array(kinds.split(separator: ",").map { .string(String($0)) }) }
        if let description { members["description"] = .string(description) }
        let input = try Input(.object(members), Webhook.inputs)
        try await Session.with { session in
          let market = try await session.market()
          _ = try await market.organisation(organisation)
          let webhook = try await market.work(as: .system) { try await $0.addWebhook(for: organisation, input) }
          show(webhook, market, json)
        }
      }
    }
  }

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "更换密钥 · give it a new secret; for a while the old one signs as well",
      discussion: "jiebang webhook rotate whk_01J…")
    @Argument(help: "回调地址标识 · id of the webhook") var id: ID<Webhook>
    @Flag(help: "以 JSON 输出 · as JSON") var json = false

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          show(try await market.work(as: .system) { try await $0.rotateSecret(of: id, version: nil) }, market, json)
        }
      }
    }
  }

  struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "暂停 · send nothing for now; what happens meanwhile waits", discussion: "jiebang webhook pause whk_01J…")
    @Argument(help: "回调地址标识 · id of the webhook") var id: ID<Webhook>
    func run() async throws { try await command { try await Session.with { try await $0.move(id, .pause) } } }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "恢复 · go on where it stopped", discussion: "jiebang webhook resume whk_01J…")
    @Argument(help: "回调地址标识 · id of the webhook") var id: ID<Webhook>
    func run() async throws { try await command { try await Session.with { try await $0.move(id, .resume) } } }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "移除 · end it for good", discussion: "jiebang webhook remove whk_01J…")
    @Argument(help: "回调地址标识 · id of the webhook") var id: ID<Webhook>
    func run() async throws { try await command { try await Session.with { try await $0.move(id, .remove) } } }
  }

}

/// The webhook's id and its secret, which nobody can show again.
private func show(_ webhook: Webhook, _ market: Market, _ json: Bool) {
  let secret = market.secret(of: webhook).text
  if json {
    return Console.json { json in
      json.object { json in
        json.string("id", webhook.id.text)
        json.string("secret", secret)
      }
    }
  }
  Console.note(Console.pick(Phrase("\(webhook.id) 的签名密钥只显示这一次:", "the secret of \(webhook.id), shown this once:")))
  Console.out(secret)
}
