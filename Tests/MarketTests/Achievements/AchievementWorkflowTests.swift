import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct AchievementWorkflowTests {
  static let specification = Specification(
    """
    draft edit owner -> draft
    returned edit owner -> returned
    draft submit owner -> submitted
    submitted claim operator -> under_review
    under_review return operator -> returned
    under_review reject operator -> rejected
    under_review approve operator -> approved
    returned resubmit owner -> submitted
    approved publish owner,operator -> published
    published confirm owner -> published
    expired confirm owner -> published
    published expire system -> expired
    published suspend operator,supervisor -> suspended
    suspended resume operator,supervisor -> published
    published lock system -> under_deal
    expired lock system -> under_deal
    under_deal release system -> published
    under_deal complete system -> transferred
    draft withdraw owner -> withdrawn
    submitted withdraw owner -> withdrawn
    returned withdraw owner -> withdrawn
    approved withdraw owner -> withdrawn
    published withdraw owner -> withdrawn
    expired withdraw owner -> withdrawn
    suspended withdraw owner -> withdrawn
    """)

  @Test(arguments: [true, false])
  func everybody_can_do_exactly_what_the_table_says_in_every_state(isPastExpiry: Bool) async throws {
    try await World.with { world in
      try await WorkflowTrial<Achievement>(
        world: world, specification: Self.specification,
        standing: [
          "university": "owner", "operator": "operator", "supervisor": "supervisor", "registry": "registry",
          "reviewer": "reviewer",
          "admin": "admin", "system": "system",
        ],
        sees: { name, state in
          ["university", "operator", "supervisor", "admin", "system"].contains(name)
            || ["published", "expired", "under_deal", "transferred"].contains(state)
        },
        inputs: ["return": aReason, "reject": aReason, "suspend": aReason, "resume": aReason, "withdraw": aReason],
        blocked: isPastExpiry ? [] : ["published expire"],
        make: { try await world.achievement($0, expired: isPastExpiry && $0 == .published) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Achievement.self, $0) }
  }

  @Test func an_operator_decides_nothing_in_its_own_organisation_s_matter() async throws {
    try await World.with { world in
      let id = try await world.achievement(.submitted)
      let both = Caller(organisation: world.university.id, token: nil, role: .operator)
      await #expect(throws: Refusal.self) { try await world.move(id, .claim, as: both) }
      try await world.move(id, .claim, as: world.operator.caller)
      #expect(try await world.market.find(id, for: .system).state == .underReview)
    }
  }

  @Test func what_does_not_describe_itself_is_not_submitted() async throws {
    try await World.with { world in
      let id = try await world.achievement(.draft)
      for column in ["summary = ''", "field = NULL", "keywords = '{}'"] {
        try await world.place(.init(unsafe: "UPDATE achievements SET summary = 's', field = '09', keywords = '{k}'"))
        try await world.place(.init(unsafe: "UPDATE achievements SET \(column)"))
        let refused = try await refusal { try await world.move(id, .submit, as: world.university.caller) }
        #expect(refused.issues.map(\.code) == ["incomplete"], "with \(column)")
      }
    }
  }

  @Test func a_confirmation_counts_from_today_by_the_rule_that_was_pinned() async throws {
    try await World.with { world in
      let id = try await world.achievement(.expired, expired: true)
      let moved = try await world.move(id, .confirm, as: world.university.caller)
      let confirmed = try #require(moved.confirmedAt)
      #expect(
        moved.expiresAt == (try world.market.rulebook.end(of: .achievementFreshness, from: confirmed, region: "450300"))
      )
      #expect(moved.state == .published)
    }
  }

  @Test func the_clock_expires_what_is_due_once_and_no_more() async throws {
    try await World.with { world in
      let due = try await world.achievement(.published, expired: true), fresh = try await world.achievement(.published)
      #expect(try await Clockwork(world.market).tick() == 1)
      #expect(try await Clockwork(world.market).tick() == 0)
      #expect(try await world.market.find(due, for: .system).state == .expired)
      #expect(try await world.market.find(fresh, for: .system).state == .published)
    }
  }
}
