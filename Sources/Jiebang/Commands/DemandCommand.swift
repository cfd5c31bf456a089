import ArgumentParser
import Market

struct DemandCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demand", abstract: "技术需求 · demands of enterprises, before the board",
    subcommands: [List.self, Show.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · demands, newest first", discussion: "jiebang demand list --status screening,shortlisted")
    @Option(help: "只列这些状态,逗号分隔 · only these states, separated by commas") var status: String?
    @Option(help: "只列某次征集的 · of one call") var call: String?
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          var filters: [String: String] = [:]
          filters["status"] = status
          filters["call"] = call
          if json {
            return try await market.each(Demand.self, filters: filters) {
              Console.out(String(decoding: $0.json(for: .system), as: UTF8.self))
            }
          }
          var table = Table(
            [
              "id", Console.pick(Phrase("需求", "title")), Console.pick(Phrase("单位", "poster")),
              Console.pick(Phrase("状态", "state")), Console.pick(Phrase("保密等级", "tier")),
              Console.pick(Phrase("得分", "score")),
            ], rightAligned: [4, 5])
          try await market.each(Demand.self, filters: filters) {
            table.add([
              $0.id.text, $0.title.clipped(to: 40), $0.organisationName.clipped(to: 24), $0.state.rawValue,
              "\($0.confidentiality)", $0.score ?? "",
            ])
          }
          Console.out(table.text)
        }
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看 · one demand with its scores", discussion: "jiebang demand show dem_01J…")
    @Argument(help: "需求标识 · id of the demand") var id: String

    func run() async throws {
      try await command {
        guard let id = ID<Demand>(id) else {
          throw ValidationError(Phrase("应为需求标识,如 dem_01J…", "takes an id like dem_01J…"))
        }
        try await Session.with { session in
          let market = try await session.market()
          let demand = try await market.find(id, for: .system)
          let sheets = try await market.sheets(of: id, for: .system)
          var json = JSONWriter()
          json.object { json in
            json.raw("demand", demand.json(for: .system))
            json.array("scores") { json in for sheet in sheets { sheet.write(into: &json) } }
          }
          Console.out(String(decoding: json.bytes, as: UTF8.self))
        }
      }
    }
  }
}
