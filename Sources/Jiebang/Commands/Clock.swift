import ArgumentParser
import Market

struct Clock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "演示时钟 · move the clock of a demonstration forward; a production database refuses",
    discussion: """
      The server that runs on it does what has become due within a second: notices end, challenges close.
        jiebang clock                   where it stands
        jiebang clock --advance 20      twenty days on
      """)

  @Option(help: "向前移动的天数 · days to move forward") var advance: Int?

  func run() async throws {
    try await command {
      try await Session.with { session in
        let market = try await session.market()
        if let advance {
          guard (1...3660).contains(advance) else {
            throw ValidationError(Phrase("--advance 应为 1 至 3660 天", "--advance is 1 to 3660 days"))
          }
          try await market.advanceClock(days: advance)
        }
        Console.out(try await market.now().text)
      }
    }
  }
}
