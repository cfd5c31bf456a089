import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct BidWorkflowTests {
  static let specification = Specification(
    """
    opened invalidate operator -> invalid
    opened price system -> opened
    opened disqualify system -> unqualified
    opened reject system -> invalid
    opened win system -> won
    reserve win system -> won
    opened keep system -> reserve
    opened lose system -> lost
    reserve lose system -> lost
    won forfeit system -> forfeited
    """)

  @Test func everybody_can_do_exactly_what_the_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<Bid>(
        world: world, specification: Self.specification,
        standing: [
          "university": "solver", "enterprise": "poster", "operator": "operator", "supervisor": "supervisor",
          "system": "system",
        ],
        sees: { name, _ in !["public", "rival", "registry", "reviewer"].contains(name) },
        inputs: [
          "invalidate": aReason, "reject": aReason,
          "price": .object(["price": .object(["amount": .string("1.00"), "currency": .string("CNY")])]),
        ],
        make: { try await world.bid($0) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Bid.self, $0) }
  }
}
