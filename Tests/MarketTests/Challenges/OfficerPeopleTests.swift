import Postgres
import TestSupport
import Testing

@testable import Market

/// Two offices are two people.
@Suite struct OfficerPeopleTests {
  /// A key of this person for an office, with its private half.
  private static func officer(_ person: ID<Person>?, _ party: World.Party, _ world: World) async throws -> World.Officer
  {
    let secret = try SealingPrivateKey(.sm)
    let role = try #require(party.caller.role)
    let key = try await world.market.work(as: .system) {
      try await $0.register(secret.publicKey, for: party.id, role: role, person: person, label: "示例")
    }
    return World.Officer(key: key, secret: secret)
  }

  @Test func a_person_holds_one_key_at_a_time_and_another_after_it_has_ended() async throws {
    try await World.with { world in
      let person = try await world.person(in: world.operator)
      try await world.join(person.id, world.supervisor, .supervisor)
      let first = try await Self.officer(person.id, world.operator, world)
      let refused = try await refusal { try await Self.officer(person.id, world.supervisor, world) }
      #expect(refused.conflictCode == "holds_a_key")
      #expect(try await world.market.revoke(first.key.id))
      #expect(try await Self.officer(person.id, world.supervisor, world).key.person == person.id)
    }
  }

  @Test func a_second_officer_who_is_the_first_is_refused_and_nothing_is_opened() async throws {
    try await World.with { world in
      for officer in world.officers { #expect(try await world.market.revoke(officer.key.id)) }
      let one = try await world.person(in: world.operator), two = try await world.person(in: world.supervisor)
      try await world.join(one.id, world.supervisor, .supervisor)
      let first = try await Self.officer(one.id, world.operator, world)
      let second = try await Self.officer(nil, world.supervisor, world)
      let made = try await world.challenge(.published)
      try await world.giveShare(first, of: made.id, as: one.caller)
      // The same person, now in the other office, with that office's key in hand.
      let same = Caller(
        person: one.id, session: ID<SignIn>(), organisation: world.supervisor.id, role: .supervisor,
        affiliations: [world.operator.id, world.supervisor.id])
      let refused = try await refusal { try await world.giveShare(second, of: made.id, as: same) }
      #expect(refused.conflictCode == "same_officer")
      #expect(try await world.market.find(made.id, for: .anonymous).openedAt == nil)
      #expect(try await world.rowCounts()["bids"] == 0)
      let given = try await world.giveShare(second, of: made.id, as: two.caller)
      #expect(given.isOpened)
    }
  }

  @Test func a_key_is_of_use_to_its_holder_alone() async throws {
    try await World.with { world in
      for officer in world.officers { #expect(try await world.market.revoke(officer.key.id)) }
      let holder = try await world.person(in: world.operator), other = try await world.person(in: world.operator)
      let first = try await Self.officer(holder.id, world.operator, world)
      _ = try await Self.officer(nil, world.supervisor, world)
      let made = try await world.challenge(.published)
      let refused = try await refusal { try await world.giveShare(first, of: made.id, as: other.caller) }
      #expect(refused.conflictCode == "not_the_holder")
    }
  }
}
