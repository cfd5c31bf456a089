import Postgres
import TestSupport
import Testing

@testable import Market

/// Sealed means silent: nothing that anybody else can ask for changes when a bid comes, changes or goes.
@Suite struct SealTests {
  @Test func a_sealed_bid_is_there_for_its_solver_alone() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let me = world.university.caller
      let bid = try await world.market.work(as: me) { try await $0.placeBid(on: challenge, Self.offer) }
      #expect(bid.state == .submitted)
      for (name, party) in world.everybody {
        let page = try await world.market.bids(on: challenge, for: party.caller, filters: [:], page: PageRequest())
        let all = try await world.market.list(Bid.self, for: party.caller, filters: [:], page: PageRequest())
        let events = try await world.history(as: party.caller)
        if name == "university" {
          #expect(page.items.map(\.id) == [bid.id] && all.items.map(\.id) == [bid.id])
          #expect(events.map(\.kind) == ["bid"])
        } else {
          #expect(page.items.isEmpty && all.items.isEmpty && events.isEmpty, "\(name)")
          await #expect(throws: Refusal.self, "\(name)") { try await world.market.find(bid.id, for: party.caller) }
        }
      }
      let sealed = try await world.market.database.query(
        "SELECT bool_and(sealed) AND NOT bool_or(public) FROM events WHERE kind = 'bid'")
      #expect(try sealed.first?.get(0, as: Bool.self) == true)
      let leaks = try await world.market.database.query(
        "SELECT FROM events WHERE payload::text LIKE '%800000%' OR payload::text LIKE '%示例方案%'")
      #expect(leaks.isEmpty, "what was offered is in no event")
    }
  }

  @Test func the_challenge_s_own_row_does_not_change_when_a_bid_comes_changes_or_goes() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      func row() async throws -> String {
        try #require(
          try await world.market.database.query("SELECT to_jsonb(t)::text FROM challenges t WHERE id = \(challenge)")
            .first
        ).get(0)
      }
      let before = try await row()
      let me = world.university.caller
      let bid = try await world.market.work(as: me) { try await $0.placeBid(on: challenge, Self.offer) }
      #expect(try await row() == before)
      _ = try await world.market.work(as: me) {
        try await $0.edit(bid.id, .object(["plan": .string("另一方案")]), version: 1)
      }
      #expect(try await row() == before)
      try await world.move(bid.id, .withdraw, as: me)
      #expect(try await row() == before)
    }
  }

  @Test func a_bid_that_was_withdrawn_stays_its_solver_s_own_affair_after_the_opening() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, hasClosed: false)
      try await world.move(made.bid, .withdraw, as: world.university.caller)
      try await world.advance(days: 30)
      let closed = try await world.move(made.id, .close, as: .system)
      #expect(closed.bidsReceived == 0)
      for (name, party) in world.everybody where name != "university" {
        #expect(
          try await world.market.bids(on: made.id, for: party.caller, filters: [:], page: PageRequest()).items.isEmpty,
          "\(name)")
      }
    }
  }

  @Test func a_poster_who_cancels_early_learns_nothing_of_the_bids() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, hasClosed: false)
      let cancelled = try await world.move(
        made.id, .cancel, .object(["reason": .string("示例理由")]), as: world.enterprise.caller)
      #expect(cancelled.state == .cancelled && cancelled.bidsReceived == nil)
      #expect(try await world.market.find(made.bid, for: world.university.caller).state == .withdrawn)
      for (name, party) in world.everybody where name != "university" {
        await #expect(throws: Refusal.self, "\(name)") { try await world.market.find(made.bid, for: party.caller) }
        let events = try await world.history(as: party.caller)
        #expect(!events.contains { $0.kind == "bid" }, "\(name)")
      }
    }
  }

  @Test func opening_makes_a_bid_readable_for_the_poster_and_the_staff_and_for_no_other_bidder() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published)
      let closed = try await world.move(made.id, .close, as: .system)
      #expect(closed.bidsReceived == 1 && closed.state == .closed)
      for (name, party) in world.everybody {
        let sees = !["rival", "registry"].contains(name)
        #expect((try? await world.market.find(made.bid, for: party.caller))?.state == (sees ? .opened : nil), "\(name)")
      }
      #expect((try? await world.market.find(made.bid, for: .anonymous)) == nil)
    }
  }

  static let offer = Input(["price": .money(Money(fen: 80_000_000)), "plan": .text("示例方案")])
}
