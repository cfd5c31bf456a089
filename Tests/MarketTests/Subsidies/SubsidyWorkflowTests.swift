import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct SubsidyWorkflowTests {
  @Test(arguments: [false, true])
  func everybody_can_do_exactly_what_the_programme_table_says_in_every_state(isOver: Bool) async throws {
    try await World.with { world in
      func yuan(_ amount: String) -> JSONValue {
        .object(["amount": .string(amount), "currency": .string("CNY")])
      }
      // Nothing of the money is needed for the move itself: what the counters allow is tried elsewhere.
      let booking: JSONValue = .object(["amount": yuan("0.00"), "claim": .string(ID<Claim>().text)])
      try await WorkflowTrial<Programme>(
        world: world,
        specification: Specification(
          """
          draft edit supervisor -> draft
          draft announce supervisor -> announced
          announced open system -> open
          open close system -> closed
          announced stop supervisor -> closed
          open stop supervisor -> closed
          announced adjust supervisor -> announced
          open adjust supervisor -> open
          closed adjust supervisor -> closed
          open reserve system -> open
          closed reserve system -> closed
          open release system -> open
          closed release system -> closed
          open pay system -> open
          closed pay system -> closed
          open recover system -> open
          closed recover system -> closed
          settled recover system -> settled
          closed settle supervisor -> settled
          """),
        standing: ["operator": "operator", "supervisor": "supervisor", "system": "system"],
        sees: { name, state in
          state != "draft" || ["operator", "supervisor", "admin", "system"].contains(name)
        },
        inputs: [
          "stop": aReason, "reserve": booking, "release": booking, "pay": booking, "recover": booking,
          "adjust": .object(["budget": yuan("50.00"), "reason": .string("示例理由")]),
        ], blocked: isOver ? ["closed settle"] : ["announced open", "open close"],
        make: { state in
          try await world.programme(
            state, budget: 100_00, reserved: isOver && state == .closed ? 1_00 : 0, isOver: isOver)
        }
      ).run()
    }
  }

  @Test func everybody_can_do_exactly_what_the_outlay_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<Outlay>(
        world: world,
        specification: Specification(
          """
          recorded edit owner -> recorded
          recorded withdraw owner -> withdrawn
          """),
        standing: ["university": "owner", "operator": "operator", "supervisor": "supervisor"],
        sees: { name, _ in ["university", "operator", "supervisor", "admin", "system"].contains(name) },
        inputs: ["withdraw": aReason], make: { try await world.outlay($0) }
      ).run()
    }
  }

  @Test(arguments: [true, false])
  func everybody_can_do_exactly_what_the_claim_table_says_in_every_state(isOwed: Bool) async throws {
    try await World.with { world in
      let outlay = ID<Outlay>(), today = try await world.market.today().text
      try await WorkflowTrial<Claim>(
        world: world,
        specification: Specification(
          """
          eligible edit applicant -> eligible
          eligible apply applicant -> applied
          applied exclude operator,supervisor -> applied
          applied verify operator,supervisor -> verified
          applied verify operator,supervisor -> applied
          applied send_back operator,supervisor -> eligible
          verified send_back operator,supervisor -> eligible
          verified notice operator -> on_notice
          on_notice reopen operator,system -> applied
          approved reopen system -> applied
          on_notice approve supervisor -> approved
          approved pay operator,supervisor -> paid
          paid audit supervisor -> audited
          paid reclaim supervisor -> recovering
          audited reclaim supervisor -> recovering
          recovering recover operator,supervisor -> recovered
          applied refuse supervisor -> refused
          verified refuse supervisor -> refused
          approved refuse supervisor -> refused
          eligible withdraw applicant -> withdrawn
          applied withdraw applicant -> withdrawn
          verified withdraw applicant -> withdrawn
          on_notice withdraw applicant -> withdrawn
          approved withdraw applicant -> withdrawn
          """),
        standing: [
          "university": "applicant", "operator": "operator", "supervisor": "supervisor", "system": "system",
        ],
        sees: { name, state in
          ["university", "operator", "supervisor", "admin", "system"].contains(name)
            || ["on_notice", "approved", "paid", "audited", "recovering", "recovered"].contains(state)
        },
        inputs: [
          "exclude": .object(["outlay": .string(outlay.text), "reason": .string("示例理由")]),
          "send_back": aReason, "reopen": aReason, "refuse": aReason, "withdraw": aReason,
          "pay": .object([
            "payment_reference": .string("示例流水 1"), "paid_on": .string(today), "payee": .string("示例大学"),
          ]), "audit": .object(["conclusion": .string("示例结论")]),
          "reclaim": .object(["ground": .string("termination"), "reason": .string("示例理由")]),
          "recover": .object(["recovery_reference": .string("示例退款 1"), "recovered_on": .string(today)]),
        ], blocked: isOwed ? [] : ["eligible apply", "applied verify", "on_notice approve", "approved pay"],
        make: { state in
          let claim = try await world.claim(state, outlay: state == .applied ? outlay : ID())
          if !isOwed {
            try await world.place(
              "UPDATE deals SET status = 'terminated' WHERE id = (SELECT deal FROM claims WHERE id = \(claim))"
            )
          }
          return claim
        }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_tables_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { database in
      try await expectStatesAgree(Programme.self, database)
      try await expectStatesAgree(Outlay.self, database)
      try await expectStatesAgree(Claim.self, database)
    }
  }
}
