import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct DealWorkflowTests {
  static let specification = Specification(
    """
    intent edit seller,buyer -> intent
    negotiating edit seller,buyer -> negotiating
    intent negotiate seller,buyer -> negotiating
    negotiating decide seller -> internal_decision
    internal_decision route seller -> price_route
    price_route notice seller -> pre_sign_notice
    pre_sign_notice sign seller -> seller_signed
    pre_sign_notice reopen seller,system -> internal_decision
    price_route sign seller -> seller_signed
    seller_signed countersign buyer -> signed
    signed register system -> registered
    registered unregister system -> terminated
    registered complete buyer -> completed
    signed terminate seller,buyer -> terminated
    intent cancel seller,buyer,system -> cancelled
    negotiating cancel seller,buyer,system -> cancelled
    internal_decision cancel seller,buyer,system -> cancelled
    price_route cancel seller,buyer,system -> cancelled
    pre_sign_notice cancel seller,buyer,system -> cancelled
    seller_signed cancel seller,buyer,system -> cancelled
    """)

  @Test(arguments: ["negotiated", "listed"])
  func everybody_can_do_exactly_what_the_table_says_in_every_state(route: String) async throws {
    try await World.with { world in
      try await WorkflowTrial<Deal>(
        world: world, specification: Self.specification,
        standing: [
          "university": "seller", "enterprise": "buyer", "operator": "operator", "supervisor": "supervisor",
          "registry": "registry", "system": "system",
        ],
        sees: { name, state in state == "pre_sign_notice" || !["rival", "reviewer", "public"].contains(name) },
        inputs: [
          "decide": .object(["decision_record": .string("校长办公会〔2026〕8 号")]),
          "route": .object(["pricing_route": .string("listed")]),
          "cancel": aReason, "terminate": aReason, "reopen": aReason,
        ],
        blocked: route == "negotiated" ? ["price_route sign"] : ["price_route notice"],
        make: { try await world.deal($0, route: route) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(Deal.self, $0) }
  }

  @Test func a_university_does_not_decide_without_a_record_and_an_enterprise_may() async throws {
    try await World.with { world in
      let id = try await world.deal(.negotiating)
      await #expect(throws: Refusal.self) { try await world.move(id, .decide, as: world.university.caller) }
      try await world.place("UPDATE deals SET seller = \(world.enterprise.id), buyer = \(world.university.id)")
      #expect(try await world.move(id, .decide, as: world.enterprise.caller).state == .internalDecision)
    }
  }

  @Test func a_deal_that_sells_the_whole_takes_the_achievement_off_the_shelf_and_puts_it_back_when_it_falls_through()
    async throws
  {
    try await World.with { world in
      let achievement = try await world.achievement(.published), id = try await world.deal(.sellerSigned)
      try await world.place("UPDATE deals SET kind = 'transfer', achievement = \(achievement)")
      func state() async throws -> Achievement.State { try await world.market.find(achievement, for: .system).state }
      try await world.move(id, .countersign, as: world.enterprise.caller)
      #expect(try await state() == .underDeal)
      try await world.move(id, .terminate, aReason, as: world.enterprise.caller)
      #expect(try await state() == .published)
    }
  }

  @Test func a_licence_leaves_the_achievement_on_offer() async throws {
    try await World.with { world in
      let achievement = try await world.achievement(.published), id = try await world.deal(.sellerSigned)
      try await world.place("UPDATE deals SET kind = 'licence', achievement = \(achievement)")
      try await world.move(id, .countersign, as: world.enterprise.caller)
      #expect(try await world.market.find(achievement, for: .anonymous).state == .published)
    }
  }

  @Test func when_the_achievement_has_gone_the_signature_is_refused_and_nothing_has_moved() async throws {
    try await World.with { world in
      let achievement = try await world.achievement(.withdrawn), id = try await world.deal(.sellerSigned)
      try await world.place("UPDATE deals SET kind = 'transfer', achievement = \(achievement)")
      let before = try await world.fingerprint()
      await #expect(throws: Refusal.self) { try await world.move(id, .countersign, as: world.enterprise.caller) }
      #expect(try await world.fingerprint() == before)
    }
  }
}
