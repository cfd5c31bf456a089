import Postgres
import TestSupport
import Testing

@testable import Market

/// What events carry, and to whom.
@Suite struct EventPolicyTests {
  /// Every row of every workflow that is a public event: what it needs is shown to everybody only as far as the object's own
  /// fields are in the state it leads to.
  @Test func no_public_event_carries_what_the_policy_keeps_from_everyone() {
    var looked = 0
    func look<O: MarketObject>(_: O.Type) {
      for row in O.workflow.rows where !row.needs.isEmpty {
        let isPublic = [row.from, row.to].contains { O.policy.publicStates.contains($0) }
        let names = row.needs.map(\.name)
        let kept = O.policy.withheld(names, in: row.to, from: .anonymous, isParty: false)
        // Read off the rows once more: shown to everyone in that state, by some row that does not withhold it, and a field.
        let open = O.policy.rows.filter { $0.viewers.contains(.everyone) && $0.states.contains(row.to) }
        for name in names {
          let isMeant = O.fields.contains { $0.name == name } || O.policy.told.contains(name)
          let isShown = isMeant && open.contains { !$0.withheld.contains(name) }
          #expect(kept.contains(name) == !isShown, "\(O.kind) \(row.from) \(row.action): \(name)")
          if isPublic { looked += 1 }
        }
      }
    }
    for kind in Objects.all { look(kind) }
    #expect(looked > 5)
  }

  @Test func the_reason_of_a_suspension_is_told_to_its_owner_and_the_staff_and_to_nobody_else() async throws {
    try await World.with { world in
      let id = try await world.achievement(.published)
      try await world.move(id, .suspend, .object(["reason": .string("示例理由")]), as: world.operator.caller)
      for (name, party) in world.everybody {
        let event = try #require(try await world.history(as: party.caller).first)
        let reason = JSONValue.parse(event.payload)?["reason"]?.string
        let mayKnow = ["university", "operator", "supervisor", "admin"].contains(name)
        #expect(reason == (mayKnow ? "示例理由" : nil), "\(name)")
      }
      let open = try await world.history(as: .anonymous).map { String(decoding: $0.payload, as: UTF8.self) }
      #expect(open == ["{}"])
      let rows = try await world.market.database.query(
        "SELECT payload::text, withheld->>'reason' FROM events WHERE public")
      #expect(try rows.first?.get(0, as: String.self) == "{}" && rows.first?.get(1, as: String.self) == "示例理由")
    }
  }

  @Test func what_is_no_field_is_between_those_who_deal_with_the_object() async throws {
    try await World.with { world in
      let made = try await world.challenge(.evaluating)
      try await world.move(
        made.id, .propose, .object(["bids": .array([.string(made.bid.text)])]), as: world.operator.caller)
      for (name, party) in world.everybody {
        let event = try #require(try await world.history(as: party.caller).first { $0.action == "propose" })
        let bid = JSONValue.parse(event.payload)?["bids"]?.array
        #expect((bid != nil) == ["enterprise", "operator", "supervisor", "admin"].contains(name), "\(name)")
      }
    }
  }

  @Test func asked_by_time_the_feed_begins_where_that_time_does() async throws {
    try await World.with { world in
      _ = try await ReadingTests.achievements(3, world)
      try await world.advance(days: 1)
      let ids = try await ReadingTests.achievements(2, world)
      let log = world.market.events, events = try await world.history(as: nil)
      let place = try await log.place(since: events[3].at)
      let late = try await log.read(after: place, limit: 10, as: nil, since: events[3].at)
      #expect(late.map(\.objectID) == ids.map(\.bits))
      #expect(try await log.place(since: events[0].at) == .start)
      let future = try await log.place(since: events[4].at.adding(seconds: 60))
      #expect(try await log.read(after: future, limit: 10, as: nil).isEmpty)
    }
  }
}
