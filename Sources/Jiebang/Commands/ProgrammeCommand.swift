import ArgumentParser
import Market

struct ProgrammeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "programme", abstract: "计划项目 · programmes of public money and what is left of them",
    subcommands: [List.self, Show.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · programmes with their budgets in yuan, newest first",
      discussion: "jiebang programme list --status open")
    @Option(help: "只列这些状态,逗号分隔 · only these states, separated by commas") var status: String?
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          var filters: [String: String] = [:]
          filters["status"] = status
          if json {
            return try await market.each(Programme.self, filters: filters) {
              Console.out(String(decoding: $0.json(for: .system), as: UTF8.self))
            }
          }
          var table = Table(
            [
              "id", Console.pick(Phrase("计划项目", "name")), Console.pick(Phrase("年度", "year")),
              Console.pick(Phrase("状态", "state")), Console.pick(Phrase("预算", "budget")),
              Console.pick(Phrase("已批准未拨付", "reserved")), Console.pick(Phrase("已拨付", "paid")),
              Console.pick(Phrase("已追回", "recovered")), Console.pick(Phrase("余额", "balance")),
            ], rightAligned: [4, 5, 6, 7, 8])
          try await market.each(Programme.self, filters: filters) {
            table.add([
              $0.id.text, $0.name.clipped(to: 40), "\($0.year)", $0.state.rawValue, $0.budget.yuan, $0.reserved.yuan,
              $0.paid.yuan, $0.recovered.yuan, $0.balance.yuan,
            ])
          }
          Console.out(table.text)
        }
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看 · one programme", discussion: "jiebang programme show prg_01J…")
    @Argument(help: "计划项目标识 · id of the programme") var id: String

    func run() async throws {
      try await command {
        guard let id = ID<Programme>(id) else {
          throw ValidationError(Phrase("应为计划项目标识,如 prg_01J…", "takes an id like prg_01J…"))
        }
        try await Session.with { session in
          let programme = try await session.market().find(id, for: .system)
          Console.out(String(decoding: programme.json(for: .system), as: UTF8.self))
        }
      }
    }
  }
}
