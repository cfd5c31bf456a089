import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct ChallengeWorkflowTests {
  static let specification = Specification(
    """
    draft edit poster -> draft
    draft submit poster -> submitted
    submitted select operator -> in_selection
    in_selection decline operator -> declined
    in_selection choose supervisor -> selected
    selected open_notice operator -> board_notice
    selected publish operator -> published
    board_notice publish operator,system -> published
    board_notice reopen operator,system -> selected
    published extend poster,operator -> published
    published amend poster -> published
    published close operator,system -> closed
    published close poster -> closed
    closed open system -> closed
    closed open_prices system -> closed
    closed evaluate operator -> evaluating
    closed no_award operator -> no_award
    evaluating no_award operator -> no_award
    evaluating open_prices system -> evaluating
    evaluating open_prices operator -> evaluating
    evaluating propose operator -> award_notice
    award_notice reopen operator,system -> evaluating
    award_notice endorse supervisor -> award_notice
    award_notice award supervisor -> awarded
    awarded sign system -> contracted
    awarded pass_over system -> evaluating
    evaluating proceed operator -> contracted
    contracted start system -> executing
    executing deliver system -> acceptance
    acceptance complete system -> completed
    acceptance conclude system -> concluded_with_diligence
    acceptance fail system -> failed
    contracted terminate system -> terminated
    executing terminate system -> terminated
    acceptance terminate system -> terminated
    no_award reissue poster -> no_award
    draft cancel poster -> cancelled
    submitted cancel poster -> cancelled
    in_selection cancel poster -> cancelled
    selected cancel poster -> cancelled
    board_notice cancel poster -> cancelled
    published cancel poster -> cancelled
    published cancel system -> cancelled
    closed cancel poster -> cancelled
    evaluating cancel poster -> cancelled
    award_notice cancel poster -> cancelled
    """)

  /// One kind of challenge at a time: on the board with its deadline behind it, or a plain demand that is still open.
  @Test(arguments: [false, true])
  func everybody_can_do_exactly_what_the_table_says_in_every_state(isPlainAndOpen: Bool) async throws {
    try await World.with { world in
      let later = try await world.market.today().adding(days: 60)
      for state in Challenge.State.allCases {
        // The bid to be awarded is another for every state, so the trial is run a state at a time.
        let made = try await world.challenge(state, hasClosed: !isPlainAndOpen, isPlain: isPlainAndOpen)
        try await WorkflowTrial<Challenge>(
          world: world, specification: Self.specification,
          standing: ["enterprise": "poster", "operator": "operator", "supervisor": "supervisor", "system": "system"],
          sees: { name, state in
            ["enterprise", "operator", "supervisor", "admin", "system"].contains(name)
              || !["draft", "submitted", "in_selection", "declined", "selected", "cancelled"].contains(state)
          },
          inputs: [
            "decline": aReason, "endorse": .object(["opinion": .string("示例意见")]), "no_award": aReason,
            "reopen": aReason, "cancel": aReason, "pass_over": aReason, "proceed": aReason,
            "propose": .object(["bids": .array([.string(made.bid.text)])]),
            "extend": .object(["closes_on": .string(later.text)]), "open": .object(["commitments": .array([])]),
            "amend": .object([
              "budget": .object(["amount": .string("1"), "currency": .string("CNY")]), "rationale": .string("示例"),
            ]),
          ],
          blocked: isPlainAndOpen
            ? [
              "selected open_notice", "published close operator", "published close system", "closed open",
              "evaluating open_prices", "evaluating proceed", "award_notice endorse",
            ]
            : [
              "selected publish", "published extend", "published amend", "published close poster", "closed open",
              "evaluating open_prices", "evaluating proceed", "award_notice endorse",
            ],
          states: [state], make: { _ in made.id }
        ).run()
      }
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Challenge.self, $0) }
  }

  @Test func a_board_challenge_without_indicator_or_budget_is_not_submitted_and_a_plain_demand_is() async throws {
    try await World.with { world in
      let board = try await world.challenge(.draft).id, plain = try await world.challenge(.draft, isPlain: true).id
      try await world.place("UPDATE challenges SET budget = NULL")
      let me = world.enterprise.caller
      await #expect(throws: Refusal.self) { try await world.move(board, .submit, as: me) }
      #expect(try await world.move(plain, .submit, as: me).state == .submitted)
    }
  }

  @Test func a_challenge_is_extended_to_a_later_day_and_only_as_often_as_the_rule_allows() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false).id
      let today = try await world.market.today(), me = world.enterprise.caller
      func extend(_ days: Int) async throws -> Challenge {
        try await world.move(id, .extend, .object(["closes_on": .string(today.adding(days: days).text)]), as: me)
      }
      await #expect(throws: Refusal.self, "not to an earlier day") { try await extend(5) }
      let moved = try await extend(40)
      #expect(moved.extensions == 1 && moved.closesAt == today.adding(days: 40).end && moved.state == .published)
      await #expect(throws: Refusal.self, "the rule allows one") { try await extend(60) }
    }
  }

  @Test func the_least_time_on_the_board_holds_whatever_was_asked_for() async throws {
    try await World.with { world in
      let id = try await world.challenge(.boardNotice).id
      try await world.place("UPDATE challenges SET closes_on = market_today() + 1 WHERE id = \(id)")
      let moved = try await world.move(id, .publish, as: .system)
      let published = try #require(moved.publishedAt)
      #expect(
        moved.closesAt == (try world.market.rulebook.end(of: .publicationMinimum, from: published, region: "451000")))
      let other = try await world.challenge(.boardNotice).id
      try await world.place("UPDATE challenges SET closes_on = market_today() + 90 WHERE id = \(other)")
      let longer = try await world.move(other, .publish, as: .system)
      #expect(longer.closesAt == longer.closesOn?.end, "longer is the poster's to ask for")
    }
  }

  @Test func a_server_that_slept_through_everything_gives_the_same_result() async throws {
    try await World.with { world in
      let id = try await world.challenge(.boardNotice, withBid: false, notice: .running).id
      try await world.advance(days: 400)
      #expect(try await Clockwork(world.market).tick() >= 1)
      try await world.advance(days: 400)
      for _ in 0..<3 { try await Clockwork(world.market).tick() }
      let closed = try await world.market.find(id, for: .anonymous)
      #expect(closed.state == .closed && closed.bidsReceived == nil, "it waits for its officers")
      let history = try await world.market.database.query(
        "SELECT action FROM events WHERE object_id = \(id) ORDER BY version")
      #expect(try history.map { try $0.get(0, as: String.self) } == ["publish", "close"])
    }
  }
}
