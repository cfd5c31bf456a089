import ArgumentParser
import Market
import MatchEngine

extension ChallengeCommand {
  struct Proposals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "拟邀单位 · who could solve a challenge, by what they have published, with the reasons",
      discussion: "jiebang challenge proposals chl_01J… --limit 5")
    @Argument(help: "题目标识 · id of the challenge") var id: ID<Challenge>
    @Option(help: "单位数,最多 50 · how many, 50 at most") var limit = 10

    func run() async throws {
      try await command {
        let found = try await Session.with { session in
          let matcher = Matcher(try await session.market(), lexicon: try Lexicon.shipped(in: session.share))
          try await matcher.load()
          return try await matcher.solvers(for: id, as: .system, limit: min(max(1, limit), 50))
        }
        if found.isEmpty { return Console.note(Console.pick(Phrase("没有匹配的单位", "nobody matches"))) }
        for (i, solver) in found.enumerated() {
          let state = solver.invitation.map { " [\($0.state)]" } ?? ""
          Console.out("\(i + 1). \(solver.name)\(state) \(solver.organisation)")
          Console.out(MatchReport.text(solver.achievements))
        }
      }
    }
  }

  struct Invitations: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "邀请与到场 · who was invited to a challenge, and after the opening who came",
      discussion: "jiebang challenge invitations chl_01J…")
    @Argument(help: "题目标识 · id of the challenge") var id: ID<Challenge>

    func run() async throws {
      try await command {
        let page = try await Session.with { session in
          try await session.market().invitations(
            to: id, for: .system, filters: [:], page: PageRequest(size: PageRequest.largest))
        }
        var table = Table([
          "id", Console.pick(Phrase("状态", "state")), Console.pick(Phrase("揭榜", "came")),
          Console.pick(Phrase("谢绝原因", "declined for")), Console.pick(Phrase("单位", "organisation")),
        ])
        for one in page.items {
          let came = one.came.map { $0 ? Phrase("是", "yes") : Phrase("否", "no") } ?? Phrase("未开启", "sealed")
          table.add([
            one.id.text, one.state.rawValue, Console.pick(came), one.declineReason ?? "", one.organisationName,
          ])
        }
        Console.out(table.text)
      }
    }
  }
}
