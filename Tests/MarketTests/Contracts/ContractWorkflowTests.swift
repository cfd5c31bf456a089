import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct ContractWorkflowTests {
  static let specification = Specification(
    """
    draft edit seller -> draft
    supplement edit seller -> supplement
    self_checked edit seller -> self_checked
    draft self_check seller -> self_checked
    self_checked file seller -> filed
    filed accept registry -> accepted
    accepted ask_supplement registry -> supplement
    supplement resubmit seller -> accepted
    accepted register registry -> registered
    accepted refuse registry -> not_registered
    registered cancel registry -> cancelled
    """)

  @Test func everybody_can_do_exactly_what_the_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<Contract>(
        world: world, specification: Self.specification,
        standing: [
          "university": "seller", "enterprise": "buyer", "operator": "operator", "registry": "registry",
          "system": "system",
        ],
        sees: { name, state in
          ["university", "enterprise", "operator", "supervisor", "admin", "system"].contains(name)
            || (name == "registry" && !["draft", "self_checked"].contains(state))
        },
        inputs: [
          "ask_supplement": aReason, "refuse": aReason, "cancel": aReason,
          "register": .object(["contract_no": .string("20264503000001")]),
        ],
        make: { try await world.contract($0, name: $0.rawValue) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Contract.self, $0) }
  }

  @Test func the_registry_has_longer_for_a_large_contract_and_the_clock_stops_while_it_waits() async throws {
    try await World.with { world in
      for (amount, key) in [(Int64(80_000_000), RuleKey.registration), (400_000_000_000, .registrationLarge)] {
        let id = try await world.contract(.filed, name: "\(amount)", amount: amount)
        let accepted = try await world.move(id, .accept, as: world.registry.caller)
        let now = try await world.market.now()
        #expect(accepted.dueAt == (try world.market.rulebook.end(of: key, from: now, region: "450300")))
        let waiting = try await world.move(id, .askSupplement, aReason, as: world.registry.caller)
        #expect(waiting.dueAt == nil && waiting.reason == "示例理由")
        try await world.advance(days: 10)
        let again = try await world.move(id, .resubmit, as: world.university.caller)
        #expect(
          again.dueAt == (try world.market.rulebook.end(of: key, from: try await world.market.now(), region: "450300")),
          "from zero")
      }
    }
  }

  @Test(arguments: ["", "123", "2026450300000", "20264503000000012", "2026450300000x", "２０２６４５０３０００００１"])
  func a_registration_number_has_fourteen_or_sixteen_digits(number: String) async throws {
    try await World.with { world in
      let id = try await world.contract(.accepted)
      let before = try await world.fingerprint()
      let refused = try await refusal {
        try await world.move(id, .register, .object(["contract_no": .string(number)]), as: world.registry.caller)
      }
      #expect(refused.issues.map(\.pointer) == ["/contract_no"])
      #expect(try await world.fingerprint() == before)
    }
  }
}
