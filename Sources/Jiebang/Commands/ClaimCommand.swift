import ArgumentParser
import Market

struct ClaimCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim", abstract: "补助申请 · claims of public money",
    subcommands: [ListObjects<Claim>.self, Show.self])

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "查看 · one claim with the invoices it rests on", discussion: "jiebang claim show clm_01J…")
    @Argument(help: "补助申请标识 · id of the claim") var id: ID<Claim>

    func run() async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          let claim = try await market.find(id, for: .system)
          let outlays = try await market.outlays(of: id, for: .system)
          Console.json { json in
            json.object { json in
              json.raw("claim", claim.json(for: .system))
              json.array("outlays") { json in for outlay in outlays { outlay.write(into: &json) } }
            }
          }
        }
      }
    }
  }
}
