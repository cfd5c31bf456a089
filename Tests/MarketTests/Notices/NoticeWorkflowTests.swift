import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct NoticeWorkflowTests {
  @Test func everybody_can_do_exactly_what_the_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<Notice>(
        world: world,
        specification: Specification(
          """
          draft edit owner,operator -> draft
          draft publish owner,operator -> running
          running correct owner,operator -> running
          paused correct owner,operator -> paused
          running revoke owner,operator -> revoked
          paused revoke owner,operator -> revoked
          running revoke system -> revoked
          paused revoke system -> revoked
          running pause system -> paused
          paused resume system -> running
          running close system -> closed_clean
          closed_clean revoke system -> revoked
          closed_clean withdraw_names system -> closed_clean
          revoked withdraw_names system -> revoked
          """),
        standing: ["university": "owner", "operator": "operator", "supervisor": "supervisor", "system": "system"],
        sees: { name, state in
          state != "draft" || ["university", "operator", "supervisor", "admin", "system"].contains(name)
        },
        inputs: [
          "revoke": aReason,
          "correct": .object(["was": .string("甲"), "becomes": .string("乙"), "reason": .string("笔误")]),
        ],
        // What somebody else publishes is not the platform's to change.
        blocked: [
          "draft edit operator", "draft publish operator", "running correct operator", "paused correct operator",
          "running revoke operator", "paused revoke operator",
          // It names nobody.
          "closed_clean withdraw_names", "revoked withdraw_names",
        ],
        make: { try await world.notice($0, hasRun: true) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Notice.self, $0) }
  }

  @Test func a_notice_that_something_waits_for_is_not_revoked_behind_its_back() async throws {
    try await World.with { world in
      let deal = try await world.deal(.preSignNotice, route: "negotiated", notice: .running)
      let notice = try #require(try await world.market.find(deal, for: .system).notice)
      let refused = try await refusal { try await world.move(notice.id, .revoke, aReason, as: world.university.caller) }
      #expect(refused.issues.map(\.code) == ["guards"])
    }
  }

  @Test func before_its_time_and_under_an_objection_it_does_not_close() async throws {
    try await World.with { world in
      let early = try await world.notice(.running), contested = try await world.notice(.running, hasRun: true)
      _ = try await world.objection(.filed, to: contested)
      for (id, code) in [(early, "notice_running"), (contested, "objection_open")] {
        let refused = try await refusal { try await world.move(id, .close, as: .system) }
        #expect(refused.issues.map(\.code) == [code])
      }
      #expect(try await Clockwork(world.market).tick() == 0, "and the clock does not try")
    }
  }
}
