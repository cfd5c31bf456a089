import ArgumentParser
import Market

struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "导出 · everything of a kind, as CSV that `import` reads, or as JSON lines",
    subcommands: [Achievements.self, Challenges.self])

  struct Achievements: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "成果 · achievements", discussion: "jiebang export achievements --status published > achievements.csv")
    @OptionGroup var options: Options
    func run() async throws { try await options.run(Achievement.self) }
  }

  struct Challenges: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "题目 · challenges", discussion: "jiebang export challenges --json | head -n 1")
    @OptionGroup var options: Options
    func run() async throws { try await options.run(Challenge.self) }
  }

  struct Options: ParsableArguments {
    @Option(help: "只导出这些状态,逗号分隔 · only these states, separated by commas") var status: String?
    @Flag(help: "每行一个 JSON · JSON lines") var json = false
    @Flag(help: "CSV 前不写 UTF-8 标记 · no byte order mark in front") var noBom = false

    func run<O: Importable>(_: O.Type) async throws {
      try await command {
        try await Session.with { session in
          let market = try await session.market()
          let filters = status.map { ["status": $0] } ?? [:]
          // A wrong --status is said before the first byte of output.
          _ = try await market.list(O.self, for: .system, filters: filters, page: PageRequest(size: 1))
          if json { return try await lines(O.self, market, filters) }
          let count = try await market.export(O.self, for: .system, filters: filters, bom: !noBom) {
            Console.out($0, terminator: "")
          }
          Console.note(Console.pick(Phrase("共 \(count) 行", "\(count) rows")))
        }
      }
    }

    private func lines<O: Importable>(_: O.Type, _ market: Market, _ filters: [String: String]) async throws {
      var token: String?
      repeat {
        let page = try await market.list(
          O.self, for: .system, filters: filters, page: PageRequest(size: PageRequest.largest, token: token))
        for object in page.items { Console.out(String(decoding: object.json(for: .system), as: UTF8.self)) }
        token = page.next
      } while token != nil
    }
  }
}
