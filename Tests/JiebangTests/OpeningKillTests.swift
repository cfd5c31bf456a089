import Glibc
import Market
import Postgres
import TestSupport
import Testing

/// The server is killed again and again while bids are due to be opened: what comes of it is the same, once.
@Suite struct OpeningKillTests {
  @Test func a_server_killed_between_due_and_done_of_an_opening_leaves_the_same_result_exactly_once() async throws {
    try await Folder.with { folder in
      try await TestDatabase.named { database, conninfo in
        let home = folder.path + "/home"
        mkdir(home, 0o700)
        let world = try await World(database, keys: PlatformKeys(folder: home + "/keys"))
        let challenge = try await world.challenge(.published, hasClosed: false, isPlain: true, withBid: false).id
        var commitments: [String] = []
        for i in 0..<12 {
          let organisation = try await world.market.work(as: .system) { work in
            try await work.organisationNamed("示例揭榜单位 \(i)", kind: "institute", region: "450300", origin: "constructed")
          }
          let bidder = Caller(organisation: organisation, token: nil, role: .university)
          let bid = try await world.market.work(as: bidder) { try await $0.placeBid(on: challenge, World.offer) }
          commitments.append(bid.receipt.commitment.hex)
        }
        // Every bid takes its time to be opened, so that a kill falls between two of them.
        _ = try await database.execute(
          """
          CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.04); RETURN NEW; END $$
          """)
        _ = try await database.execute(
          "CREATE TRIGGER slowly BEFORE INSERT OR UPDATE ON bids FOR EACH ROW EXECUTE FUNCTION slowly()")
        _ = try await database.execute("UPDATE challenges SET closes_at = market_now() WHERE id = \(challenge)")
        let server = try Program.jiebang(["JIEBANG_DATABASE_URL": conninfo, "JIEBANG_HOME": home])
        for delay in [0, 200, 500, 800, 1000, 1100] {
          let running = try server.start("serve", "--port", "0")
          _ = try await running.says("jiebang is ready")
          try await Task.sleep(for: .milliseconds(delay))
          running.send(signal: SIGKILL)
          _ = try await running.ended()
          let state = try await world.market.find(challenge, for: .anonymous)
          let counts = try await world.rowCounts()
          #expect(
            state.openedAt == nil ? state.state == .published && counts["bids"] == 0 : counts["bids"] == 12,
            "all or nothing after \(delay) ms")
        }
        let running = try server.start("serve", "--port", "0")
        for _ in 0..<600 where try await world.market.find(challenge, for: .anonymous).openedAt == nil {
          try await Task.sleep(for: .milliseconds(50))
        }
        running.send(signal: SIGINT)
        _ = try await running.ended()
        let closed = try await world.market.find(challenge, for: .anonymous)
        #expect(closed.state == .closed && closed.bidsReceived == 12 && closed.pricesOpenedAt != nil)
        let events = try await world.history(as: .anonymous).filter { $0.kind == "challenge" }
        try #require(events.map(\.action) == ["close", "open", "open_prices"])
        let said = JSONValue.parse(events[1].payload)?["commitments"]?.array?.compactMap(\.string)
        #expect(said == commitments)
        let opened = try await database.query(
          "SELECT count(*), count(DISTINCT organisation), count(price) FROM bids WHERE status = 'opened'")
        #expect(try opened.first?.get(0, as: Int.self) == 12 && opened.first?.get(1, as: Int.self) == 12)
        #expect(try opened.first?.get(2, as: Int.self) == 12)
      }
    }
  }
}
