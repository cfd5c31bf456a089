import Postgres
import TestSupport
import Testing

@testable import Market

/// Nobody decides in a matter of their own, and where two are needed they are two.
@Suite struct FourEyesTests {
  private func staff(_ person: ID<Person>, _ world: World, _ role: Role, also: [ID<Organisation>] = []) -> Caller {
    let party =
      role == .operator
      ? world.operator : role == .supervisor ? world.supervisor : role == .registry ? world.registry : world.reviewer
    return Caller(
      person: person, session: ID(), organisation: party.id, role: role, affiliations: [party.id] + also)
  }

  @Test func who_has_acted_for_a_party_or_belongs_to_one_decides_in_no_workflow() async throws {
    try await World.with { world in
      try await expectNoDecision(world, Achievement.self) { try await world.achievement($0) }
      try await expectNoDecision(world, Challenge.self) { try await world.challenge($0).id }
      try await expectNoDecision(world, Bid.self) { try await world.bid($0) }
      try await expectNoDecision(world, Deal.self, some: false) { try await world.deal($0) }
      try await expectNoDecision(world, Contract.self) { try await world.contract($0, name: "示例合同 \($0.rawValue)") }
      try await expectNoDecision(world, Organisation.self) { state in
        try await world.place(
          """
          UPDATE organisations SET status = \(state.rawValue), uscc = '12100000400000624D', proposed_uscc = '12100000400000624D'
          WHERE id = \(world.university.id)
          """)
        return world.university.id
      }
    }
  }

  /// - Parameter some: whether the workflow has decisions of staff at all.
  private func expectNoDecision<O: MarketObject>(
    _ world: World, _: O.Type, some: Bool = true, _ make: (O.State) async throws -> ID<O>
  ) async throws {
    let decisions = O.workflow.rows.filter(\.isDecision)
    #expect(decisions.isEmpty != some, "\(O.kind)")
    var others = 0
    for state in O.State.allCases where decisions.contains(where: { $0.from == state }) {
      let id = try await make(state), object = try await world.market.find(id, for: .system)
      let insider = ID<Person>(), outsider = ID<Person>()
      try await world.place(
        """
        INSERT INTO events (id, kind, object_id, action, version, actor_role, actor_person, public)
        VALUES (\(ID<Event>()), \(O.kind), \(id), 'submit', 1, 'university', \(insider), false)
        """)
      for action in Set(decisions.filter({ $0.from == state }).map(\.action)) {
        for role in [Role.operator, .supervisor, .registry, .reviewer] {
          let acted = try await outcome(world, id, action, staff(insider, world, role))
          #expect(
            acted != .moved, "\(O.kind) \(state.rawValue): who had acted did \(action.rawValue) as \(role.rawValue)")
          for party in O.policy.parties.map({ $0.organisation(object) }) {
            let belongs = try await outcome(world, id, action, staff(outsider, world, role, also: [party]))
            #expect(
              belongs != .moved, "\(O.kind) \(state.rawValue): a member did \(action.rawValue) as \(role.rawValue)")
          }
          let other = try await outcome(world, id, action, staff(outsider, world, role))
          if other == .moved {
            others += 1
            #expect(
              acted == .selfApproval, "\(O.kind) \(state.rawValue) \(action.rawValue): only the past stands against it")
          }
        }
      }
    }
    #expect(!some || others > 0, "\(O.kind): somebody else can decide")
  }

  private enum Outcome { case moved, selfApproval, refused }
  private struct Undone: Error {}

  /// What comes of a move, with whatever has to be sent along; it is taken back.
  private func outcome<O: MarketObject>(_ world: World, _ id: ID<O>, _ action: O.Action, _ caller: Caller) async throws
    -> Outcome
  {
    for body in [JSONValue.object([:]), aReason, .object(["evidence": .string("示例")])] {
      do {
        try await world.market.work(as: caller) { work in
          try await work.move(id, action, body, version: nil)
          throw Undone()
        }
      } catch is Undone {
        return .moved
      } catch Refusal.blocked(let issues) where issues.map(\.code) == ["self_approval"] {
        return .selfApproval
      } catch is Refusal {
        continue
      }
    }
    return .refused
  }

  @Test func a_code_with_wrong_check_digits_is_taken_by_two_people_and_by_no_token() async throws {
    try await World.with { world in
      let code = "12100000400000624X", id = world.university.id
      try await world.place("UPDATE organisations SET status = 'unverified' WHERE id = \(id)")
      let first = try await world.person(in: world.operator).caller,
        second = try await world.person(in: world.operator).caller
      let body = JSONValue.object(["uscc": .string(code), "reason": .string("登记机关书面确认")])
      func codes(_ action: Organisation.Action, _ body: JSONValue, _ caller: Caller) async throws -> [String] {
        try await refusal { try await world.move(id, action, body, as: caller) }.issues.map(\.code)
      }
      #expect(try await codes(.proposeCode, body, world.operator.caller) == ["person_needed"])
      for (text, why) in [("12100000400000624D", "usual_code"), ("x", "usual_code")] {
        #expect(
          try await codes(.proposeCode, .object(["uscc": .string(text), "reason": .string("x")]), first) == [why])
      }
      #expect(try await codes(.confirmCode, .object([:]), second) == ["nothing_proposed"])
      try await world.move(id, .proposeCode, body, as: first)
      #expect(try await codes(.confirmCode, .object([:]), first) == ["four_eyes"])
      let offered = try await world.market.offers(id, for: first).offers.first { $0.action == "confirm_code" }
      #expect(offered?.isAllowed == false && offered?.against.map(\.code) == ["four_eyes"])
      let moved = try await world.move(id, .confirmCode, as: second)
      #expect(moved.creditCode == code && moved.codeIsOverridden && moved.proposedCode == nil)
      await #expect(throws: PostgresError.self, "the table holds it too") {
        try await world.market.database.execute("UPDATE organisations SET confirmed_by = proposed_by WHERE id = \(id)")
      }
    }
  }

  @Test func who_proposed_an_award_does_not_make_it_in_another_office() async throws {
    #expect(Challenge.workflow.rows.filter { $0.action == .award }.allSatisfy { $0.apart.contains(.propose) })
    try await World.with { world in
      let id = try await world.challenge(.awardNotice).id
      let proposer = ID<Person>()
      try await world.place(
        """
        INSERT INTO events (id, kind, object_id, action, version, actor_role, actor_person, public)
        VALUES (\(ID<Event>()), 'challenge', \(id), 'propose', 1, 'operator', \(proposer), false)
        """)
      let refused = try await refusal { try await world.move(id, .award, as: staff(proposer, world, .supervisor)) }
      #expect(refused.issues.map(\.code).contains("four_eyes"))
    }
  }
}
