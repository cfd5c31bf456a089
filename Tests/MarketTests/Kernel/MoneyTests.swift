import Market
import Postgres
import TestSupport
import Testing

@Suite struct MoneyTests {
  @Test(
    arguments: [
      ("0", 0), ("0.00", 0), ("0.5", 50), ("0.05", 5), ("1250000.00", 125_000_000), ("00012.30", 1230),
      ("90000000000000.00", 9_000_000_000_000_000),
    ] as [(String, Int64)])
  func yuan_with_at_most_two_decimals_is_read_to_the_fen(text: String, fen: Int64) {
    #expect(Money(yuan: text)?.fen == fen)
  }

  @Test(arguments: [
    "", ".", ".5", "5.", "1.234", "-1", "+1", "1,000", "1e3", " 1", "1 ", "\u{FF11}", "1.2.3", "1..2", "NaN", "inf",
    "0x10",
    "90000000000000.01", "99999999999999.99", "900000000000000",
  ])
  func what_is_no_amount_is_refused(text: String) {
    #expect(Money(yuan: text) == nil)
  }

  @Test func what_is_shown_is_read_back_to_the_same() {
    for _ in 0..<1000 {
      let money = Money(fen: .random(in: 0...Money.ceiling))
      #expect(Money(yuan: money.yuan) == money)
    }
    #expect(Money(fen: -5).yuan == "-0.05" && Money(fen: -1230).yuan == "-12.30")
    #expect(Money(fen: .min).yuan == "-92233720368547758.08")
  }

  @Test func the_column_s_ceiling_is_the_type_s() async throws {
    try await TestDatabase.with { database in
      let rows = try await database.query("SELECT \(Money.ceiling)::fen, \("0.00")::numeric::bigint::fen")
      #expect(try rows.first?.get(0, as: Money.self) == Money(fen: Money.ceiling))
      await #expect(throws: (any Error).self) { try await database.query("SELECT \(Money.ceiling + 1)::fen") }
      await #expect(throws: (any Error).self) { try await database.query("SELECT \(Int64(-1))::fen") }
    }
  }
}
