import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct DelegationTests {
  /// The enterprise as it comes in over its token, with what it has been given to do.
  private func delegate(_ world: World) async throws -> Caller {
    try #require(try await world.market.caller(secret: world.enterprise.secret))
  }

  @Test func a_delegate_does_what_it_was_given_to_do_in_the_owner_s_place_and_the_log_names_both() async throws {
    try await World.with { world in
      let id = try await world.achievement(.draft)
      #expect(try await delegate(world).grants.isEmpty)
      let delegation = try await world.delegation(.active, ["achievement.edit", "achievement.submit"])
      let broker = try await delegate(world)
      #expect(broker.grants.map(\.owner) == [world.university.id])
      #expect(try await world.market.find(id, for: broker).id == id)
      let page = try await world.market.list(Achievement.self, for: broker, filters: [:], page: PageRequest())
      #expect(page.items.map(\.id) == [id])
      let offers = try await world.market.offers(id, for: broker).offers.filter(\.isAllowed).map(\.action)
      #expect(Set(offers) == ["edit", "submit"], "and not withdraw, which was not given")
      _ = try await world.market.work(as: broker) { work in
        try await work.edit(id, .object(["title": .string("示例成果,经纪改")]), version: nil)
      }
      try await world.move(id, .submit, as: broker)
      let rows = try await world.market.database.query(
        "SELECT actor_org, acted_for, actor_token, action FROM events WHERE object_id = \(id) ORDER BY version")
      #expect(rows.count == 2)
      for row in rows {
        #expect(try row.get(0) == world.enterprise.id && row.get(1) == world.university.id)
        #expect(try row.get(2) == world.enterprise.caller.token)
      }
      try await world.place("UPDATE achievements SET status = 'draft' WHERE id = \(id)")
      let notGiven = try await refusal { try await world.move(id, .withdraw, aReason, as: broker) }
      guard case .forbidden = notGiven else {
        Testing.Issue.record("\(notGiven)")
        return
      }
      // Ended in the meantime: what was read at the door does not count.
      try await world.move(delegation, .end, aReason, as: world.university.caller)
      let late = try await refusal { try await world.move(id, .submit, as: broker) }
      guard case .forbidden = late else {
        Testing.Issue.record("\(late)")
        return
      }
      #expect(try await delegate(world).grants.isEmpty)
    }
  }

  @Test func a_delegation_for_one_object_reaches_no_other() async throws {
    try await World.with { world in
      let given = try await world.achievement(.draft), other = try await world.achievement(.draft)
      _ = try await world.delegation(.active, ["achievement.*"], object: given.text, objectBits: given.bits)
      let broker = try await delegate(world)
      try await world.move(given, .submit, as: broker)
      guard case .notFound = try await refusal({ try await world.move(other, .submit, as: broker) }) else {
        Testing.Issue.record("reached another object")
        return
      }
      let seen = try await world.market.list(Achievement.self, for: broker, filters: [:], page: PageRequest()).items
      #expect(seen.map(\.id) == [given])
      let challenge = try await world.challenge(.draft, withBid: false).id
      #expect(try await world.market.find(challenge, for: broker).id == challenge, "its own stays its own")
    }
  }

  @Test(arguments: [
    (Delegation.State.offered, false), (.declined, false), (.ended, false), (.expired, false), (.active, true),
  ])
  func what_does_not_hold_gives_nothing(state: Delegation.State, over: Bool) async throws {
    try await World.with { world in
      let id = try await world.achievement(.draft)
      _ = try await world.delegation(state, over: over)
      let broker = try await delegate(world)
      #expect(broker.grants.isEmpty)
      guard case .notFound = try await refusal({ try await world.market.find(id, for: broker) }) else {
        Testing.Issue.record("seen in \(state)")
        return
      }
    }
  }

  @Test func staff_are_no_delegates_and_a_delegate_gives_nothing_on() async throws {
    try await World.with { world in
      let id = try await world.achievement(.draft)
      let grant = Grant(
        id: try await world.delegation(), owner: world.university.id, delegate: world.enterprise.id,
        actions: ["achievement.*"], object: nil)
      let staff = Caller(
        person: ID(), organisation: world.enterprise.id, role: .reviewer, grants: [grant])
      guard case .notFound = try await refusal({ try await world.move(id, .submit, as: staff) }) else {
        Testing.Issue.record("a reviewer acted as a delegate")
        return
      }
      let principal = try await delegate(world).inPlace(of: grant)
      let input = Input([
        "delegate": .reference(world.rival.id.bits), "kind": .text("broker"), "actions": .texts(["achievement.edit"]),
        "valid_to": .date(try await world.market.today()),
      ])
      guard
        case .forbidden = try await refusal({
          try await world.market.work(as: principal) { try await $0.delegate(input) }
        })
      else {
        Testing.Issue.record("gave on what was given")
        return
      }
    }
  }

  @Test func an_offer_says_whom_what_and_until_when_within_the_rules() async throws {
    try await World.with { world in
      let today = try await world.market.today()
      func offer(_ more: [String: FieldValue]) async throws -> Delegation {
        var values: [String: FieldValue] = [
          "delegate": .reference(world.enterprise.id.bits), "kind": .text("custodian"),
          "actions": .texts(["achievement.edit"]), "valid_to": .date(CivilDate(days: today.days + 30)),
        ]
        for (name, value) in more { values[name] = value }
        return try await world.market.work(as: world.university.caller) { [values] in
          try await $0.delegate(Input(values))
        }
      }
      #expect(try await offer([:]).state == .offered)
      for (more, code) in [
        (["valid_to": FieldValue.date(CivilDate(days: today.days + 2000))], "term_too_long"),
        (["valid_to": .date(CivilDate(days: today.days - 1))], "ends_first"),
        (["object": .text("chl_00000000000000000000000001")], "bad_id"), (["object": .text("x")], "bad_id"),
        (["delegate": .reference(world.university.id.bits)], "same_party"),
        (["delegate": .reference(7)], "unknown_reference"),
      ] {
        #expect(try await refusal { try await offer(more) }.issues.map(\.code) == [code])
      }
    }
  }

  @Test func the_clock_ends_what_is_over() async throws {
    try await World.with { world in
      let over = try await world.delegation(.active, over: true), runs = try await world.delegation(.active)
      try await Clockwork(world.market).tick()
      #expect(try await world.market.find(over, for: .system).state == .expired)
      #expect(try await world.market.find(runs, for: .system).state == .active)
    }
  }

  static let specification = Specification(
    """
    offered accept delegate -> active
    offered decline delegate -> declined
    offered end owner,delegate -> ended
    active end owner,delegate -> ended
    offered expire system -> expired
    active expire system -> expired
    """)

  @Test(arguments: [true, false])
  func everybody_can_do_exactly_what_the_table_says_in_every_state(isOver: Bool) async throws {
    try await World.with { world in
      try await WorkflowTrial<Delegation>(
        world: world, specification: Self.specification,
        standing: [
          "university": "owner", "enterprise": "delegate", "operator": "operator", "supervisor": "supervisor",
          "registry": "registry", "reviewer": "reviewer", "admin": "admin", "system": "system",
        ],
        sees: { name, _ in ["university", "enterprise", "operator", "supervisor", "admin", "system"].contains(name) },
        inputs: ["decline": aReason, "end": aReason],
        blocked: isOver ? ["offered accept"] : ["offered expire", "active expire"],
        make: { try await world.delegation($0, over: isOver) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { database in
      try await expectStatesAgree(Delegation.self, database)
      try await expectStatesAgree(Person.self, database)
      try await expectStatesAgree(Membership.self, database)
      try await expectStatesAgree(Organisation.self, database)
    }
  }
}
