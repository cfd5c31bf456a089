import Market
import Postgres
import TestSupport
import Testing

/// `jiebang programme`, `jiebang claim`, and what `jiebang doctor` says of public money.
@Suite struct SubsidyTests {
  @Test func programmes_and_claims_are_listed_and_shown_and_the_doctor_adds_up() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let programme = try await world.programme(budget: 300_000_00)
      let claim = try await world.claim(.onNotice, of: programme, amount: 100_000_00)
      _ = try await world.programme(.draft)
      try await world.move(claim, .approve, as: world.supervisor.caller)
      let list = try await jiebang(on: conninfo).run("programme", "list", "--status", "open")
      #expect(list.status == 0 && list.lines.count == 3)
      #expect(
        list.lines.last?.split(separator: " ").dropFirst(3).prefix(5) == [
          "300000.00", "100000.00", "0.00", "0.00", "200000.00",
        ])
      let shown = try await jiebang(on: conninfo).run("programme", "show", programme.text)
      #expect(shown.status == 0 && shown.member("status") as? String == "open")
      let claims = try await jiebang(on: conninfo).run("claim", "list", "--where", "programme=\(programme)")
      #expect(claims.lines.count == 3 && claims.lines.last?.contains("100000.00") == true)
      let one = try await jiebang(on: conninfo).run("claim", "show", claim.text)
      #expect((one.member("outlays") as? [Any])?.count == 1 && !one.out.contains(World.account))
      #expect(try await jiebang(on: conninfo).run("claim", "show", "clm_00000000000000000000000000").status == 3)
      #expect(try await jiebang(on: conninfo).run("programme", "show", "x").status == 64)

      func finding() async throws -> Substring? {
        try await jiebang(on: conninfo).run("doctor").lines.first { $0.contains("subsidies") }
      }
      #expect(try await finding()?.hasPrefix("✓") == true)
      _ = try await world.claim(.applied)
      try await world.advance(days: 30)
      #expect(try await finding()?.hasPrefix("✗ subsidies: 1") == true)
      try await world.place("UPDATE programmes SET reserved = 0 WHERE id = \(programme)")
      #expect(try await finding()?.contains(programme.text) == true)
    }
  }
}
