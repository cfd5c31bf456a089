import ArgumentParser
import Market

struct OrganisationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "organisation", abstract: "单位 · organisations",
    subcommands: [Create.self, ListObjects<Organisation>.self, Verify.self, Reject.self], aliases: ["org"])

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

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "核验通过 · an organisation is who it says",
      discussion: "jiebang organisation verify org_01J… --evidence 事业单位法人证书")

    @Argument(help: "单位标识 · the organisation's id") var id: ID<Organisation>
    @Option(help: "核验依据 · what that rests on") var evidence: String

    func run() async throws {
      try await command {
        try await Session.with { try await $0.move(id, .verify, ["evidence": .string(evidence)]) }
      }
    }
  }

  struct Reject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "核验不通过 · an organisation could not be verified",
      discussion: "jiebang organisation reject org_01J… --reason 证照不清")

    @Argument(help: "单位标识 · the organisation's id") var id: ID<Organisation>
    @Option(help: "理由 · why") var reason: String

    func run() async throws {
      try await command {
        try await Session.with { try await $0.move(id, .reject, ["reason": .string(reason)]) }
      }
    }
  }
}
