import ArgumentParser
import Market

struct DemandCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demand", abstract: "技术需求 · demands of enterprises, before the board",
    subcommands: [ListObjects<Demand>.self, Show.self])

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看 · one demand with its scores", discussion: "jiebang demand show dem_01J…")
    @Argument(help: "需求标识 · id of the demand") var id: ID<Demand>

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          let demand = try await market.find(id, for: .system)
          let sheets = try await market.sheets(of: id, for: .system)
          Console.json { json in
            json.object { json in
              json.raw("demand", demand.json(for: .system))
              json.array("scores") { json in for sheet in sheets { sheet.write(into: &json) } }
            }
          }
        }
      }
    }
  }
}
