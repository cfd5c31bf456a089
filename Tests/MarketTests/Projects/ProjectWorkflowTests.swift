import Postgres
import TestSupport
import Testing

@testable import Market

/// Who may do what, in every state of what follows an award.
@Suite struct ProjectWorkflowTests {
  static let everybodySees: Set<String> = [
    "contracted", "executing", "acceptance", "completed", "concluded", "failed", "terminated", "eliminated",
  ]

  /// Two situations, in which between them everything can be done: alone, in time and with a change agreed to; and in a race, too
  /// late to contract, without plan or change.
  @Test(arguments: [false, true])
  func everybody_can_do_exactly_what_the_project_table_says_in_every_state(isRaced: Bool) async throws {
    try await World.with { world in
      let today = try await world.market.today(), deal = try await world.deal(.sellerSigned)
      let plan = try await world.plan(endsOn: today.adding(days: 730))
      try await WorkflowTrial<Project>(
        world: world,
        specification: Specification(
          """
          awarded pledge solver -> awarded
          awarded confirm poster -> awarded
          awarded contract system -> contracted
          awarded forfeit system -> forfeited
          awarded resign solver -> forfeited
          awarded annul system -> forfeited
          contracted plan solver -> contracted
          contracted start poster -> executing
          executing request_change solver -> executing
          executing agree_change poster -> executing
          executing approve_change operator -> executing
          executing refuse_change poster,operator -> executing
          executing eliminate supervisor -> eliminated
          contracted consent solver,poster -> contracted
          executing consent solver,poster -> executing
          contracted terminate supervisor -> terminated
          executing terminate supervisor -> terminated
          acceptance terminate supervisor -> terminated
          executing deliver solver -> acceptance
          acceptance complete system -> completed
          acceptance conclude system -> concluded
          acceptance fail system -> failed
          """),
        standing: [
          "university": "solver", "enterprise": "poster", "operator": "operator", "supervisor": "supervisor",
          "system": "system",
        ],
        sees: { name, state in
          ["university", "enterprise", "operator", "supervisor", "admin", "system"].contains(name)
            || Self.everybodySees.contains(state)
        },
        inputs: [
          "pledge": .object([
            "pledge": .string("示例军令状"), "leader": .string("示例负责人"), "ends_on": .string(today.adding(days: 700).text),
            "indicators": JSONValue.parse(Array(World.indicators.utf8)) ?? .null,
          ]),
          "contract": .object(["deal": .string(deal.text)]), "resign": aReason, "annul": aReason,
          "refuse_change": aReason, "plan": plan,
          "request_change": .object(["leader": .string("又一负责人"), "reason": .string("示例理由")]),
          "eliminate": .object([
            "approved_cost": .object(["amount": .string("1000.00"), "currency": .string("CNY")]),
            "reason": .string("示例理由"),
          ]),
          "terminate": .object([
            "ground": .string("fraud"), "decision": .string("示例决定〔2026〕1号"), "reason": .string("示例理由"),
          ]), "deliver": World.delivery,
        ],
        blocked: isRaced
          ? [
            "awarded contract", "contracted start", "executing agree_change", "executing approve_change",
            "executing refuse_change", "executing deliver",
          ] : ["awarded confirm", "awarded forfeit", "executing eliminate"],
        make: { state in
          try await world.project(
            state, isConfirmed: !isRaced, isLate: isRaced, isPlanned: !isRaced,
            changed: !isRaced && state == .executing,
            raced: isRaced)
        }
      ).run()
    }
  }

  /// Two situations again: in time, and everything over.
  @Test(arguments: [false, true])
  func everybody_can_do_exactly_what_the_milestone_table_says_in_every_state(isOver: Bool) async throws {
    try await World.with { world in
      try await WorkflowTrial<Milestone>(
        world: world,
        specification: Specification(
          """
          planned submit solver -> submitted
          due submit solver -> submitted
          rectifying submit solver -> submitted
          planned fall_due system -> due
          submitted rectify poster,operator -> rectifying
          submitted pass poster,operator -> passed
          submitted fail supervisor -> failed
          due lapse system -> failed
          rectifying lapse system -> failed
          planned ask_waiver poster -> planned
          due ask_waiver poster -> due
          submitted ask_waiver poster -> submitted
          rectifying ask_waiver poster -> rectifying
          planned waive operator -> waived
          due waive operator -> waived
          submitted waive operator -> waived
          rectifying waive operator -> waived
          planned waive system -> waived
          due waive system -> waived
          submitted waive system -> waived
          rectifying waive system -> waived
          """),
        standing: [
          "university": "solver", "enterprise": "poster", "operator": "operator", "supervisor": "supervisor",
          "system": "system",
        ],
        sees: { name, _ in
          ["university", "enterprise", "operator", "supervisor", "admin", "system"].contains(name)
        },
        inputs: [
          "submit": .object(["results": World.measured()]), "rectify": aReason, "fail": aReason, "ask_waiver": aReason,
          "waive": aReason,
        ],
        blocked: isOver
          ? ["due submit", "rectifying submit", "submitted rectify"]
          : [
            "planned fall_due", "due lapse", "rectifying lapse", "submitted fail", "planned waive operator",
            "due waive operator", "submitted waive operator", "rectifying waive operator",
          ],
        make: { try await world.milestone($0, isRectified: isOver, isOver: isOver, waiver: isOver) }
      ).run()
    }
  }

  @Test func everybody_can_do_exactly_what_the_acceptance_table_says_in_every_state() async throws {
    try await World.with { world in
      let seats = [world.enterprise, world.reviewer, world.rival, world.registry, world.supervisor].map(\.id)
      let panel: [JSONValue] = seats.enumerated().map { i, seat in
        .object(["organisation": .string(seat.text), "side": .string(i == 0 ? "user" : "technical")])
      }
      try await WorkflowTrial<Acceptance>(
        world: world,
        specification: Specification(
          """
          requested send_back operator -> supplementing
          supplementing supply solver -> requested
          requested convene operator -> panel
          panel veto poster -> panel
          panel decide operator -> passed
          panel decide operator -> concluded
          panel decide operator -> failed
          requested abandon system -> failed
          supplementing abandon system -> failed
          panel abandon system -> failed
          """),
        standing: [
          "university": "solver", "enterprise": "poster", "operator": "operator", "reviewer": "reviewer",
          "supervisor": "supervisor", "system": "system",
        ],
        sees: { name, state in
          if ["passed", "concluded", "failed"].contains(state) { return true }
          return ["university", "enterprise", "operator", "supervisor", "admin", "system"].contains(name)
            || (state == "panel" && name == "reviewer")
        },
        inputs: [
          "send_back": aReason, "abandon": aReason, "supply": World.delivery,
          "convene": .object(["seats": .array(panel)]),
          "veto": .object(["reason": .string("示例理由"), "veto_indicators": .array([.string("1")])]),
        ], make: { try await world.acceptance($0) }
      ).run()
    }
  }

  @Test(arguments: [false, true])
  func everybody_can_do_exactly_what_the_integrity_table_says_in_every_state(isOver: Bool) async throws {
    try await World.with { world in
      let until = try await world.market.today().adding(days: 365)
      try await WorkflowTrial<IntegrityRecord>(
        world: world,
        specification: Specification(
          """
          proposed impose supervisor -> in_force
          proposed dismiss supervisor -> dismissed
          in_force lift supervisor -> lifted
          in_force expire system -> expired
          """),
        standing: ["university": "owner", "operator": "operator", "supervisor": "supervisor", "system": "system"],
        sees: { name, state in
          if ["operator", "supervisor", "admin", "system"].contains(name) || state == "in_force" { return true }
          return name == "university" && state != "proposed"
        },
        inputs: [
          "dismiss": aReason, "lift": aReason,
          "impose": .object(["decision": .string("示例决定〔2026〕1号"), "until_on": .string(until.text)]),
        ],
        blocked: isOver ? [] : ["in_force expire"],
        make: { try await world.integrityRecord($0, isOver: isOver) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_tables_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { database in
      try await expectStatesAgree(Project.self, database)
      try await expectStatesAgree(Milestone.self, database)
      try await expectStatesAgree(Acceptance.self, database)
      try await expectStatesAgree(IntegrityRecord.self, database)
    }
  }
}
