import Postgres
import TestSupport
import Testing

@testable import Market

/// What PostgreSQL gives the role that anonymous readers are: the application's filters play no part here.
@Suite struct PublicNetTests {
  /// Lends connections that are the role, and nothing else.
  private static func asThePublic(_ body: @Sendable (World, Database) async throws -> Void) async throws {
    try await TestDatabase.named { owner, conninfo in
      let world = try await World(owner)
      try await everything(world)
      var options = Database.Options(conninfo: conninfo, readers: 1, writers: 1)
      options.user = PublicNet.role
      let net = Database(options)
      let outcome = await Result { try await body(world, net) }
      await net.close()
      try outcome.get()
    }
  }

  /// Something in every state of everything that is ever public.
  private static func everything(_ world: World) async throws {
    for state in Achievement.State.allCases { _ = try await world.achievement(state) }
    for state in AchievementList.State.allCases { _ = try await world.achievementList(state) }
    for state in Challenge.State.allCases { _ = try await world.challenge(state, hasClosed: false) }
    for state in ChallengeBoard.State.allCases { _ = try await world.challengeBoard(state) }
    for state in Question.State.allCases { _ = try await world.question(state) }
    for state in Deal.State.allCases { _ = try await world.deal(state) }
    for state in Project.State.allCases { _ = try await world.project(state) }
    for state in Acceptance.State.allCases { _ = try await world.acceptance(state) }
    for state in IntegrityRecord.State.allCases { _ = try await world.integrityRecord(state) }
    for state in Panel.State.allCases { _ = try await world.panel(state) }
    for state in Notice.State.allCases { _ = try await world.notice(state) }
    for state in Chain.State.allCases { _ = try await world.chain(state) }
    for state in Project.State.allCases { _ = try await world.project(state) }
    for state in Acceptance.State.allCases { _ = try await world.acceptance(state) }
    for state in IntegrityRecord.State.allCases { _ = try await world.integrityRecord(state) }
    for state in DemandCall.State.allCases { _ = try await world.demandCall(state) }
    for state in Demand.State.allCases {
      for tier in 1...3 { _ = try await world.demand(state, confidentiality: tier) }
    }
    for state in Organisation.State.allCases {
      try await world.place(
        """
        INSERT INTO organisations (id, status, rulebook, name, kind, region, origin, evidence, verified_at)
        VALUES (\(ID<Organisation>()), \(state.rawValue), 1, \("示例单位 " + state.rawValue), 'other', '450300', 'constructed',
          \(state == .verified ? "示例" : nil), \(state == .verified ? Instant(microseconds: 1) : nil))
        """)
    }
  }

  @Test func a_query_without_any_filter_gives_it_what_everybody_may_know_of_and_nothing_more() async throws {
    try await Self.asThePublic { world, net in
      func compare<O: MarketObject>(_: O.Type) async throws {
        guard O.policy.publicRule() != "false" else { return }
        let rows = try await net.query("SELECT \(sql: O.columns) FROM \(sql: O.from(O.table))")
        let seen = try rows.map { row throws(DecodingFailure) in
          var c = row.columns
          return try O(&c)
        }
        var token: String?, all: [O] = []
        repeat {
          let page = try await world.market.list(
            O.self, for: .system, filters: [:], page: PageRequest(size: 200, token: token))
          all += page.items
          token = page.next
        } while token != nil
        let open = Set(all.filter { O.policy.shows($0, to: .anonymous) }.map(\.id))
        #expect(open.count > 0, "\(O.kind): something public was made")
        #expect(Set(seen.map(\.id)) == open, "\(O.kind): by its own table")
        // The same answer as without the net: nothing that a public field is made of is missing.
        let told = Dictionary(uniqueKeysWithValues: all.map { ($0.id, Self.text($0)) })
        for object in seen where open.contains(object.id) {
          #expect(Self.text(object) == told[object.id], "\(O.kind) \(object.state.rawValue)")
        }
      }
      for kind in Objects.all { try await compare(kind) }
    }
  }

  private static func text<O: MarketObject>(_ object: O) -> String {
    var json = JSONWriter()
    object.write(for: .anonymous, into: &json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test func what_is_sealed_or_personal_is_not_granted_to_it_and_nothing_can_be_written() async throws {
    try await Self.asThePublic { world, net in
      let known = Set(PublicNet.rules.map(\.table))
      let all = try await world.market.database.query(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
      let tables = Set(try all.map { try $0.get(0, as: String.self) })
      #expect(known.isSubset(of: tables))
      for table in tables.subtracting(known) {
        let error = await #expect(throws: PostgresError.self, "\(table)") {
          try await net.query(SQL(unsafe: "SELECT FROM \(table) LIMIT 1"))
        }
        #expect(error?.sqlState == "42501", "\(table)")
      }
      for table in [
        "sealed_bids", "bid_seals", "opening_keys", "opening_shares", "officer_keys", "platform_keys", "bids",
        "bid_reviews",
        "people", "memberships", "passwords", "second_factors", "recovery_codes", "sign_ins", "tokens",
        "one_time_links",
        "failed_sign_ins", "idempotency_keys", "deployment", "objections", "wishes", "webhooks", "due",
      ] { #expect(!known.contains(table), "\(table)") }
      for table in tables {
        for statement in [
          "DELETE FROM \(table)", "TRUNCATE \(table) CASCADE", "ALTER TABLE \(table) DISABLE ROW LEVEL SECURITY",
          "SET ROLE postgres",
        ] {
          let error = await #expect(throws: PostgresError.self) { try await net.execute(SQL(unsafe: statement)) }
          #expect(error?.sqlState == "42501", "\(statement)")
        }
      }
    }
  }

  @Test func of_a_draft_neither_its_row_nor_what_hangs_on_it_nor_its_events_are_there() async throws {
    try await Self.asThePublic { world, net in
      let draft = try await world.challenge(.draft, withBid: false).id
      try await world.place(
        """
        INSERT INTO expert_opinions (challenge, expert, organisation, supports, opinion)
        VALUES (\(draft), \(ID<Token>()), \(world.reviewer.id), true, '示例意见')
        """)
      let achievement = try await world.market.work(as: world.university.caller) { work in
        try await work.create(
          Achievement.self, Input(["title": .text("尚未公开的成果"), "region": .text("450300")]),
          own: [("organisation", .reference(world.university.id.bits))])
      }
      for statement: SQL in [
        "SELECT FROM challenges WHERE id = \(draft)", "SELECT FROM expert_opinions WHERE challenge = \(draft)",
        "SELECT FROM achievements WHERE id = \(achievement.id)",
        "SELECT FROM events WHERE object_id = \(achievement.id)",
        "SELECT FROM contracts", "SELECT FROM demand_sheets",
      ] { #expect(try await net.query(statement).isEmpty, "\(statement)") }
      for column in ["withheld", "actor_org", "actor_token", "actor_person", "audience"] {
        let error = await #expect(throws: PostgresError.self) {
          try await net.query(SQL(unsafe: "SELECT \(column) FROM events"))
        }
        #expect(error?.sqlState == "42501", "\(column)")
      }
      let salt = await #expect(throws: PostgresError.self) { try await net.query("SELECT salt FROM ledger_leaves") }
      #expect(salt?.sqlState == "42501")
    }
  }

  @Test func anonymous_reading_goes_through_it_and_the_application_s_own_filter_is_not_what_keeps_a_draft_in()
    async throws
  {
    try await World.with { world in
      #expect(world.market.hasPublicNet)
      let user: String? = try await world.market.reader(for: .anonymous).query("SELECT current_user::text").first?.get(
        0)
      #expect(user == PublicNet.role)
      let draft = try await world.achievement(.draft), published = try await world.achievement(.published)
      // The condition of somebody who may see everything, put to the connections of somebody who may not.
      let rows = try await world.market.reader(for: .anonymous).query(
        "SELECT t.id FROM achievements t WHERE \(sql: Achievement.visible(to: .system))")
      #expect(try rows.map { try $0.get(0, as: ID<Achievement>.self) } == [published])
      #expect(try await world.market.find(draft, for: world.university.caller).state == .draft)
    }
  }

  @Test func a_net_made_of_other_tables_is_not_used_and_laying_it_out_again_mends_it() async throws {
    try await TestDatabase.with { database in
      _ = try await database.execute("COMMENT ON TABLE deployment IS 'another'")
      #expect(try await PublicNet.missing(in: database) == .outdated)
      let world = try await World(database)
      #expect(!world.market.hasPublicNet)
      let published = try await world.achievement(.published), draft = try await world.achievement(.draft)
      #expect(try await world.market.find(published, for: .anonymous).id == published)
      await #expect(throws: Refusal.self) { try await world.market.find(draft, for: .anonymous) }
      #expect(try await PublicNet.cast(by: database))
      #expect(try await PublicNet.missing(in: database) == nil)
      #expect(try await Market(database).hasPublicNet)
    }
  }
}
