import Postgres
import TestSupport
import Testing

@testable import Market

/// What a programme has is given once, whoever asks at once and however often.
@Suite struct BudgetTests {
  @Test func two_claims_race_for_the_last_yuan_of_a_budget_and_one_of_them_gets_it() async throws {
    try await World.with { world in
      for _ in 0..<10 {
        let programme = try await world.programme(budget: 300_000_00)
        var claims: [ID<Claim>] = []
        for _ in 0..<4 { claims.append(try await world.claim(.onNotice, of: programme, amount: 100_000_00)) }
        let outcomes = await withTaskGroup(of: Result<Claim, any Error>.self) { group in
          for claim in claims {
            group.addTask {
              do {
                return .success(try await world.move(claim, .approve, as: world.supervisor.caller))
              } catch {
                return .failure(error)
              }
            }
          }
          return await group.reduce(into: []) { $0.append($1) }
        }
        let approved = outcomes.filter { if case .success = $0 { true } else { false } }
        #expect(approved.count == 3, "three fit and none is lost")
        for case .failure(let error) in outcomes {
          #expect((error as? Refusal)?.conflictCode == "budget_exhausted", "\(error)")
        }
        let after = try await world.market.find(programme, for: .anonymous)
        #expect(after.reserved.fen == 300_000_00 && after.balance.fen == 0 && after.granted == 3)
        let left = try await world.market.list(
          Claim.self, for: .system, filters: ["programme": programme.text, "status": "on_notice"], page: PageRequest())
        #expect(left.items.count == 1, "what did not fit is as it was")
      }
      #expect(try await world.market.reconcileSubsidies() == [])
    }
  }

  @Test func a_budget_is_never_cut_below_what_was_given() async throws {
    try await World.with { world in
      let programme = try await world.programme(budget: 300_000_00)
      let claim = try await world.claim(.onNotice, of: programme, amount: 100_000_00)
      try await world.move(claim, .approve, as: world.supervisor.caller)
      func adjust(_ yuan: String) async throws -> Programme {
        let budget: JSONValue = .object(["amount": .string(yuan), "currency": .string("CNY")])
        return try await world.move(
          programme, .adjust, .object(["budget": budget, "reason": .string("示例理由")]), as: world.supervisor.caller)
      }
      #expect(try await refusal { try await adjust("99999.99") }.conflictCode == "budget_exhausted")
      #expect(try await adjust("100000.00").balance.fen == 0)
    }
  }

  /// Everything that can happen to claims happens to eight of them in any order; at every step the counters are what the claims and
  /// the log say, and nothing is below nothing.
  @Test func after_any_walk_the_counters_are_what_the_log_adds_up_to() async throws {
    try await World.with { world in
      let programme = try await world.programme(budget: 500_000_00)
      let today = try await world.market.today().text
      var claims: [ID<Claim>] = []
      for i in 0..<8 {
        claims.append(
          try await world.claim(.onNotice, of: programme, amount: Int64(60_000_00 + i * 10_000_00)))
      }
      let steps: [(Claim.Action, JSONValue, Caller)] = [
        (.approve, .object([:]), world.supervisor.caller),
        (.pay, .null, world.operator.caller), (.refuse, aReason, world.supervisor.caller),
        (.withdraw, aReason, world.university.caller),
        (.audit, .object(["conclusion": .string("示例")]), world.supervisor.caller),
        (
          .reclaim, .object(["ground": .string("error"), "reason": .string("示例理由")]), world.supervisor.caller
        ), (.recover, .null, world.operator.caller),
      ]
      var moved = 0
      for step in 0..<120 {
        guard let claim = claims.randomElement(), let (action, body, caller) = steps.randomElement() else { return }
        let sent: JSONValue =
          switch action {
          case .pay:
            .object([
              "payment_reference": .string("流水 \(step)"), "paid_on": .string(today), "payee": .string("示例大学"),
            ])
          case .recover:
            .object(["recovery_reference": .string("退款 \(step)"), "recovered_on": .string(today)])
          default: body
          }
        do {
          try await world.move(claim, action, sent, as: caller)
          moved += 1
        } catch is Refusal {}
        let rows = try await world.market.database.query(
          "SELECT balance, reserved::bigint, paid::bigint, recovered::bigint FROM programmes WHERE id = \(programme)")
        let row = try #require(rows.first)
        let told = try await Self.told(of: programme, world)
        let figures = try (0..<4).map { try row.get($0, as: Int64.self) }
        #expect(figures[0] >= 0 && figures == [500_000_00 - told[0] - told[1] + told[2], told[0], told[1], told[2]])
      }
      #expect(moved > 8)
      #expect(try await world.market.reconcileSubsidies() == [])
      try await world.place("UPDATE programmes SET paid = paid + 1 WHERE id = \(programme)")
      #expect(try await world.market.reconcileSubsidies().count == 1)
    }
  }

  /// Reserved, paid, recovered, added up from the public events alone by whoever reads them.
  private static func told(of programme: ID<Programme>, _ world: World) async throws -> [Int64] {
    var sums: [Int64] = [0, 0, 0]
    for event in try await world.history(as: .anonymous) where event.object == programme.text {
      guard let fen = JSONValue.parse(event.payload)?["amount"]?["amount"]?.string.flatMap(Money.init(yuan:))?.fen
      else { continue }
      switch event.action {
      case "reserve": sums[0] += fen
      case "release": sums[0] -= fen
      case "pay":
        sums[0] -= fen
        sums[1] += fen
      case "recover": sums[2] += fen
      default: break
      }
    }
    return sums
  }

  @Test func a_programme_opens_and_closes_by_its_dates_and_a_claim_after_the_last_instant_is_refused() async throws {
    try await World.with { world in
      let programme = try await world.programme(.draft)
      try await world.move(programme, .announce, as: world.supervisor.caller)
      try await world.move(programme, .open, as: .system)
      let inTime = try await world.claim(.eligible, of: programme),
        late = try await world.claim(.eligible, of: programme)
      let applied = try await world.move(inTime, .apply, as: world.university.caller)
      let closesAt = try #require(try await world.market.find(programme, for: .anonymous).closesAt)
      #expect(try #require(applied.appliedAt) < closesAt)
      // The window ends when the clock says so, whether or not anybody has closed it.
      try await world.place("UPDATE programmes SET closes_at = market_now() WHERE id = \(programme)")
      let refused = try await refusal { try await world.move(late, .apply, as: world.university.caller) }
      #expect(refused.conflictCode == "programme_closed")
      #expect(try await Clockwork(world.market).tick() == 1)
      #expect(try await world.market.find(programme, for: .anonymous).state == .closed)
      #expect(try await world.market.reconcileDue() == 0)
    }
  }

  @Test func a_programme_is_its_bureaus_own() async throws {
    try await World.with { world in
      let programme = try await world.programme(.closed)
      try await world.place("UPDATE programmes SET organisation = \(world.registry.id)")
      let refused = try await refusal { try await world.move(programme, .settle, as: world.supervisor.caller) }
      #expect(refused.issues.map(\.code) == ["not_yours"])
      let claim = try await world.claim(.onNotice, of: try await world.programme())
      try await world.place("UPDATE programmes SET organisation = \(world.registry.id)")
      let alien = try await refusal { try await world.move(claim, .approve, as: world.supervisor.caller) }
      #expect(alien.issues.map(\.code) == ["not_yours"])
    }
  }
}
