import Postgres
import TestSupport
import Testing

@testable import Market

/// Everything that a moment brings, done once, by whichever server is there.
@Suite struct ClockworkTests {
  @Test func two_servers_at_once_make_each_move_once() async throws {
    try await World.with { world in
      for _ in 0..<40 { _ = try await world.challenge(.published, withBid: false) }
      for _ in 0..<20 { _ = try await world.notice(.running, hasRun: true) }
      let other = try await Market(world.market.database)
      let counts = try await withThrowingTaskGroup(of: Int.self) { group in
        for market in [world.market, other, world.market, other] {
          group.addTask { try await Clockwork(market).tick() }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts.reduce(0, +) == 60, "\(counts)")
      let doubles = try await world.market.database.query(
        "SELECT object_id FROM events WHERE action = 'close' GROUP BY object_id HAVING count(*) <> 1")
      #expect(doubles.isEmpty)
      let closed = try await world.market.database.query("SELECT count(*) FROM events WHERE action = 'close'")
      #expect(try closed.first?.get(0, as: Int.self) == 60)
      #expect(try await world.market.clockworkState() == ClockworkState(due: 0, stalled: 0))
    }
  }

  @Test func what_a_server_claimed_and_died_over_is_done_when_its_lease_is_over() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, withBid: false).id
      let clockwork = Clockwork(world.market)
      let claimed = try await clockwork.claim(10)
      #expect(claimed.map(\.object.bits) == [id.bits])
      #expect(try await clockwork.tick() == 0, "it is left to whoever claimed it")
      #expect(try await world.market.find(id, for: .anonymous).state == .published)
      _ = try await world.market.database.execute("UPDATE due SET wait_until = clock_timestamp() - interval '1 s'")
      #expect(try await clockwork.tick() == 1)
      // The first server was only slow, and comes back with its claim.
      #expect(try await clockwork.run(claimed[0]) == false)
      let events = try await world.market.database.query("SELECT count(*) FROM events WHERE object_id = \(id)")
      #expect(try events.first?.get(0, as: Int.self) == 1)
    }
  }

  @Test func a_row_that_cannot_move_backs_off_alone_and_everybody_can_see_why() async throws {
    try await World.with { world in
      let bad = try await world.challenge(.published, withBid: false).id
      let good = try await world.challenge(.published, withBid: false).id
      _ = try await world.market.database.execute(
        SQL(
          unsafe: """
            CREATE FUNCTION poisoned() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'poisoned'; END $$
            """))
      _ = try await world.market.database.execute(
        SQL(
          unsafe: """
            CREATE TRIGGER poisoned BEFORE UPDATE ON challenges FOR EACH ROW
            WHEN (OLD.id = '\(UUIDText(bad.bits))') EXECUTE FUNCTION poisoned()
            """))
      let clockwork = Clockwork(world.market)
      var pauses: [Double] = []
      for round in 1...3 {
        #expect(try await clockwork.tick() == (round == 1 ? 1 : 0))
        let row = try #require(
          try await world.market.database.query(
            "SELECT attempts, extract(epoch FROM wait_until - clock_timestamp())::float8 FROM due WHERE object = \(bad)"
          ).first)
        #expect(try row.get(0, as: Int.self) == round)
        pauses.append(try row.get(1))
        #expect(try await clockwork.tick() == 0, "not before its pause is over")
        _ = try await world.market.database.execute("UPDATE due SET wait_until = NULL")
      }
      #expect(pauses[0] < pauses[1] && pauses[1] < pauses[2], "each pause is longer: \(pauses)")
      #expect(try await world.market.find(good, for: .anonymous).state == .closed)
      let jobs = try await world.market.jobs(stalled: true)
      #expect(jobs.map(\.object) == [bad.text] && jobs[0].error?.contains("poisoned") == true)
      #expect(try await world.market.clockworkState() == ClockworkState(due: 1, stalled: 1))
      _ = try await world.market.database.execute("DROP TRIGGER poisoned ON challenges")
      #expect(try await world.market.retryJobs(of: bad.text) == 1)
      #expect(try await clockwork.tick() == 1)
    }
  }

  @Test func a_deadline_that_moves_takes_its_row_along_and_one_that_is_over_leaves_none() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id
      func due() async throws -> Instant? {
        try await world.market.database.query("SELECT at FROM due WHERE object = \(id)").first?.get(0)
      }
      #expect(try await due() == (try await world.market.find(id, for: .system).closesAt))
      let later = try await world.market.today().adding(days: 50)
      try await world.move(id, .extend, .object(["closes_on": .string(later.text)]), as: world.enterprise.caller)
      #expect(try await due() == later.end)
      try await world.move(id, .cancel, aReason, as: world.enterprise.caller)
      #expect(try await due() == nil)
    }
  }

  @Test func what_is_due_is_what_the_tables_say_and_a_lost_or_forged_row_is_found() async throws {
    try await World.with { world in
      _ = try await world.achievement(.published)
      _ = try await world.challenge(.published)
      _ = try await world.notice(.running)
      _ = try await world.objection(.filed)
      #expect(try await world.market.jobs().count == 4, "a notice under objection does not close")
      #expect(try await world.market.reconcileDue() == 0)
      for (statement, wrong) in [
        ("DELETE FROM due WHERE move = 'achievement.expire'", 1), ("UPDATE due SET at = at + interval '1 day'", 7),
      ] {
        _ = try await world.market.database.execute(SQL(unsafe: statement))
        #expect(try await world.market.reconcileDue() == wrong, "\(statement)")
      }
    }
  }

  @Test func every_move_that_a_trigger_announces_can_be_made_and_the_other_way_round() async throws {
    try await TestDatabase.with { database in
      let rows = try await database.query(
        "SELECT split_part(encode(tgargs, 'escape'), '\\000', 1) FROM pg_trigger WHERE tgfoid = 'keep_due'::regproc")
      #expect(Set(try rows.map { try $0.get(0, as: String.self) }) == Set(Clockwork.table.keys))
    }
  }
}

/// As PostgreSQL spells an id.
private struct UUIDText: CustomStringConvertible {
  let description: String
  init(_ bits: UInt128) { description = bits.uuidText }
}
