import TestSupport
import Testing

@testable import Market

@Suite struct PanelWorkflowTests {
  static let panels = Specification(
    """
    frozen draw operator,supervisor -> drawn
    drawn begin system -> reviewing
    reviewing close operator -> closed
    closed recount system -> closed
    frozen dissolve supervisor -> dissolved
    drawn dissolve supervisor -> dissolved
    reviewing dissolve supervisor -> dissolved
    """)
  static let experts = Specification(
    """
    proposed edit operator -> proposed
    listed edit operator -> listed
    paused edit operator -> paused
    proposed confirm subject -> listed
    listed pause subject,operator -> paused
    paused resume subject -> listed
    proposed remove subject,operator -> removed
    listed remove subject,operator -> removed
    paused remove subject,operator -> removed
    """)

  @Test func everybody_does_with_a_panel_exactly_what_the_table_says() async throws {
    try await World.with { world in
      try await WorkflowTrial<Panel>(
        world: world, specification: Self.panels,
        standing: ["operator": "operator", "supervisor": "supervisor", "system": "system"], sees: { _, _ in true },
        inputs: ["dissolve": aReason],
        // No head of the ledger is signed here.
        blocked: ["frozen draw"], make: { try await world.panel($0).id }
      ).run()
    }
  }

  @Test func everybody_does_with_an_expert_exactly_what_the_table_says() async throws {
    for state in Expert.State.allCases {
      try await World.with { world in
        let member = try await world.expert(state: state)
        try await WorkflowTrial<Expert>(
          world: world, specification: Self.experts, standing: ["operator": "operator", "expert": "subject"],
          sees: { name, _ in ["operator", "supervisor", "admin", "system", "expert"].contains(name) },
          inputs: ["pause": aReason, "remove": aReason], states: [state], others: [("expert", member.caller)],
          make: { _ in member.id }
        ).run()
      }
    }
  }

  @Test func the_states_are_the_same_in_the_tables_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with {
      try await expectStatesAgree(Panel.self, $0)
      try await expectStatesAgree(Expert.self, $0)
    }
  }
}
