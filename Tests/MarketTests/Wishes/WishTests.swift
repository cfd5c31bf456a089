import MatchEngine
import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct WishTests {
  @Test func every_state_action_and_role() async throws {
    try await World.with { world in
      try await WorkflowTrial<Wish>(
        world: world,
        specification: Specification(
          """
          active edit owner -> active
          paused edit owner -> paused
          active pause owner -> paused
          paused resume owner -> active
          active end owner -> ended
          paused end owner -> ended
          """),
        standing: [
          "enterprise": "owner", "operator": "operator", "supervisor": "supervisor", "system": "system",
        ],
        sees: { name, _ in ["enterprise", "system"].contains(name) },
        make: { try await world.wish($0) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Wish.self, $0) }
  }

  @Test func a_publication_is_told_once_to_those_who_wait_for_it_and_to_nobody_else() async throws {
    try await World.with { world in
      let citrus = try await Self.wish(world, "柑橘无病毒苗木")
      _ = try await Self.wish(world, "数控机床主轴")
      let paused = try await Self.wish(world, "柑橘无病毒苗木")
      try await world.move(paused, .pause, as: world.enterprise.caller)
      let own = try await Self.wish(world, "柑橘无病毒苗木", of: world.university)
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      try await world.place("UPDATE challenges SET title = '柑橘无病毒苗木繁育', summary = '' WHERE id = \(challenge)")
      let matcher = try await Self.matcher(world)
      let id = try await world.achievement(.approved)
      try await world.move(id, .publish, as: world.university.caller)
      try await Self.follow(matcher, world)
      let found = try await Self.found(citrus, world)
      #expect(found.map(\.objectID) == [id.bits] && found.first?.title == "柑橘无病毒苗木繁育技术")
      #expect((found.first?.score ?? 0) >= StandingQueries.usualScore)
      let reasons = JSONValue.parse(found.first?.reasons ?? [])?.array ?? []
      #expect(reasons.first?["text"]?.string?.contains("柑橘") == true)
      #expect(try await world.market.findings(of: paused, for: world.enterprise.caller, page: .init()).items.isEmpty)
      #expect(try await world.market.findings(of: own, for: world.university.caller, page: .init()).items.isEmpty)
      let posters = try await world.market.findings(of: challenge, for: world.enterprise.caller, page: .init()).items
      #expect(posters.map(\.objectID) == [id.bits])
      await #expect(throws: Refusal.self) {
        try await world.market.findings(of: challenge, for: world.rival.caller, page: .init())
      }
      await #expect(throws: Refusal.self) {
        try await world.market.findings(of: citrus, for: world.operator.caller, page: .init())
      }
      for (name, party) in world.everybody {
        let told = try await world.history(as: party.caller).filter { $0.action == "found" }
        #expect(Set(told.map(\.kind)) == (name == "enterprise" ? ["wish", "match"] : []), "\(name)")
        if name == "enterprise" { #expect(Set(told.map(\.objectID)) == [citrus.bits, challenge.bits]) }
      }
      // Nothing is told again, not by a second server either; a new publication is.
      try await Self.follow(try await Self.matcher(world), world)
      #expect(try await Self.found(citrus, world).count == 1)
      try await world.move(id, .suspend, aReason, as: world.operator.caller)
      try await world.move(id, .resume, aReason, as: world.operator.caller)
      try await Self.follow(matcher, world)
      #expect(try await Self.found(citrus, world).count == 2)
    }
  }

  @Test func a_new_challenge_finds_the_wishes_for_challenges_and_hard_conditions_hold() async throws {
    try await World.with { world in
      let wish = try await Self.wish(world, "柑橘苗木繁育", seeks: "challenge", of: world.university)
      let rich = try await Self.wish(
        world, "柑橘苗木繁育", seeks: "challenge", of: world.university,
        more: ["price_min": .money(Money(fen: Money.ceiling))])
      let matcher = try await Self.matcher(world)
      let id = try await world.challenge(.boardNotice, withBid: false).id
      try await world.place("UPDATE challenges SET title = '柑橘苗木繁育', summary = '' WHERE id = \(id)")
      try await world.move(id, .publish, as: .system)
      try await Self.follow(matcher, world)
      let found = try await world.market.findings(of: wish, for: world.university.caller, page: .init()).items
      #expect(found.map(\.objectID) == [id.bits] && found.first?.kind == "challenge")
      #expect(try await world.market.findings(of: rich, for: world.university.caller, page: .init()).items.isEmpty)
    }
  }

  @Test func servers_that_look_at_once_tell_each_publication_once() async throws {
    try await World.with { world in
      let wish = try await Self.wish(world, "柑橘无病毒苗木")
      let matchers = [
        try await Self.matcher(world), try await Self.matcher(world), try await Self.matcher(world),
      ]
      for _ in 0..<12 {
        let id = try await world.achievement(.approved)
        try await world.move(id, .publish, as: world.university.caller)
      }
      _ = try await world.history(as: nil)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for matcher in matchers { group.addTask { try await matcher.step() } }
        try await group.waitForAll()
      }
      // Who was overtaken goes on where the other has got to.
      for matcher in matchers { try await matcher.tellFindings() }
      #expect(try await Self.found(wish, world).count == 12)
      let told = try await world.history(as: world.enterprise.caller).filter { $0.action == "found" }
      #expect(told.count == 12)
    }
  }

  @Test func what_was_published_while_no_server_ran_is_told_when_one_starts() async throws {
    try await World.with { world in
      let wish = try await Self.wish(world, "柑橘无病毒苗木")
      let id = try await world.achievement(.approved)
      try await world.move(id, .publish, as: world.university.caller)
      _ = try await world.history(as: nil)
      let matcher = Matcher(world.market, lexicon: .empty)
      try await matcher.step()
      try await Self.follow(matcher, world)
      #expect(try await Self.found(wish, world).map(\.objectID) == [id.bits])
    }
  }

  @Test func findings_come_a_page_at_a_time() async throws {
    try await World.with { world in
      let wish = try await Self.wish(world, "柑橘无病毒苗木")
      let matcher = try await Self.matcher(world)
      for _ in 0..<5 {
        try await world.move(try await world.achievement(.approved), .publish, as: world.university.caller)
      }
      try await Self.follow(matcher, world)
      var seen: [ID<Finding>] = [], token: String?
      repeat {
        let page = try await world.market.findings(
          of: wish, for: world.enterprise.caller, page: PageRequest(size: 2, token: token))
        seen += page.items.map(\.id)
        token = page.next
      } while token != nil
      #expect(seen.count == 5 && Set(seen).count == 5)
      #expect(seen.map(\.bits) == seen.map(\.bits).sorted(by: >))
    }
  }

  private static func wish(
    _ world: World, _ title: String, seeks: String = "achievement", of party: World.Party? = nil,
    more: [String: FieldValue] = [:]
  ) async throws -> ID<Wish> {
    let party = party ?? world.enterprise
    return try await world.market.work(as: party.caller) { work in
      try await work.create(
        Wish.self, Input(["seeks": .text(seeks), "title": .text(title)].merging(more) { a, _ in a }),
        own: [("organisation", .reference(party.id.bits))]
      ).id
    }
  }

  private static func found(_ wish: ID<Wish>, _ world: World) async throws -> [Finding] {
    try await world.market.findings(of: wish, for: world.enterprise.caller, page: .init()).items
  }

  private static func matcher(_ world: World) async throws -> Matcher {
    _ = try await world.history(as: nil)
    let matcher = Matcher(world.market, lexicon: .empty)
    try await matcher.load()
    return matcher
  }

  private static func follow(_ matcher: Matcher, _ world: World) async throws {
    _ = try await world.history(as: nil)
    try await matcher.step()
  }
}
