import Postgres
import TestSupport
import Testing

@testable import Market

/// The window of a call, and what an official one asks for.
@Suite struct DemandCallTests {
  @Test func a_demand_is_taken_until_the_last_instant_of_the_window_and_not_at_its_end() async throws {
    try await World.with { world in
      let call = try await world.demandCall(.open), node = try await world.chain(.published).node
      let me = world.enterprise.caller
      let inTime = try await world.demand(.draft, call: call, node: node)
      let late = try await world.demand(.draft, call: call, node: node)
      let moved = try await world.move(inTime, .submit, as: me)
      let closesAt = try #require(try await world.market.find(call, for: me).closesAt)
      #expect(try #require(moved.submittedAt) < closesAt)
      // The window ends the moment the clock reaches it, whether or not anybody has closed the call.
      try await world.place("UPDATE demand_calls SET closes_at = market_now() WHERE id = \(call)")
      let refused = try await refusal { try await world.move(late, .submit, as: me) }
      #expect(refused.conflictCode == "call_closed")
      #expect(try await world.market.find(late, for: me).state == .draft)
      #expect(try await Clockwork(world.market).tick() == 1)
      #expect(try await world.market.find(call, for: .anonymous).state == .closed)
    }
  }

  @Test func closing_and_submitting_at_once_leave_no_demand_behind_the_closing() async throws {
    try await World.with { world in
      let node = try await world.chain(.published).node
      for _ in 0..<20 {
        let call = try await world.demandCall(.open, kind: "rolling")
        let demand = try await world.demand(.draft, call: call, node: node)
        async let closing = world.move(call, .close, as: world.operator.caller)
        async let submitting = (try? await world.move(demand, .submit, as: world.enterprise.caller)) != nil
        _ = try await closing
        let isIn = await submitting
        let rows = try await world.market.database.query(
          """
          SELECT d.status, d.submitted_at < (SELECT at FROM events WHERE object_id = \(call) AND action = 'close')
          FROM demands d WHERE id = \(demand)
          """)
        let row = try #require(rows.first)
        #expect(try row.get(0, as: String.self) == (isIn ? "submitted" : "draft"))
        if isIn { #expect(try row.get(1, as: Bool.self)) }
      }
    }
  }

  @Test func a_window_shorter_than_the_rule_is_not_opened_and_a_rolling_call_needs_none() async throws {
    try await World.with { world in
      let call = try await world.demandCall(.draft), rolling = try await world.demandCall(.draft, kind: "rolling")
      let operatorCaller = world.operator.caller
      let least = try world.market.rulebook.end(
        of: .collectionMinimum, from: try await world.market.now(), region: "450300")
      let lastDay = Instant(microseconds: least.microseconds - 1).dateInShanghai
      try await world.place("UPDATE demand_calls SET closes_on = \(lastDay.adding(days: -1)) WHERE id = \(call)")
      let short = try await refusal { try await world.move(call, .open, as: operatorCaller) }
      #expect(short.issues.map(\.code) == ["window_too_short"])
      try await world.place("UPDATE demand_calls SET closes_on = NULL WHERE id = \(call)")
      await #expect(throws: Refusal.self) { try await world.move(call, .open, as: operatorCaller) }
      try await world.place("UPDATE demand_calls SET closes_on = \(lastDay) WHERE id = \(call)")
      #expect(try await world.move(call, .open, as: operatorCaller).closesAt == lastDay.end)
      #expect(try await world.move(rolling, .open, as: operatorCaller).closesAt == nil)
    }
  }

  @Test func an_official_call_asks_for_the_node_and_for_proven_funds_and_a_standing_need_for_neither() async throws {
    try await World.with { world in
      let call = try await world.demandCall(.open), node = try await world.chain(.published).node
      let me = world.enterprise.caller
      let demand = try await world.demand(.draft, call: call)
      func refused() async throws -> [String] {
        try await refusal { try await world.move(demand, .submit, as: me) }.issues.map(\.code)
      }
      #expect(try await refused() == ["chain_node_missing"])
      try await world.place("UPDATE demands SET chain_node = \(node) WHERE id = \(demand)")
      for change in [
        "own_funds = 29999999", "own_funds = NULL", "own_funds_proof = ''", "budget = NULL, own_funds = NULL",
      ] {
        try await world.place(
          "UPDATE demands SET budget = 100000000, own_funds = 30000000, own_funds_proof = '示例' WHERE id = \(demand)",
          SQL(unsafe: "UPDATE demands SET \(change)"))
        #expect(try await refused() == ["funds_not_secured"], "\(change)")
      }
      try await world.place(
        "UPDATE demands SET budget = 100000000, own_funds = 30000000, own_funds_proof = '示例' WHERE id = \(demand)")
      #expect(try await world.move(demand, .submit, as: me).state == .submitted)
      let standing = try await world.demand(.draft)
      try await world.place("UPDATE demands SET budget = NULL, own_funds = NULL WHERE id = \(standing)")
      #expect(try await world.move(standing, .submit, as: me).submittedAt != nil)
    }
  }

  @Test func what_the_guard_overlooks_the_database_refuses() async throws {
    try await World.with { world in
      let call = try await world.demandCall(.open), demand = try await world.demand(.draft, call: call)
      do {
        _ = try await world.market.database.execute("UPDATE demands SET status = 'submitted' WHERE id = \(demand)")
        Testing.Issue.record("a demand without a node got into an official call")
      } catch let error as PostgresError { #expect(error.constraint == "demands_official_node") }
    }
  }

  @Test func a_call_is_consolidated_when_everything_in_it_is_decided() async throws {
    try await World.with { world in
      let call = try await world.demandCall(.closed), demand = try await world.demand(.screening, call: call)
      let me = world.operator.caller
      let refused = try await refusal { try await world.move(call, .consolidate, as: me) }
      #expect(refused.issues.map(\.code) == ["undecided"])
      try await world.move(demand, .shortlist, as: me)
      #expect(try await world.move(call, .consolidate, as: me).state == .consolidated)
    }
  }
}
