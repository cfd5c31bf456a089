import ArgumentParser
import Market

struct ClaimCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim", abstract: "补助申请 · claims of public money", subcommands: [List.self, Show.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "列表 · claims, newest first", discussion: "jiebang claim list --status applied,verified")
    @Option(help: "只列这些状态,逗号分隔 · only these states, separated by commas") var status: String?
    @Option(help: "只列某计划项目的 · of one programme") var programme: String?
    @Flag(help: "每行一个 JSON · JSON lines") var json = false

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          var filters: [String: String] = [:]
          filters["status"] = status
          filters["programme"] = programme
          if json {
            return try await market.each(Claim.self, filters: filters) {
              Console.out(String(decoding: $0.json(for: .system), as: UTF8.self))
            }
          }
          var table = Table(
            [
              "id", Console.pick(Phrase("申请单位", "claimant")), Console.pick(Phrase("项目", "project")),
              Console.pick(Phrase("计划项目", "programme")), Console.pick(Phrase("状态", "state")),
              Console.pick(Phrase("金额(元)", "yuan")), Console.pick(Phrase("核验期限", "verified before")),
            ], rightAligned: [5])
          try await market.each(Claim.self, filters: filters) {
            table.add([
              $0.id.text, $0.organisationName.clipped(to: 24), $0.title.clipped(to: 32),
              $0.programmeName.clipped(to: 24),
              $0.state.rawValue, $0.amount?.yuan ?? "", $0.state == .applied ? $0.dueAt?.text ?? "" : "",
            ])
          }
          Console.out(table.text)
        }
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看 · one claim with the invoices it rests on", discussion: "jiebang claim show clm_01J…")
    @Argument(help: "补助申请标识 · id of the claim") var id: String

    func run() async throws {
      try await command {
        guard let id = ID<Claim>(id) else {
          throw ValidationError(Phrase("应为补助申请标识,如 clm_01J…", "takes an id like clm_01J…"))
        }
        try await Session.with { session in
          let market = try await session.market()
          let claim = try await market.find(id, for: .system)
          let outlays = try await market.outlays(of: id, for: .system)
          var json = JSONWriter()
          json.object { json in
            json.raw("claim", claim.json(for: .system))
            json.array("outlays") { json in for outlay in outlays { outlay.write(into: &json) } }
          }
          Console.out(String(decoding: json.bytes, as: UTF8.self))
        }
      }
    }
  }
}
