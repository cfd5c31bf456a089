import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct WebhookWorkflowTests {
  @Test func everybody_can_do_exactly_what_the_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<Webhook>(
        world: world,
        specification: Specification(
          """
          active edit owner -> active
          paused edit owner -> paused
          disabled edit owner -> disabled
          active pause owner,operator,system -> paused
          paused resume owner,system -> active
          disabled resume owner,system -> active
          active disable system -> disabled
          active remove owner,operator,system -> removed
          paused remove owner,operator,system -> removed
          disabled remove owner,operator,system -> removed
          """),
        standing: ["university": "owner", "operator": "operator", "supervisor": "supervisor", "system": "system"],
        sees: { name, _ in ["university", "operator", "supervisor", "admin", "system"].contains(name) },
        inputs: ["disable": aReason],
        make: { try await world.webhook($0) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Webhook.self, $0) }
  }
}
