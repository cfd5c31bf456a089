import Postgres
import TestSupport
import Testing

@testable import Market

/// Sealed means silent: nothing that anybody else can ask for changes when a bid comes, changes or goes.
@Suite struct SealTests {
  @Test func a_sealed_bid_changes_no_table_but_its_own_and_is_there_for_its_solver_alone() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let me = world.university.caller
      let before = try await world.fingerprint(), marks = try await Self.systemColumns(world)
      func expectSilence(_ when: String) async throws {
        let changed = try await world.fingerprint().filter { before[$0.key] != $0.value }.keys.sorted()
        #expect(changed.allSatisfy { $0 == "sealed_bids" }, "\(when): \(changed)")
        #expect(try await Self.systemColumns(world) == marks, "\(when): not even a lock's mark on the challenge's row")
      }
      let request = RepeatableRequest(key: "once", content: Array("示例".utf8))
      let bid = try await world.market.work(as: me) {
        try await $0.placeBid(on: challenge, World.offer, request: request)
      }
      #expect(bid.status == .sealed)
      try await expectSilence("after a bid")
      for (name, party) in world.everybody {
        let page = try await world.market.bids(on: challenge, for: party.caller, filters: [:], page: PageRequest())
        #expect(page.items.isEmpty, "\(name)")
        #expect(try await !world.history(as: party.caller).contains { $0.kind == "bid" }, "\(name)")
        let own = try await world.market.sealedBids(for: party.caller, page: PageRequest()).items
        #expect(own.map(\.receipt.bid) == (name == "university" ? [bid.receipt.bid] : []), "\(name)")
        let found = try? await world.market.sealedBid(bid.receipt.bid, for: party.caller)
        #expect((found != nil) == (name == "university"), "\(name)")
      }
      _ = try await world.market.work(as: me) { try await $0.replaceBid(bid.receipt.bid, World.offer, version: 1) }
      try await expectSilence("after a replacement")
      _ = try await world.market.work(as: me) { try await $0.withdrawBid(bid.receipt.bid, version: 2) }
      #expect(try await world.fingerprint() == before, "after a withdrawal nothing is left")
    }
  }

  /// What the owner of the database sees beside the columns: who touched a row last, and where it lies.
  private static func systemColumns(_ world: World) async throws -> String {
    try await world.market.database.query(
      """
      SELECT string_agg(t::text, '|' ORDER BY t::text) FROM (
        SELECT xmin::text, xmax::text, ctid::text, id::text FROM challenges UNION ALL
        SELECT xmin::text, xmax::text, ctid::text, challenge::text FROM bid_seals UNION ALL
        SELECT xmin::text, xmax::text, ctid::text, id::text FROM organisations) t
      """
    ).first?.get(0) ?? ""
  }

  @Test func rows_of_sealed_bids_are_of_one_size_whatever_is_in_them() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let long = Input([
        "price": .money(Money(fen: Money.ceiling)), "plan": .text(String(repeating: "长", count: 20000)),
        "team": .text(String(repeating: "人", count: 1500)),
      ])
      for (party, offer) in [(world.university, World.offer), (world.rival, long)] {
        _ = try await world.market.work(as: party.caller) { try await $0.placeBid(on: challenge, offer) }
      }
      let sizes = try await world.market.database.query(
        "SELECT count(DISTINCT length(to_jsonb(t)::text)), count(*) FROM (SELECT id, challenge, pseudonym, technical, financial, commitment, request_key, request_tag FROM sealed_bids) t"
      )
      #expect(try sizes.first?.get(0, as: Int.self) == 1 && sizes.first?.get(1, as: Int.self) == 2)
      try await world.advance(days: 30)
      try await world.open(of: challenge)
      let plans = try await world.market.database.query("SELECT char_length(plan) FROM bids ORDER BY 1")
      #expect(try plans.map { try $0.get(0, as: Int.self) } == [4, 20000])
    }
  }

  @Test func a_plan_that_does_not_fit_its_envelope_is_refused_with_its_place() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let wide = Input([
        "price": .money(Money(fen: 1)), "plan": .text(String(repeating: "𠮷", count: 20000)),
      ])
      let refused = try await refusal {
        try await world.market.work(as: world.university.caller) { try await $0.placeBid(on: challenge, wide) }
      }
      #expect(refused.issues.map(\.pointer) == ["/plan"] && refused.issues.map(\.code) == ["too_long"])
    }
  }

  @Test func a_poster_who_cancels_early_learns_nothing_of_the_bids_and_nothing_of_them_stays() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, hasClosed: false)
      let cancelled = try await world.move(
        made.id, .cancel, .object(["reason": .string("示例理由")]), as: world.enterprise.caller)
      #expect(cancelled.state == .cancelled && cancelled.bidsReceived == nil)
      let counts = try await world.rowCounts()
      #expect(counts["sealed_bids"] == 0 && counts["bids"] == 0)
      for (name, party) in world.everybody {
        #expect(try await !world.history(as: party.caller).contains { $0.kind == "bid" }, "\(name)")
      }
    }
  }

  @Test func opening_makes_a_bid_readable_for_the_poster_and_the_staff_and_for_no_other_bidder() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published)
      try await world.open(of: made.id)
      let closed = try await world.market.find(made.id, for: .anonymous)
      #expect(closed.bidsReceived == 1 && closed.state == .closed && closed.openedAt != nil)
      for (name, party) in world.everybody {
        let sees = !["rival", "registry", "reviewer"].contains(name)
        let bid = try? await world.market.find(made.bid, for: party.caller)
        #expect(bid?.state == (sees ? .opened : nil) && bid?.price == nil, "\(name)")
      }
      #expect((try? await world.market.find(made.bid, for: .anonymous)) == nil)
    }
  }

  @Test func a_repeated_request_finds_its_receipt_and_another_under_its_key_is_refused() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let me = world.university.caller
      @Sendable func place(_ content: String, as caller: Caller) async throws -> SealedBid {
        try await world.market.work(as: caller) {
          try await $0.placeBid(
            on: challenge, World.offer, request: RepeatableRequest(key: "k", content: Array(content.utf8)))
        }
      }
      let first = try await place("a", as: me), again = try await place("a", as: me)
      #expect(!first.isReplayed && again.isReplayed)
      #expect(
        again.receipt.commitment == first.receipt.commitment && again.receipt.receivedAt == first.receipt.receivedAt)
      let other = try await refusal { _ = try await place("b", as: me) }
      guard case .keyReused = other else {
        Testing.Issue.record("\(other)")
        return
      }
      let rivals = try await place("a", as: world.rival.caller)
      #expect(!rivals.isReplayed, "keys belong to whoever sent them")
      #expect(try await world.rowCounts()["idempotency_keys"] == 0)
    }
  }
}
