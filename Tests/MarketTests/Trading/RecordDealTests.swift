import Market
import Postgres
import TestSupport
import Testing

@Suite struct RecordDealTests {
  @Test func a_party_records_its_own_deal_and_the_operator_one_that_was_made_elsewhere() async throws {
    try await World.with { world in
      for (party, taken) in [
        (world.university, true), (world.enterprise, true), (world.operator, true), (world.rival, false),
        (world.registry, false), (world.admin, false), (world.reviewer, false),
      ] {
        let made = try? await Self.record(world, as: party)
        #expect((made != nil) == taken, "\(party.caller.roleName)")
        if let made { #expect(made.state == .intent && made.seller == world.university.id) }
      }
    }
  }

  @Test func only_what_the_seller_has_on_offer_is_sold() async throws {
    try await World.with { world in
      for state in Achievement.State.allCases {
        let id = try await world.achievement(state)
        let made = try? await Self.record(world, ["achievement": .reference(id.bits)])
        #expect((made != nil) == [.published, .expired].contains(state), "\(state)")
      }
      let theirs = try await world.achievement(.published)
      try await world.place("UPDATE achievements SET organisation = \(world.rival.id) WHERE id = \(theirs)")
      let refused = try await refusal { try await Self.record(world, ["achievement": .reference(theirs.bits)]) }
      #expect(refused.issues.map(\.code) == ["not_on_offer"])
    }
  }

  /// What is sold is named when the deal is recorded and checked there: it is not exchanged for another afterwards.
  @Test func the_achievement_of_a_deal_cannot_be_exchanged_for_another() async throws {
    try await World.with { world in
      let deal = try await Self.record(world), theirs = try await world.achievement(.published)
      try await world.place("UPDATE achievements SET organisation = \(world.rival.id) WHERE id = \(theirs)")
      let refused = try await refusal {
        try await world.market.work(as: world.enterprise.caller) { work in
          try await work.edit(deal.id, .object(["achievement": .string(theirs.text)]), version: 1)
        }
      }
      guard case .unknownField(name: "achievement", _) = refused else {
        Testing.Issue.record("\(refused)")
        return
      }
    }
  }

  @Test func a_deal_out_of_a_challenge_is_the_award_s_and_there_is_one() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.awarded).id
      let made = try await Self.record(world, ["challenge": .reference(challenge.bits)])
      #expect(made.challenge == challenge)
      let second = try await refusal { try await Self.record(world, ["challenge": .reference(challenge.bits)]) }
      #expect(second.conflictCode == "award_has_deal")
      try await world.move(made.id, .cancel, aReason, as: world.enterprise.caller)
      #expect(try await Self.record(world, ["challenge": .reference(challenge.bits)]).id != made.id, "fallen through")
      for state in [Challenge.State.published, .awardNotice, .noAward] {
        let other = try await world.challenge(state).id
        let refused = try await refusal { try await Self.record(world, ["challenge": .reference(other.bits)]) }
        #expect(refused.issues.map(\.code) == ["no_award"], "\(state)")
      }
    }
  }

  private static func record(
    _ world: World, as party: World.Party? = nil, _ more: [String: FieldValue] = [:]
  ) async throws -> Deal {
    try await world.market.work(as: (party ?? world.university).caller) { work in
      try await work.recordDeal(
        Input(
          [
            "kind": .text("development"), "title": .text("示例交易"), "seller": .reference(world.university.id.bits),
            "buyer": .reference(world.enterprise.id.bits), "total_amount": .money(Money(fen: 80_000_000)),
          ].merging(more) { $1 }))
    }
  }
}
