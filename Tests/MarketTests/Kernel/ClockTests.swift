import Market
import Postgres
import TestSupport
import Testing

@Suite struct ClockTests {
  @Test(arguments: ["INSERT INTO market_clock (shift) VALUES ('1 day')", "UPDATE market_clock SET shift = '1 day'"])
  func the_clock_of_a_production_database_cannot_be_moved(statement: String) async throws {
    try await World.with { world in
      if statement.hasPrefix("UPDATE") { try await world.advance(days: 0) }
      _ = try await world.market.database.execute("UPDATE deployment SET purpose = 'production'")
      let error = await #expect(throws: PostgresError.self) {
        try await world.market.database.execute(SQL(unsafe: statement))
      }
      #expect(error?.constraint == "market_clock_production")
      let refused = try await refusal { try await world.market.advanceClock(days: 1) }
      #expect(refused.conflictCode == "clock_of_production")
    }
  }

  @Test func every_moment_of_the_market_moves_with_the_clock() async throws {
    try await World.with { world in
      let before = try await world.market.now()
      try await world.advance(days: 365)
      let after = try await world.market.now()
      #expect(after >= before.adding(seconds: 365 * 86_400))
      let id = try await ReadingTests.achievements(1, world)[0]
      #expect(try await world.market.find(id, for: .system).createdAt >= after)
      #expect(try await world.history(as: nil).first.map { $0.at >= after } == true)
      #expect(try await world.market.today() == (try await world.market.now()).dateInShanghai)
      #expect(try await world.market.caller(secret: world.university.secret) == nil, "a year later the tokens are over")
    }
  }
}
