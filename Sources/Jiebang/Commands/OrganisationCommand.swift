import ArgumentParser
import Market

struct OrganisationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "organisation", abstract: "单位 · organisations",
    subcommands: [Create.self, List.self, Verify.self, Reject.self], aliases: ["org"])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "登记单位 · register an organisation",
      discussion: """
        jiebang organisation create 示例大学 --kind university --region 450300 --uscc 12100000400000624D
        jiebang organisation create 示例境外公司 --kind enterprise --region 990000 --country SG --foreign-no 示例000
        """)

    @Argument(help: "名称 · name") var name: String
    @Option(help: "类别:\(Organisation.kinds.joined(separator: ", ")) · kind") var kind: String
    @Option(help: "行政区划代码,境外为 990000 · region, six digits, 990000 abroad") var region: String
    @Option(help: "统一社会信用代码 · credit code") var uscc: String?
    @Option(help: "国家代码,两位字母 · country, ISO 3166") var country: String?
    @Option(help: "境外登记号 · number under which another country registers it") var foreignNo: String?

    func run() async throws {
      try await command {
        var members: [String: JSONValue] = ["name": .string(name), "kind": .string(kind), "region": .string(region)]
        for (name, value) in [("uscc", uscc), ("country", country), ("foreign_no", foreignNo)] {
          if let value { members[name] = .string(value) }
        }
        let input = try Input(.object(members), Organisation.inputs)
        try await Session.with { session in
          let made = try await session.market().work(as: .system) { work in try await work.register(input) }
          Console.out(made.id.text)
        }
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · organisations, newest first", discussion: "jiebang organisation list --status unverified")

    @Option(help: "状态:\(Organisation.State.allCases.map(\.rawValue).joined(separator: ", ")) · state") var status: String?
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        let filters = status.map { ["status": $0] } ?? [:]
        let found = try await Session.with { session in try await session.all(Organisation.self, filters) }
        if json { return Console.lines(found) { $0.write(for: .system, into: &$1) } }
        var table = Table([
          "id", Console.pick(Phrase("名称", "name")), Console.pick(Phrase("类别", "kind")),
          Console.pick(Phrase("状态", "state")), Console.pick(Phrase("信用代码", "code")), Console.pick(Phrase("地区", "region")),
        ])
        for each in found {
          let region = each.region + (each.regionSuccessor.map { " → \($0)" } ?? "")
          table.add([each.id.text, each.name, each.kind, each.state.rawValue, each.creditCode ?? "", region])
        }
        Console.out(table.text)
      }
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "核验通过 · an organisation is who it says",
      discussion: "jiebang organisation verify org_01J… --evidence 事业单位法人证书")

    @Argument(help: "单位标识 · the organisation's id") var id: String
    @Option(help: "核验依据 · what that rests on") var evidence: String

    func run() async throws {
      try await command { try await OrganisationCommand.move(id, .verify, ["evidence": .string(evidence)]) }
    }
  }

  struct Reject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "核验不通过 · an organisation could not be verified",
      discussion: "jiebang organisation reject org_01J… --reason 证照不清")

    @Argument(help: "单位标识 · the organisation's id") var id: String
    @Option(help: "理由 · why") var reason: String

    func run() async throws {
      try await command { try await OrganisationCommand.move(id, .reject, ["reason": .string(reason)]) }
    }
  }

  fileprivate static func move(_ id: String, _ action: Organisation.Action, _ body: [String: JSONValue]) async throws {
    guard let id = ID<Organisation>(id) else {
      throw ValidationError(Phrase("应为单位标识,如 org_01J…", "takes an id like org_01J…"))
    }
    _ = try await Session.with { session in
      try await session.market().work(as: .system) { work in
        try await work.move(id, action, .object(body), version: nil)
      }
    }
  }
}

extension Session {
  /// Every object that fits, page by page.
  func all<O: MarketObject>(_: O.Type, _ filters: [String: String]) async throws -> [O] {
    let market = try await market()
    var found: [O] = [], token: String?
    repeat {
      let page = try await market.list(
        O.self, for: .system, filters: filters, page: PageRequest(size: 200, token: token))
      found += page.items
      token = page.next
    } while token != nil
    return found
  }
}

extension Console {
  /// A line of JSON for each.
  static func lines<Item>(_ items: [Item], _ write: (Item, inout JSONWriter) -> Void) {
    for item in items {
      var json = JSONWriter()
      write(item, &json)
      out(String(decoding: json.bytes, as: UTF8.self))
    }
  }
}
