import Postgres
import TestSupport
import Testing

@testable import Market

/// Nobody publishes or signs before somebody has looked at who they are.
@Suite struct VerifiedTests {
  @Test(arguments: [Organisation.State.unverified, .suspended])
  func who_is_not_verified_neither_submits_nor_publishes_nor_signs(state: Organisation.State) async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.draft, withBid: false).id
      let achievement = try await world.achievement(.approved), list = try await world.achievementList(.draft)
      let deal = try await world.deal(.preSignNotice), countersigned = try await world.deal(.sellerSigned)
      func set(_ state: Organisation.State, _ parties: [World.Party]) async throws {
        for party in parties {
          try await world.place("UPDATE organisations SET status = \(state.rawValue) WHERE id = \(party.id)")
        }
      }
      func refused<O: MarketObject>(_ id: ID<O>, _ action: O.Action, _ party: World.Party) async throws -> [String] {
        try await refusal { try await world.move(id, action, as: party.caller) }.issues.map(\.code)
      }
      try await set(state, [world.university, world.enterprise])
      #expect(try await refused(challenge, .submit, world.enterprise) == ["organisation_unverified"])
      #expect(try await refused(achievement, .publish, world.university) == ["organisation_unverified"])
      #expect(try await refused(list, .issue, world.university) == ["organisation_unverified"])
      #expect(try await refused(deal, .sign, world.university) == ["organisation_unverified"])
      #expect(try await refused(countersigned, .countersign, world.enterprise) == ["organisation_unverified"])
      // Both parties of a deal have to be.
      try await set(.verified, [world.university])
      #expect(try await refused(deal, .sign, world.university) == ["organisation_unverified"])
      try await set(.verified, [world.enterprise])
      #expect(try await world.move(challenge, .submit, as: world.enterprise.caller).state == .submitted)
      #expect(try await world.move(achievement, .publish, as: world.university.caller).state == .published)
      #expect(try await world.move(list, .issue, as: world.university.caller).state == .issued)
      #expect(try await world.move(deal, .sign, as: world.university.caller).state == .sellerSigned)
      #expect(try await world.move(countersigned, .countersign, as: world.enterprise.caller).state == .signed)
    }
  }

  @Test func a_production_database_takes_nobody_as_verified_without_papers() async throws {
    try await TestDatabase.empty(purpose: .production) { database, _ in
      let market = try await Market(database)
      let id = try await market.work(as: .system) { work in
        try await work.organisationNamed("示例单位", kind: "other", region: "450300", origin: "constructed")
      }
      let refused = try await refusal {
        try await market.work(as: .system) { try await $0.takeAsVerified(id, evidence: "示例") }
      }
      #expect(refused.conflictCode == "verification_of_production")
    }
  }
}
