import ArgumentParser
import Market

struct ProjectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "project", abstract: "揭榜项目 · what follows an award", subcommands: [List.self, Show.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · projects, newest first", discussion: "jiebang project list --status executing,acceptance")
    @Option(help: "只列这些状态,逗号分隔 · only these states, separated by commas") var status: String?
    @Option(help: "只列某题目的 · of one challenge") var challenge: String?
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          var filters: [String: String] = [:]
          filters["status"] = status
          filters["challenge"] = challenge
          if json {
            return try await market.each(Project.self, filters: filters) {
              Console.out(String(decoding: $0.json(for: .system), as: UTF8.self))
            }
          }
          var table = Table(
            [
              "id", Console.pick(Phrase("项目", "title")), Console.pick(Phrase("承担单位", "solver")),
              Console.pick(Phrase("状态", "state")), Console.pick(Phrase("期限", "ends")),
              Console.pick(Phrase("未结里程碑", "open milestones")),
            ], rightAligned: [5])
          try await market.each(Project.self, filters: filters) {
            table.add([
              $0.id.text, $0.title.clipped(to: 40), $0.solverName.clipped(to: 24), $0.state.rawValue,
              $0.endsOn?.text ?? "", "\($0.milestones.open)",
            ])
          }
          Console.out(table.text)
        }
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看 · one project with its milestones", discussion: "jiebang project show prj_01J…")
    @Argument(help: "项目标识 · id of the project") var id: String

    func run() async throws {
      try await command {
        guard let id = ID<Project>(id) else {
          throw ValidationError(Phrase("应为项目标识,如 prj_01J…", "takes an id like prj_01J…"))
        }
        try await Session.with { session in
          let market = try await session.market()
          let project = try await market.find(id, for: .system)
          var milestones: [Milestone] = []
          try await market.each(Milestone.self, filters: ["project": id.text]) { milestones.append($0) }
          var json = JSONWriter()
          json.object { json in
            json.raw("project", project.json(for: .system))
            json.array("milestones") { json in
              for milestone in milestones.sorted(by: { $0.number < $1.number }) { json.raw(milestone.json(for: .system)) }
            }
          }
          Console.out(String(decoding: json.bytes, as: UTF8.self))
        }
      }
    }
  }
}
