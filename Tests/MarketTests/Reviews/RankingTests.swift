import Postgres
import TestSupport
import Testing

@testable import Market

/// What is published of a review is enough to rank the bids again, and the award is what that ranking says.
@Suite struct RankingTests {
  /// Reads the text of the notice and nothing else.
  static let oracle = """
    import json, sys
    from fractions import Fraction
    from decimal import Decimal
    review = json.load(sys.stdin)["details"]["review"]
    weights = [c["weight"] for c in review["criteria"]]
    tie = next((i for i, c in enumerate(review["criteria"]) if c["decides_ties"]), None)
    def mean(marks):
        marks = sorted(marks)
        if len(marks) >= review["drop_extremes_from"]: marks = marks[1:-1]
        return int((Fraction(sum(marks), len(marks)) * 2 + 1) // 2)
    rows = []
    for bid in review["bids"]:
        totals = [sum(w * s for w, s in zip(weights, sheet["scores"])) for sheet in bid["sheets"]]
        total = mean(totals)
        assert Decimal(bid["mean"]) * 100 == total, (bid["label"], bid["mean"], total)
        assert Decimal(bid["highest"]) * 100 == max(totals) and Decimal(bid["lowest"]) * 100 == min(totals)
        indicator = mean([100 * sheet["scores"][tie] for sheet in bid["sheets"]]) if tie is not None else 0
        assert bid["qualified"] == (total >= 100 * review["technical_mark"])
        if bid["qualified"]: rows.append((-total, -indicator, Decimal(bid["price"]), bid["receipt"] or 0, bid["label"]))
    json.dump([row[-1] for row in sorted(rows)], sys.stdout)
    """

  /// - Parameter scores: by bid, by member: a score for each of the two criteria.
  private func run(
    size: Int, _ scores: [[[Int]]], prices: [Int64],
    _ check: @escaping @Sendable (World, Challenge, [ID<Bid>]) async throws -> Void
  ) async throws {
    try await Folder.with { folder in
      try await World.with { world in
        let made = try await world.challenge(.evaluating, pricesOpen: false, isJudged: false)
        var bids = [made.bid]
        let parties = [world.rival, world.registry, world.admin, world.reviewer]
        for (i, party) in parties.prefix(scores.count - 1).enumerated() {
          let bid = ID<Bid>()
          try await world.placeBid(bid, of: party, on: made.id, price: nil)
          // Each came a minute after the one before.
          try await world.place(
            "UPDATE bids SET received_at = received_at + make_interval(mins => \(Int32(i + 1))) WHERE id = \(bid)")
          bids.append(bid)
        }
        let pool = try await world.pool(size + 2, industry: size)
        let panel = try await ConflictTests.form(made.id, world, ["size": .integer(Int64(size))]).id
        try await world.seal(folder.path)
        try await world.move(panel, .draw, as: world.operator.caller)
        let drawn = PanelTests.Drawn(world: world, challenge: made.id, bids: bids, panel: panel, pool: pool)
        try await drawn.begin()
        var labels: [ID<Bid>: String] = [:]
        for row in try await world.market.database.query("SELECT bid, label FROM panel_bids") {
          labels[try row.get(0)] = try row.get(1, as: String.self)
        }
        for (i, member) in try await drawn.order("accepted").enumerated() {
          for (bid, sheets) in zip(bids, scores) { _ = try await drawn.submit(member, labels[bid] ?? "", sheets[i]) }
        }
        try await world.move(panel, .close, as: world.operator.caller)
        // What the opening of the envelopes does, without envelopes.
        for (bid, price) in zip(bids, prices) {
          try await world.place(
            """
            UPDATE bids SET status = CASE WHEN l.mean >= 60 THEN 'opened' ELSE 'unqualified' END,
              price = CASE WHEN l.mean >= 60 THEN \(price) END
            FROM panel_bids l WHERE l.bid = bids.id AND bids.id = \(bid)
            """)
        }
        try await world.place("UPDATE challenges SET prices_opened_at = market_now() WHERE id = \(made.id)")
        let running = try await world.market.work(as: .system) { work in
          try await work.ranking(of: try await work.lock(made.id).object).map(\.id)
        }
        let proposed = try await world.move(
          made.id, .propose, .object(["bids": .array([.string(running[0].text)])]), as: world.operator.caller)
        try await check(world, proposed, running)
        let notice = try await world.market.find(try #require(proposed.notice).id, for: .anonymous)
        let text = try #require(notice.content)
        if let answer = try Python.run(Self.oracle, input: Array(text.utf8)) {
          let again = JSONValue.parse(answer)?.array?.compactMap(\.string)
          #expect(again == running.compactMap { labels[$0] }, "the ranking again, from the notice alone")
          #expect(JSONValue.parse(text.utf8)?["details"]?["awards"]?.array?.first?["label"]?.string == again?.first)
        }
        for word in ["示例专家"] + pool.map(\.id.text) { #expect(!text.contains(word), "\(word)") }
      }
    }
  }

  @Test func five_members_rank_three_bids_and_one_falls_below_the_mark() async throws {
    try await run(
      size: 5,
      [
        [[80, 70], [81, 77], [90, 60], [70, 70], [66, 91]], [[81, 77], [80, 70], [89, 61], [75, 71], [66, 91]],
        [[59, 60], [60, 59], [61, 58], [58, 62], [59, 60]],
      ], prices: [80_000_000, 70_000_000, 1]
    ) { world, proposed, running in
      #expect(running.count == 2 && proposed.awards.map(\.bid) == [running[0]])
    }
  }

  @Test func seven_members_lose_their_extremes() async throws {
    // By the plain mean the first bid would win by one member's hundred.
    try await run(
      size: 7,
      [
        [[100, 100], [70, 70], [70, 70], [70, 70], [70, 70], [70, 70], [70, 70]],
        [[72, 72], [71, 71], [71, 71], [71, 71], [71, 71], [71, 71], [71, 71]],
      ], prices: [10, 20]
    ) { world, proposed, running in
      let first = try await world.market.find(running[0], for: .system)
      #expect(first.organisation == world.rival.id)
    }
  }

  /// Equal means: the first by its indicator, then by the lower price, then by the earlier receipt.
  @Test func equals_are_ranked_by_indicator_then_price_then_receipt() async throws {
    let plain = Array(repeating: [70, 70], count: 5)
    // 60 × 62 + 40 × 82 = 7000: the same total with a higher indicator.
    let indicator = Array(repeating: [62, 82], count: 5)
    try await run(size: 5, [plain, plain, plain, indicator], prices: [200, 100, 100, 900]) { world, proposed, running in
      var names: [ID<Organisation>] = []
      for bid in running { names.append(try await world.market.find(bid, for: .system).organisation) }
      #expect(names == [world.admin.id, world.rival.id, world.registry.id, world.university.id])
    }
  }

  @Test func every_bidder_learns_its_own_marks_once_the_award_is_proposed_and_nobody_else_s() async throws {
    let five = Array(repeating: [80, 80], count: 5)
    try await run(size: 5, [five, Array(repeating: [70, 75], count: 5)], prices: [100, 100]) {
      world, proposed, running in
      let mine = try await world.market.result(of: running[1], for: world.rival.caller)
      #expect(mine.bid.rank == 2 && mine.ranked == 2 && mine.bid.mean == "72.00" && mine.bid.sheets.count == 5)
      #expect(mine.bid.sheets.allSatisfy { $0.comments == ["示例意见 1", "示例意见 2"] })
      await #expect(throws: Refusal.self) { try await world.market.result(of: running[0], for: world.rival.caller) }
      await #expect(throws: Refusal.self) { try await world.market.result(of: running[1], for: .anonymous) }
      // A proposal that is taken back takes the results along.
      try await world.move(proposed.id, .reopen, aReason, as: world.operator.caller)
      await #expect(throws: Refusal.self) { try await world.market.result(of: running[1], for: world.rival.caller) }
      let panel = try #require(try await JudgedBid.panel(of: proposed.id, in: world.market.database))
      await #expect(throws: Refusal.self) { try await world.market.reviewRecord(of: panel, for: .anonymous) }
      #expect(try await !world.market.reviewRecord(of: panel, for: world.operator.caller).isEmpty)
    }
  }
}
