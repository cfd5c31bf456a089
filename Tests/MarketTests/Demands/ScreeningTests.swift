import Postgres
import TestSupport
import Testing

@testable import Market

/// The panel: published axes, each member once, nobody sees another's sheet before the decision.
@Suite struct ScreeningTests {
  @Test func the_score_is_the_weighted_mean_of_the_sheets_and_is_published_with_the_result() async throws {
    try await World.with { world in
      let id = try await world.demand(.submitted), experts = try await world.experts(3)
      try await world.move(id, .screen, as: world.operator.caller)
      // By hand: means 70, 80, 60, 91 under 30, 20, 30, 20 make 21 + 16 + 18 + 18.2.
      for (expert, scores) in zip(experts, [[60, 80, 50, 90], [70, 80, 60, 91], [80, 80, 70, 92]]) {
        try await Self.score(world, id, scores, as: expert)
        #expect(try await world.market.sheets(of: id, for: world.operator.caller).isEmpty, "not before the decision")
      }
      let moved = try await world.move(id, .shortlist, as: world.operator.caller)
      #expect(moved.score == "73.20")
      let mine = try await world.market.sheets(of: id, for: world.enterprise.caller)
      #expect(mine.map(\.expert) == [1, 2, 3] && mine.allSatisfy { $0.comment == "示例意见" })
      #expect(JSONValue.parse(mine[0].scores)?["financial_indicators"]?.number == 90)
      let others = try await world.market.sheets(of: id, for: .anonymous)
      #expect(others.count == 3 && others.allSatisfy { $0.comment == nil }, "the public gets the scores alone")
    }
  }

  @Test func fewer_than_the_panel_decide_nothing_good() async throws {
    try await World.with { world in
      let id = try await world.demand(.submitted), experts = try await world.experts(2)
      try await world.move(id, .screen, as: world.operator.caller)
      for expert in experts { try await Self.score(world, id, [80, 80, 80, 80], as: expert) }
      let refused = try await refusal { try await world.move(id, .shortlist, as: world.operator.caller) }
      #expect(refused.issues.map(\.code) == ["panel_incomplete"])
    }
  }

  @Test func a_member_scores_once_on_every_axis_with_a_comment_and_not_for_its_own_employer() async throws {
    try await World.with { world in
      let id = try await world.demand(.submitted), experts = try await world.experts(1)
      let early = try await refusal { try await Self.score(world, id, [1, 2, 3, 4], as: experts[0]) }
      guard case .notFound = early else { return #expect(Bool(false), "\(early)") }
      try await world.move(id, .screen, as: world.operator.caller)
      try await Self.score(world, id, [1, 2, 3, 4], as: experts[0])
      let twice = try await refusal { try await Self.score(world, id, [1, 2, 3, 4], as: experts[0]) }
      #expect(twice.conflictCode == "already_scored")
      let insider = Caller(organisation: world.enterprise.id, token: ID(bits: 7), role: .reviewer)
      let conflicted = try await refusal { try await Self.score(world, id, [1, 2, 3, 4], as: insider) }
      #expect(conflicted.issues.map(\.code) == ["conflict_of_interest"])
      for body: [String: JSONValue] in [["comment": .string("x")], ["industry_drive": .number(101)]] {
        #expect(throws: Refusal.self) { try Input(.object(body), DemandSheet.inputs) }
      }
      await #expect(throws: Refusal.self) { try await Self.score(world, id, [1, 2, 3, 4], as: world.operator.caller) }
    }
  }

  @Test func a_member_who_signs_in_scores_in_person_and_no_employer_of_theirs_is_scored() async throws {
    try await World.with { world in
      let id = try await world.demand(.submitted)
      try await world.move(id, .screen, as: world.operator.caller)
      let expert = try await world.person(in: world.university, as: .reviewer)
      try await Self.score(world, id, [1, 2, 3, 4], as: expert.caller)
      let rows = try await world.market.database.query(
        "SELECT s.reviewer, e.actor_person FROM demand_sheets s JOIN events e ON e.object_id = s.demand AND e.action = 'score'"
      )
      #expect(try rows.count == 1 && rows[0].get(0) == expert.id && rows[0].get(1) == expert.id)
      let torn = Caller(
        person: ID(), session: ID(), organisation: world.university.id, role: .reviewer,
        affiliations: [world.university.id, world.enterprise.id])
      let conflicted = try await refusal { try await Self.score(world, id, [1, 2, 3, 4], as: torn) }
      #expect(conflicted.issues.map(\.code) == ["conflict_of_interest"])
    }
  }

  @Test func what_was_declined_goes_back_with_advice_and_is_screened_afresh() async throws {
    try await World.with { world in
      let id = try await world.demand(.submitted), experts = try await world.experts(3)
      let me = world.enterprise.caller, platform = world.operator.caller
      try await world.move(id, .screen, as: platform)
      for expert in experts { try await Self.score(world, id, [40, 40, 40, 40], as: expert) }
      let body = JSONValue.object(["decline_reason": .string("not_measurable"), "advice": .string("写明检出限")])
      try await world.move(id, .decline, body, as: platform)
      let declined = try await world.market.find(id, for: me)
      #expect(declined.declineReason == "not_measurable" && declined.advice == "写明检出限")
      await #expect(throws: Refusal.self) { try await world.market.find(id, for: .anonymous) }
      try await world.move(id, .revise, as: me)
      try await world.move(id, .submit, as: me)
      let again = try await world.move(id, .screen, as: platform)
      #expect(again.sheets == 0, "the old sheets are of the old submission")
      for expert in experts { try await Self.score(world, id, [90, 90, 90, 90], as: expert) }
      let moved = try await world.move(id, .shortlist, as: platform)
      #expect(moved.score == "90.00" && moved.declineReason == nil && moved.advice == nil)
    }
  }

  static func score(_ world: World, _ id: ID<Demand>, _ scores: [Int], as caller: Caller) async throws {
    var values: [String: FieldValue] = ["comment": .text("示例意见")]
    for (axis, score) in zip(ScreeningAxis.all, scores) { values[axis.name] = .integer(Int64(score)) }
    let input = Input(values)
    _ = try await world.market.work(as: caller) { work in try await work.score(id, input) }
  }
}
