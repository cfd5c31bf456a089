import ArgumentParser
import Market

struct ProjectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "project", abstract: "揭榜项目 · what follows an award",
    subcommands: [ListObjects<Project>.self, Show.self])

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看 · one project with its milestones", discussion: "jiebang project show prj_01J…")
    @Argument(help: "项目标识 · id of the project") var id: ID<Project>

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          let project = try await market.find(id, for: .system)
          let milestones = try await market.list(
            Milestone.self, for: .system, filters: ["project": id.text], page: PageRequest(size: Plan.longest))
          Console.json { json in
            json.object { json in
              json.raw("project", project.json(for: .system))
              json.array("milestones") { json in
                for milestone in milestones.items.reversed() { json.raw(milestone.json(for: .system)) }
              }
            }
          }
        }
      }
    }
  }
}
