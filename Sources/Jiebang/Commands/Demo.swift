import ArgumentParser
import FoundationEssentials
import Market
import MatchEngine

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "演示 · load the samples once, show a match and the turnover, and serve",
    discussion: """
      The private database becomes a demonstration: its clock can be moved with `jiebang clock --advance`.
        jiebang demo --port 9000
      """)

  @OptionGroup var address: Address
  @Flag(help: "只载入并展示,不启动服务 · load and show, do not serve") var noServe = false

  func run() async throws {
    try await command {
      try await Session.with(purpose: .demo, handlesSignals: true) { session in
        try await Interruption.around { try await prepare(session) }
        if !noServe { try await address.serve(session) }
      }
    }
  }

  /// Loads what is missing and shows it.
  private func prepare(_ session: Session) async throws {
    let market = try await session.market()
    guard market.purpose != .production else {
      throw Refusal.conflict(
        code: "production", detail: Phrase("这是生产库,不载入演示数据", "this is a production database: no samples are loaded"))
    }
    try FileManager.default.createDirectory(atPath: session.home, withIntermediateDirectories: true)
    let demonstration = Demonstration(market: market, share: session.share, home: session.home)
    if try await demonstration.isLoaded() {
      Console.note(Console.pick(Phrase("演示数据已在库中", "the samples are loaded already")))
    } else {
      try await demonstration.load()
    }
    try await demonstration.writeTokens(to: session.home + "/demo-tokens.json")
    try await show(market, session)
  }

  private func show(_ market: Market, _ session: Session) async throws {
    let matcher = Matcher(market, lexicon: try Lexicon.shipped(in: session.share))
    try await matcher.load()
    if let challenge = try await market.list(
      Challenge.self, for: .anonymous, filters: ["external_id": Demonstration.showcase], page: PageRequest(size: 1)
    ).items.first {
      let found = try await matcher.achievements(for: challenge, limit: 5)
      Console.out(
        "\n" + Console.pick(Phrase("题目", "Challenge"))
          + " \(challenge.id): \(challenge.title)(\(challenge.organisationName))\n")
      Console.out(MatchReport.text(found))
    }
    let type = Turnover.cuts.first { $0.name == "contract_type" } ?? Turnover.cuts[0]
    let year = try await market.today().parts.year
    Console.out(
      "\n" + Console.pick(Phrase("\(year) 年技术合同成交额(演示数据,均为虚构合同)", "Turnover of \(year) (invented contracts)")) + "\n")
    Console.out(TurnoverReport.text(try await market.turnover(year: year, by: type)))
    Console.out(TurnoverReport.text(try await market.turnover(year: year, by: Turnover.cuts[0])))
    Console.out("\n" + Console.pick(Phrase("各角色的演示令牌", "Demo tokens by role")) + ": \(session.home)/demo-tokens.json")
  }
}
