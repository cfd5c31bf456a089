import Market
import Postgres
import TestSupport
import Testing

@Suite struct RegisterContractTests {
  @Test func a_contract_takes_its_parties_regions_and_date_from_the_signed_deal() async throws {
    try await World.with { world in
      let deal = try await world.market.find(world.deal(.signed), for: .system)
      let made = try await Self.drawUp(deal.id, world)
      #expect(made.seller == deal.seller && made.buyer == deal.buyer && made.signedOn == deal.signedOn)
      #expect(made.sellerRegion == "450300" && made.buyerRegion == "451000" && made.state == .draft)
      let second = try await refusal { try await Self.drawUp(deal.id, world) }
      #expect(second.conflictCode == "deal_has_contract")
    }
  }

  @Test func there_is_no_contract_before_the_deal_is_signed_nor_by_the_buyer_nor_for_another_sum() async throws {
    try await World.with { world in
      for state in Deal.State.allCases where state != .signed {
        let deal = try await world.deal(state)
        let refused = try await refusal { try await Self.drawUp(deal, world) }
        #expect(refused.conflictCode == "deal_not_signed", "\(state)")
      }
      let deal = try await world.deal(.signed)
      let buyer = try await refusal { try await Self.drawUp(deal, world, as: world.enterprise) }
      guard case .forbidden(needs: ["seller"]) = buyer else {
        Testing.Issue.record("\(buyer)")
        return
      }
      let other = try await refusal { try await Self.drawUp(deal, world, total: 80_000_001) }
      #expect(other.issues.map(\.code) == ["not_the_deal"])
    }
  }

  @Test func registering_counts_once_and_moves_the_deal_along() async throws {
    try await World.with { world in
      let id = try await world.contract(.accepted)
      let registered = try await world.move(
        id, .register, .object(["contract_no": .string("2026450300000001")]), as: world.registry.caller)
      #expect(registered.registeredBy == world.registry.id && registered.dueAt == nil && registered.contractNo != nil)
      #expect(try await world.market.find(registered.deal, for: .system).state == .registered)
      let entries = try await world.market.database.query("SELECT total_amount, technical_amount FROM turnover_entries")
      #expect(entries.count == 1)
      #expect(try entries.first?.get(0, as: Int64.self) == 80_000_000)
      #expect(try entries.first?.get(1, as: Int64.self) == 40_000_000)
      #expect(try await world.market.reconcileTurnover() == [])
    }
  }

  @Test func two_registries_that_take_the_same_number_at_once_register_one() async throws {
    try await World.with { world in
      let ids = [try await world.contract(.accepted, name: "一"), try await world.contract(.accepted, name: "二")]
      let done = Shared(0), refused = Shared(0)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for id in ids {
          group.addTask {
            do {
              try await world.move(
                id, .register, .object(["contract_no": .string("2026450300000001")]), as: world.registry.caller)
              done.change { $0 += 1 }
            } catch let refusal as Refusal {
              guard refusal.conflictCode == "duplicate_contract_no" else { throw refusal }
              refused.change { $0 += 1 }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(done.value == 1 && refused.value == 1)
      #expect(try await world.rowCounts()["turnover_entries"] == 1)
    }
  }

  private static func drawUp(
    _ deal: ID<Deal>, _ world: World, as party: World.Party? = nil, total: Int64 = 80_000_000
  ) async throws -> Contract {
    let today = try await world.market.today()
    return try await world.market.work(as: (party ?? world.university).caller) { work in
      try await work.drawUpContract(
        Input([
          "deal": .reference(deal.bits), "project_name": .text("示例合同"), "contract_type": .text("TD"),
          "technology_field": .text("09"), "total_amount": .money(Money(fen: total)),
          "technical_amount": .money(Money(fen: 1)), "valid_from": .date(today),
          "valid_to": .date(today.adding(days: 30)),
        ]))
    }
  }
}
