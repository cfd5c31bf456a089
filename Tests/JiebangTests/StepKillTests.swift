import Foundation
import FoundationNetworking
import Glibc
import Market
import Postgres
import TestSupport
import Testing

/// The server is killed before each row that an act writes, one after the other, until the act is done: at every step the act has
/// happened as a whole or not at all, and in the end once. `JIEBANG_KILLS` kills at every step; otherwise at every fourth.
@Suite struct StepKillTests {
  private static let stride = getenv("JIEBANG_KILLS") == nil ? 4 : 1

  @Test func the_end_of_a_board_notice() async throws {
    try await act { world in
      let made = try await world.challenge(.boardNotice, withBid: false, notice: .running)
      try await world.place(
        "UPDATE notices SET published_at = market_now() - interval '30 days', ends_at = market_now() - interval '1 minute'"
      )
      return Act(
        isDone: { try await world.market.find(made.id, for: .anonymous).state == .published },
        isWhole: { isDone in
          let counts = try await world.rowCounts()
          let notice = try await world.market.database.query("SELECT status FROM notices").first?.get(
            0, as: String.self)
          #expect(counts["bid_seals"] == (isDone ? 1 : 0) && counts["opening_keys"] == (isDone ? 2 : 0))
          #expect(notice == (isDone ? "closed_clean" : "running"))
        },
        events: ["bid_seal create", "challenge publish", "notice close"])
    }
  }

  @Test func the_opening_of_plain_bids() async throws {
    try await act { world in
      let challenge = try await world.challenge(.published, hasClosed: false, isPlain: true, withBid: false).id
      try await Self.bid(3, on: challenge, world)
      try await world.place("UPDATE challenges SET closes_at = market_now()")
      return Act(
        isDone: { try await world.market.find(challenge, for: .anonymous).pricesOpenedAt != nil },
        isWhole: { isDone in
          let counts = try await world.rowCounts()
          #expect(counts["bids"] == (isDone ? 3 : 0))
        },
        events: [
          "bid open", "bid open", "bid open", "bid price", "bid price", "bid price", "challenge close",
          "challenge open",
          "challenge open_prices",
        ])
    }
  }

  @Test func the_second_officer_s_share() async throws {
    try await act { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      try await Self.bid(3, on: challenge, world)
      try await world.place("UPDATE challenges SET closes_at = market_now()")
      try await world.move(challenge, .close, as: .system)
      try await world.giveShare(world.officers[0], of: challenge)
      let officer = world.officers[1]
      let share = try #require(
        try await world.market.shares(of: challenge, for: officer.key.caller).first { $0.envelope == .technical })
      let opened = try share.open(with: officer.secret, on: challenge)
      return Act(
        request: Request(
          path: "/api/v1/challenges/\(challenge)/opening-shares", party: world.supervisor,
          body: #"{"envelope":"technical","officer_key":"\#(officer.key.id)","share":"\#(opened)"}"#),
        isDone: { try await world.market.find(challenge, for: .anonymous).openedAt != nil },
        isWhole: { isDone in
          let counts = try await world.rowCounts()
          #expect(counts["bids"] == (isDone ? 3 : 0))
          let given: Int? = try await world.market.database.query(
            "SELECT count(*) FROM opening_shares WHERE share IS NOT NULL"
          ).first?.get(0)
          #expect(given == (isDone ? 2 : 1))
        },
        events: ["bid open", "bid open", "bid open", "challenge close", "challenge open"])
    }
  }

  @Test func an_award() async throws {
    try await act { world in
      let made = try await world.challenge(.awardNotice)
      return Act(
        request: Request(
          path: "/api/v1/challenges/\(made.id)/transitions", party: world.supervisor, body: #"{"action":"award"}"#),
        isDone: { try await world.market.find(made.id, for: .anonymous).state == .awarded },
        isWhole: { isDone in
          let bid = try await world.market.find(made.bid, for: .system).state
          #expect(bid == (isDone ? .won : .opened))
          let awarded: Int? = try await world.market.database.query(
            "SELECT count(*) FROM awards WHERE awarded_at IS NOT NULL"
          ).first?.get(0)
          #expect(awarded == (isDone ? 1 : 0))
        },
        events: ["bid win", "challenge award"])
    }
  }

  // MARK: The machine

  private struct Request: Sendable {
    let path: String
    let party: World.Party
    let body: String
  }

  /// What is done, by the clock or by a request that is sent again until it is answered.
  private struct Act: Sendable {
    var request: Request?
    let isDone: @Sendable () async throws -> Bool
    /// Looks at what there is: as a whole, or not at all.
    let isWhole: @Sendable (_ isDone: Bool) async throws -> Void
    /// Every event of what it is about, in alphabetical order.
    let events: [String]
  }

  private static func bid(_ count: Int, on challenge: ID<Challenge>, _ world: World) async throws {
    for i in 0..<count {
      let organisation = try await world.market.work(as: .system) { work in
        try await work.organisationNamed("示例揭榜单位 \(i)", kind: "institute", region: "450300", origin: "constructed")
      }
      let bidder = Caller(organisation: organisation, token: nil, role: .university)
      _ = try await world.market.work(as: bidder) { try await $0.placeBid(on: challenge, World.offer) }
    }
  }

  private static let tables = [
    "challenges", "bids", "sealed_bids", "bid_seals", "opening_keys", "opening_shares", "notices", "awards", "events",
  ]

  private func act(_ prepare: @Sendable @escaping (World) async throws -> Act) async throws {
    try await Folder.with { folder in
      try await TestDatabase.named { database, conninfo in
        let home = folder.path + "/home"
        mkdir(home, 0o700)
        let world = try await World(database, keys: PlatformKeys(folder: home + "/keys"))
        let act = try await prepare(world)
        let before: Int64 = try await database.query("SELECT coalesce(max(position), 0) FROM events").first?.get(0) ?? 0
        try await Self.layTrap(database)
        let server = try Program.jiebang(["JIEBANG_DATABASE_URL": conninfo, "JIEBANG_HOME": home])
        var step = 1, kills = 0
        while true {
          _ = try await database.execute("SELECT setval('test_steps', 1, false)")
          _ = try await database.execute("UPDATE test_trap SET step = \(Int32(step))")
          let running = try server.start("serve", "--port", "0", "--no-limits")
          let ready = try await running.says("jiebang is ready: ")
          let asked = act.request.map { request in
            Task { await Self.send(request, to: String(ready.dropFirst("jiebang is ready: ".count))) }
          }
          var isTrapped = false
          for _ in 0..<3000 {
            isTrapped = try await Self.sleepers(database) > 0
            if isTrapped { break }
            if try await act.isDone() { break }
            try await Task.sleep(for: .milliseconds(10))
          }
          if !isTrapped { _ = await asked?.value }
          running.send(signal: isTrapped ? SIGKILL : SIGINT)
          _ = try await running.ended()
          guard isTrapped else { break }
          kills += 1
          _ = await asked?.value
          // Nobody is there any more for whom the statement would go on.
          while try await Self.sleepers(database, stop: true) > 0 { try await Task.sleep(for: .milliseconds(10)) }
          try await act.isWhole(try await act.isDone())
          // The lease of a dead server runs out by itself; the test does not wait for it.
          _ = try await database.execute("UPDATE due SET wait_until = NULL")
          step += Self.stride
        }
        #expect(kills > 0, "something was killed")
        #expect(try await act.isDone(), "and it was done after \(kills) kills")
        try await act.isWhole(true)
        let told = try await database.query(
          "SELECT kind || ' ' || action FROM events WHERE kind IN ('challenge', 'bid', 'notice', 'bid_seal') AND (position > \(before) OR action IN ('close', 'open')) ORDER BY 1"
        )
        #expect(try told.map { try $0.get(0, as: String.self) } == act.events, "each once")
        let replay = try await world.replay(placed: true)
        #expect(replay.broken == [] && replay.differing == [])
        #expect(try await world.market.reconcileDue() == 0)
      }
    }
  }

  /// Whoever is about to write the row of this number falls asleep.
  private static func layTrap(_ database: Database) async throws {
    let triggers = tables.map {
      "CREATE TRIGGER a_trap BEFORE INSERT OR UPDATE OR DELETE ON \($0) FOR EACH ROW EXECUTE FUNCTION test_trap_springs()"
    }
    try await database.script(
      """
      CREATE SEQUENCE test_steps;
      CREATE TABLE test_trap (step integer NOT NULL);
      INSERT INTO test_trap VALUES (0);
      CREATE FUNCTION test_trap_springs() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('test_steps') = (SELECT step FROM test_trap) THEN PERFORM pg_sleep(60); END IF;
        RETURN coalesce(NEW, OLD);
      END $$;
      \(triggers.joined(separator: ";\n"))
      """)
  }

  private static func sleepers(_ database: Database, stop: Bool = false) async throws -> Int {
    let condition: SQL = "datname = current_database() AND wait_event = 'PgSleep'"
    guard stop else {
      return try await database.query("SELECT count(*) FROM pg_stat_activity WHERE \(sql: condition)").first?.get(0)
        ?? 0
    }
    return try await database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE \(sql: condition)")
      .count
  }

  /// Sent with one key whatever comes back: a repetition of what was done has no second effect.
  private static func send(_ request: Request, to base: String) async {
    guard let url = URL(string: base + request.path) else { return }
    var http = URLRequest(url: url, timeoutInterval: 60)
    http.httpMethod = "POST"
    for (name, value) in [
      ("Authorization", "Bearer \(request.party.secret)"), ("Content-Type", "application/json"), ("If-Match", "*"),
      ("Idempotency-Key", "once"),
    ] { http.setValue(value, forHTTPHeaderField: name) }
    http.httpBody = Data(request.body.utf8)
    _ = try? await URLSession.shared.data(for: http)
  }
}
