import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct AchievementListWorkflowTests {
  @Test func everybody_can_do_exactly_what_the_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<AchievementList>(
        world: world,
        specification: Specification(
          """
          draft edit owner -> draft
          draft issue owner -> issued
          issued withdraw owner -> withdrawn
          """),
        standing: ["university": "owner", "operator": "operator", "supervisor": "supervisor", "system": "system"],
        sees: { name, state in
          state != "draft" || ["university", "operator", "supervisor", "admin", "system"].contains(name)
        },
        inputs: ["withdraw": aReason],
        make: { try await world.achievementList($0) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(AchievementList.self, $0) }
  }
}
