import ArgumentParser
import Market

struct OrganisationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "organisation", abstract: "单位 · organisations", subcommands: [Create.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "登记单位 · register an organisation",
      discussion: "jiebang organisation create 示例大学 --kind university --region 450300 --uscc 12100000400000624D")

    @Argument(help: "名称 · name") var name: String
    @Option(help: "类别:\(Organisation.kinds.joined(separator: ", ")) · kind") var kind: String
    @Option(help: "行政区划代码 · region, six digits") var region: String
    @Option(help: "统一社会信用代码 · credit code") var uscc: String?

    func run() async throws {
      try await command {
        var members: [String: JSONValue] = ["name": .string(name), "kind": .string(kind), "region": .string(region)]
        if let uscc { members["uscc"] = .string(uscc) }
        let input = try Input(.object(members), Organisation.inputs)
        try await Session.with { session in
          let made = try await session.market().work(as: .system) { work in try await work.register(input) }
          Console.out(made.id.text)
        }
      }
    }
  }
}
