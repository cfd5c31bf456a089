import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct ObjectionWorkflowTests {
  @Test func everybody_can_do_exactly_what_the_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<Objection>(
        world: world,
        specification: Specification(
          """
          filed accept operator,supervisor -> accepted
          filed reject operator,supervisor -> rejected
          accepted investigate operator,supervisor -> investigating
          accepted extend operator,supervisor -> accepted
          investigating extend operator,supervisor -> investigating
          accepted dismiss operator,supervisor -> dismissed
          investigating dismiss operator,supervisor -> dismissed
          accepted uphold operator,supervisor -> upheld
          investigating uphold operator,supervisor -> upheld
          accepted uphold_partly operator,supervisor -> partly_upheld
          investigating uphold_partly operator,supervisor -> partly_upheld
          rejected appeal objector -> appealed
          dismissed appeal objector -> appealed
          partly_upheld appeal objector -> appealed
          appealed conclude supervisor -> final
          filed mark_overdue system -> filed
          accepted mark_overdue system -> accepted
          investigating mark_overdue system -> investigating
          appealed mark_overdue system -> appealed
          """),
        standing: ["rival": "objector", "operator": "operator", "supervisor": "supervisor", "system": "system"],
        sees: { name, _ in ["rival", "operator", "supervisor", "system"].contains(name) },
        inputs: [
          "reject": aReason, "extend": aReason, "dismiss": aReason, "uphold": aReason, "uphold_partly": aReason,
          "appeal": aReason, "conclude": .object(["outcome": .string("upheld"), "reason": .string("示例理由")]),
        ],
        make: { try await world.objection($0, isLate: true) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Objection.self, $0) }
  }

  @Test func whoever_published_it_and_whose_matter_it_is_decide_nothing() async throws {
    try await World.with { world in
      let notice = try await world.notice(.running, publisher: world.operator.caller.token)
      let id = try await world.objection(.filed, to: notice)
      let own = try await refusal { try await world.move(id, .accept, as: world.operator.caller) }
      #expect(own.issues.map(\.code) == ["own_publication"])
      // An operator of the university, whose notice it is: not even that there is an objection.
      let insider = Caller(organisation: world.university.id, token: nil, role: .operator)
      let unseen = try await refusal { try await world.move(id, .accept, as: insider) }
      guard case .notFound = unseen else {
        Testing.Issue.record("\(unseen)")
        return
      }
      #expect(try await world.move(id, .accept, as: world.supervisor.caller).state == .accepted)
    }
  }

  @Test func a_clock_that_runs_out_is_flagged_once_and_more_time_is_given_once() async throws {
    try await World.with { world in
      let id = try await world.objection(.accepted)
      let before = try #require(try await world.market.find(id, for: .system).dueAt)
      let extended = try await world.move(id, .extend, aReason, as: world.operator.caller)
      #expect(extended.isExtended && !extended.isOverdue)
      let calendar = world.market.rulebook.calendar
      #expect(extended.dueAt == calendar.end(from: before.adding(seconds: -1), .workingDays(10)))
      let again = try await refusal { try await world.move(id, .extend, aReason, as: world.operator.caller) }
      #expect(again.issues.map(\.code) == ["extended_before"])
      try await world.advance(days: 60)
      for moves in [1, 0] { #expect(try await Clockwork(world.market).tick() == moves) }
      #expect(try await world.market.find(id, for: .system).isOverdue)
      #expect(
        try await world.move(id, .dismiss, aReason, as: world.operator.caller).state == .dismissed, "late is not never")
    }
  }

  @Test func an_appeal_is_made_in_time_or_not_at_all_and_holds_the_closing() async throws {
    try await World.with { world in
      let notice = try await world.notice(.running), id = try await world.objection(.dismissed, to: notice)
      let late = try await world.objection(.dismissed)
      try await world.place("UPDATE objections SET decided_at = decided_at - interval '30 days' WHERE id = \(late)")
      let refused = try await refusal { try await world.move(late, .appeal, aReason, as: world.rival.caller) }
      #expect(refused.issues.map(\.code) == ["too_late"])
      let appealed = try await world.move(id, .appeal, aReason, as: world.rival.caller)
      #expect(appealed.evidence.contains("示例理由"))
      try await world.advance(days: 30)
      try await Clockwork(world.market).tick()
      #expect(try await world.market.find(notice, for: .anonymous).state == .running)
      try await world.move(
        id, .conclude, .object(["outcome": .string("dismissed"), "reason": .string("维持")]), as: world.supervisor.caller)
      try await Clockwork(world.market).tick()
      #expect(try await world.market.find(notice, for: .anonymous).state == .closedClean)
    }
  }
}
