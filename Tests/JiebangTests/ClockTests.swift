import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct ClockTests {
  @Test func the_clock_of_a_production_database_cannot_be_moved() async throws {
    try await TestDatabase.empty(purpose: .production) { database, conninfo in
      let outcome = try await jiebang(on: conninfo).run("clock", "--advance", "1")
      #expect(outcome.status == 5)
      #expect(outcome.err == "jiebang: 生产库的时钟不能移动\n")
      #expect(outcome.out.isEmpty)
      #expect(try await database.query("SELECT market_now() <= clock_timestamp()").first?.get(0) == true)
    }
  }

  @Test func the_clock_of_a_demonstration_moves_and_stays_moved() async throws {
    try await TestDatabase.empty(purpose: .demo) { database, conninfo in
      let outcome = try await jiebang(on: conninfo).run("clock", "--advance", "20")
      #expect(outcome.status == 0)
      let shown = try #require(Instant(outcome.out.trimmingCharacters(in: .newlines)))
      let now = try await Market(database).now()
      #expect(now >= shown)
      #expect(
        try await database.query("SELECT market_now() > clock_timestamp() + interval '19 days'").first?.get(0) == true)
      let read = try await jiebang(on: conninfo).run("clock")
      #expect(read.status == 0)
      #expect(try #require(Instant(read.out.trimmingCharacters(in: .newlines))) >= now)
    }
  }

  @Test(arguments: ["0", "-3", "3661", "soon"])
  func a_number_of_days_that_makes_no_sense_is_a_usage_error(days: String) async throws {
    try await TestDatabase.empty(purpose: .demo) { _, conninfo in
      let outcome = try await jiebang(on: conninfo).run("clock", "--advance=\(days)")
      #expect(outcome.status == 64)
    }
  }
}
