import ArgumentParser
import Market

struct ExpertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "expert", abstract: "评审专家库 · the pool that panels are drawn from",
    subcommands: [ListObjects<Expert>.self, ShowObject<Expert>.self, Add.self, Relate.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "推荐入库,本人确认后生效 · propose a person; listed is who agrees",
      discussion: "jiebang expert add per_01J… --organisation org_01J… --kind industry --field 09 --field 05")
    @Argument(help: "人员标识 · id of the person") var person: ID<Person>
    @Option(help: "所在单位 · employer") var organisation: ID<Organisation>
    @Option(help: "类别 · academia, industry, user or finance") var kind: String
    @Option(name: .customLong("field"), help: "技术领域,可重复 · technology field, may be repeated") var fields: [String]

    func run() async throws {
      try await command {
        let input = try Input(
          .object([
            "person": .string(person.text), "organisation": .string(organisation.text), "kind": .string(kind),
            "fields": .array(fields.map { .string($0) }),
          ]), Expert.inputs)
        let expert = try await Session.with { session in
          try await session.market().work(as: .system) { work in try await work.enrol(input) }
        }
        Console.out(expert.id.text)
      }
    }
  }

  struct Relate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "登记利害关系 · register what stands between an expert and an organisation",
      discussion: "jiebang expert relate exp_01J… --organisation org_01J… --ground co_author --until 2028-12-31")
    @Argument(help: "专家标识 · id of the expert") var id: ID<Expert>
    @Option(help: "有关单位 · the organisation") var organisation: ID<Organisation>
    @Option(help: "关系 · \(ExpertRelation.grounds.map(\.code).joined(separator: ", "))") var ground: String
    @Option(help: "计至(含当日) · counts until that day") var until: String?
    @Option(help: "说明 · note") var note: String?

    func run() async throws {
      try await command {
        var members: [String: JSONValue] = ["organisation": .string(organisation.text), "ground": .string(ground)]
        members["until"] = until.map { .string($0) }
        members["note"] = note.map { .string($0) }
        let input = try Input(.object(members), ExpertRelation.inputs)
        let made = try await Session.with { session in
          try await session.market().work(as: .system) { work in try await work.relate(id, input) }
        }
        Console.json { made.write(into: &$0) }
      }
    }
  }
}
