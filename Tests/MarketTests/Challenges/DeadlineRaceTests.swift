import Glibc
import Postgres
import TestSupport
import Testing

@testable import Market

/// The gate of one challenge, again and again: `JIEBANG_RACE_ROUNDS` says how often, 10,000 by hand.
@Suite struct DeadlineRaceTests {
  private static let rounds = getenv("JIEBANG_RACE_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 100
  private static let deadline = "2030-01-01T00:00:00"

  /// A market whose clock each transaction may set for itself, and a challenge that closes at a microsecond.
  private static func atTheGate(_ body: @Sendable (World, ID<Challenge>) async throws -> Void) async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false, seal: .commitReveal).id
      _ = try await world.market.database.execute(
        """
        CREATE OR REPLACE FUNCTION market_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
          SELECT coalesce(nullif(current_setting('test.now', true), '')::timestamptz, clock_timestamp())
        $$
        """)
      try await body(world, challenge)
    }
  }

  /// One bid as it reaches the table.
  private static func bid(_ challenge: ID<Challenge>) -> SQL {
    """
    INSERT INTO sealed_bids (id, challenge, pseudonym, commitment, request_key, request_tag, received_at)
    VALUES (\(ID<Bid>()), \(challenge), \(Bytea(Crypto.random(32))), sha256('示例'), sha256('示例'), sha256('示例'), 'epoch')
    """
  }

  private static func set(_ offset: Int) -> SQL {
    "SELECT set_config('test.now', \(Self.deadline + ".000000Z"), true), set_config('test.now', ((\(Self.deadline + "Z")::timestamptz + make_interval(secs => \(Double(offset) / 1e6)))::text), true)"
  }

  /// Whether it was taken.
  private static func isTaken(_ body: () async throws -> Void) async throws -> Bool {
    do {
      try await body()
      return true
    } catch let error as PostgresError where error.constraint == "sealed_bids_before_deadline" {
      return false
    }
  }

  @Test func a_microsecond_before_is_taken_and_the_deadline_and_a_microsecond_after_never_while_the_opener_knocks()
    async throws
  {
    try await Self.atTheGate { world, challenge in
      let database = world.market.database
      for round in 0..<Self.rounds {
        try await world.place(
          "DELETE FROM sealed_bids",
          "UPDATE challenges SET status = 'published', closes_at = \(Self.deadline + "Z")::timestamptz WHERE id = \(challenge)"
        )
        let late = Shared<[Bool]>([]), closed = Shared(false)
        let inTime = try await Self.isTaken {
          try await database.transaction { tx in
            _ = try await tx.batch([Self.set(-1), Self.bid(challenge)])
            // It is past the gate and not committed yet: now the opener comes, and with it those who are late.
            try await withThrowingTaskGroup(of: Void.self) { group in
              group.addTask {
                try await world.market.work(as: .system) { work in
                  _ = try await work.tx.query(Self.set(0))
                  try await work.move(challenge, .close, version: nil)
                }
                closed.change { $0 = true }
              }
              for offset in [0, 1] {
                group.addTask {
                  let taken = try await Self.isTaken {
                    try await database.transaction { tx in
                      _ = try await tx.batch([Self.set(offset), Self.bid(challenge)])
                    }
                  }
                  late.change { $0.append(taken) }
                }
              }
              try await Task.sleep(for: .microseconds(.random(in: 0...1500)))
              #expect(!closed.value, "the opener waits for whoever is inside")
              _ = try await tx.query("COMMIT")
              try await group.waitForAll()
            }
          }
        }
        #expect(inTime && late.value == [false, false] && closed.value, "round \(round)")
        let rows = try await database.query(
          "SELECT received_at = \(Self.deadline + "Z")::timestamptz - interval '1 microsecond' FROM sealed_bids")
        #expect(try rows.map { try $0.get(0, as: Bool.self) } == [true], "round \(round)")
      }
    }
  }

  @Test func by_the_running_clock_what_was_taken_is_there_and_came_in_time() async throws {
    try await Self.atTheGate { world, challenge in
      let database = world.market.database
      for round in 0..<Self.rounds {
        try await world.place(
          "DELETE FROM sealed_bids",
          "UPDATE challenges SET status = 'published', closes_at = clock_timestamp() + interval '3 ms' WHERE id = \(challenge)"
        )
        let taken = Shared(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<3 {
            group.addTask {
              try await Task.sleep(for: .microseconds(.random(in: 0...5000)))
              if try await Self.isTaken({ try await database.execute(Self.bid(challenge)) }) {
                taken.change { $0 += 1 }
              }
            }
          }
          group.addTask {
            while try await database.execute(
              """
              UPDATE challenges SET status = 'closed' WHERE id = \(challenge) AND status = 'published' AND closes_at <= market_now()
              """
            ).affected == 0 { try await Task.sleep(for: .microseconds(300)) }
          }
          try await group.waitForAll()
        }
        let row = try #require(
          try await database.query(
            """
            SELECT count(*), count(*) FILTER (WHERE s.received_at < c.closes_at) FROM sealed_bids s
            JOIN challenges c ON c.id = s.challenge
            """
          ).first)
        #expect(
          try row.get(0, as: Int.self) == taken.value && row.get(1, as: Int.self) == taken.value, "round \(round)")
      }
    }
  }
}
