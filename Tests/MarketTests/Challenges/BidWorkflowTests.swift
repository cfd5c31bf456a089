import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct BidWorkflowTests {
  static let specification = Specification(
    """
    submitted edit solver -> submitted
    submitted withdraw solver -> withdrawn
    submitted lapse system -> withdrawn
    submitted open system -> opened
    opened invalidate operator -> invalid
    opened win system -> won
    opened lose system -> lost
    """)

  /// While it is sealed it is there for its solver alone: staff get the same answer as for a bid that never was.
  @Test(arguments: [true, false])
  func everybody_can_do_exactly_what_the_table_says_in_every_state(challengeIsOpen: Bool) async throws {
    try await World.with { world in
      try await WorkflowTrial<Bid>(
        world: world, specification: Self.specification,
        standing: [
          "university": "solver", "enterprise": "poster", "operator": "operator", "supervisor": "supervisor",
          "system": "system",
        ],
        sees: { name, state in
          if name == "university" || name == "system" { return true }
          return !["submitted", "withdrawn"].contains(state) && !["public", "rival", "registry"].contains(name)
        },
        inputs: ["invalidate": aReason],
        blocked: challengeIsOpen ? [] : ["submitted edit", "submitted withdraw"],
        make: { try await world.bid($0, challengeIsOpen: challengeIsOpen) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Bid.self, $0) }
  }
}
