import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct ReleaseMonthTests {
  @Test func a_month_that_is_over_is_frozen_with_the_hash_of_its_file_in_the_ledger() async throws {
    try await World.with { world in
      try await world.freeze(at: "2026-03-31T15:59:59.5Z")
      for _ in 0..<2 { try await release(world) }
      let open = try await world.market.openContracting.months()
      #expect(open.map(\.name) == ["2026-03"] && open.first?.isFrozen == false && open.first?.hash == nil)
      try await Clockwork(world.market).tick()
      #expect(try await world.market.openContracting.month("2026-03").isFrozen == false, "not before its time")
      try await world.freeze(at: "2026-03-31T16:00:00Z")
      try await release(world)
      try await Clockwork(world.market).tick()
      let months = try await world.market.openContracting.months()
      #expect(months.map(\.name) == ["2026-03", "2026-04"] && months.map(\.isFrozen) == [true, false])
      let month = try #require(months.first), file = try await bytes(of: month, world)
      let lines = file.split(separator: 10)
      #expect(
        lines.count == 4 && month.releases == 4 && month.bytes == file.count, "in China's time it was still March")
      if let sum = try Python.run(
        "import sys, hashlib; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())", input: file)
      {
        #expect(month.hash == "sha256:" + String(decoding: sum, as: UTF8.self).trimmed)
      }
      let event = try #require(try await world.history(as: .anonymous).first { $0.kind == "release_month" })
      #expect(event.action == "freeze" && JSONValue.parse(event.payload)?["hash"]?.string == month.hash)
      #expect(event.object == month.id.text)
      #expect(try await world.market.reconcileDue() == 0)
    }
  }

  @Test func what_is_frozen_takes_no_release_and_does_not_change() async throws {
    try await World.with { world in
      try await world.freeze(at: "2026-03-10T00:00:00Z")
      try await release(world)
      try await world.freeze(at: "2026-04-10T00:00:00Z")
      try await Clockwork(world.market).tick()
      let database = world.market.database
      do {
        try await database.transaction { tx in
          _ = try await tx.execute(
            """
            INSERT INTO ocds_releases (ocid, number, challenge, event, date, tag, body)
            SELECT 'x', 1, challenge, \(ID<Event>()), '2026-03-20T00:00:00Z', 'tender', '{}' FROM ocds_releases LIMIT 1
            """)
        }
        Testing.Issue.record("a release came into a month that was over")
      } catch let error as PostgresError {
        #expect(error.isRetryable, "made again, it has a later date")
      }
      for change: SQL in ["UPDATE ocds_months SET status = 'open'", "DELETE FROM ocds_months"] {
        await #expect(throws: PostgresError.self) { _ = try await database.execute(change) }
      }
    }
  }

  @Test func pages_of_releases_can_be_narrowed_to_the_same_month() async throws {
    try await World.with { world in
      for moment in ["2026-03-10T00:00:00Z", "2026-04-10T00:00:00Z"] {
        try await world.freeze(at: moment)
        try await release(world)
      }
      let open = world.market.openContracting
      let march = try await open.releases(after: 0, limit: 10, month: "2026-03").releases
      let file = try await bytes(of: open.month("2026-03"), world)
      #expect(march.count == 2 && Array(march.joined(separator: [10])) + [10] == file)
      #expect(try await open.releases(after: 0, limit: 10, month: "2026-05").releases.isEmpty)
      let none = try await refusal { try await open.month("2026-05") }
      guard case .notFound = none else {
        Testing.Issue.record("\(none)")
        return
      }
    }
  }

  /// Two releases: a plain need published and called off.
  private func release(_ world: World) async throws {
    let plain = try await world.challenge(.selected, isPlain: true, withBid: false).id
    try await world.move(plain, .publish, as: world.operator.caller)
    try await world.move(plain, .cancel, aReason, as: world.enterprise.caller)
  }

  private func bytes(of month: ReleaseMonth, _ world: World) async throws -> [UInt8] {
    var file: [UInt8] = []
    try await world.market.openContracting.write(month) { file += $0 }
    return file
  }
}
