import Postgres
import TestSupport
import Testing

@testable import Market

/// 同一发票只补助一次, whoever records it, however it is typed, whichever programme is asked.
@Suite struct DoubleFundingTests {
  /// Two claims of two organisations on the two sides of one deal, both resting on one invoice.
  private func rivals(_ world: World) async throws -> (university: ID<Claim>, enterprise: ID<Claim>) {
    let (contract, _) = try await world.takenOver()
    let mine = try await world.claim(
      .eligible, of: try await world.programme(), contract: contract, invoice: "4500 2031 30-12345678")
    let theirs = try await world.claim(
      .eligible, of: try await world.programme(), contract: contract, invoice: "450020313012345678",
      party: world.enterprise)
    return (mine, theirs)
  }

  @Test func an_invoice_in_one_claim_is_refused_in_another_which_is_named_to_nobody_who_may_not_know_it() async throws {
    try await World.with { world in
      let (mine, theirs) = try await rivals(world)
      try await world.move(mine, .apply, as: world.university.caller)
      let refused = try await refusal { try await world.move(theirs, .apply, as: world.enterprise.caller) }
      guard case .conflict("invoice_funded", let detail) = refused else {
        Testing.Issue.record("\(refused)")
        return
      }
      #expect(
        detail.zh.contains("450020313012345678") && !detail.zh.contains(mine.text) && !detail.en.contains(mine.text))
      #expect(try await world.market.find(theirs, for: world.enterprise.caller).state == .eligible)
      // Once it is public, everybody may know of it, and it is named.
      try await world.place(
        "UPDATE claims SET status = 'on_notice', amount = 100, sheet = '[]' WHERE id = \(mine)")
      let named = try await refusal { try await world.move(theirs, .apply, as: world.enterprise.caller) }
      guard case .conflict(_, let phrase) = named else { return }
      #expect(phrase.zh.contains(mine.text))
    }
  }

  @Test func two_claims_that_race_with_one_invoice_leave_one() async throws {
    try await World.with { world in
      for _ in 0..<10 {
        let (mine, theirs) = try await rivals(world)
        async let first = try? refusalOrNil { try await world.move(mine, .apply, as: world.university.caller) }
        async let second = try? refusalOrNil { try await world.move(theirs, .apply, as: world.enterprise.caller) }
        let refusals = [await first ?? nil, await second ?? nil].compactMap(\.self)
        #expect(refusals.map(\.conflictCode) == ["invoice_funded"])
        let live = try await world.market.database.query("SELECT count(*) FROM claim_outlays WHERE live")
        #expect(try live.first?.get(0, as: Int.self) == 1)
        try await world.place("DELETE FROM claim_outlays", "DELETE FROM claims", "DELETE FROM outlays")
      }
    }
  }

  @Test(arguments: [Claim.Action.withdraw, .sendBack, .refuse])
  func what_is_no_longer_asked_for_sets_its_invoices_free(action: Claim.Action) async throws {
    try await World.with { world in
      let (mine, theirs) = try await rivals(world)
      try await world.move(mine, .apply, as: world.university.caller)
      let caller = action == .withdraw ? world.university.caller : world.supervisor.caller
      try await world.move(mine, action, aReason, as: caller)
      #expect(try await world.move(theirs, .apply, as: world.enterprise.caller).spending.cited == 1)
    }
  }

  @Test(arguments: [("fraud", false), ("termination", true)])
  func recovered_money_sets_its_invoices_free_unless_they_were_a_fraud(ground: String, isFree: Bool) async throws {
    try await World.with { world in
      let (mine, theirs) = try await rivals(world)
      try await world.move(mine, .apply, as: world.university.caller)
      try await world.place(
        """
        UPDATE claims SET status = 'recovering', ground = \(ground), amount = 100, sheet = '[]', payment_reference = 'x', paid_on = market_today()
        WHERE id = \(mine)
        """, "UPDATE programmes SET paid = 100")
      let back: JSONValue = .object([
        "recovery_reference": .string("示例退款"), "recovered_on": .string(try await world.market.today().text),
      ])
      try await world.move(mine, .recover, back, as: world.operator.caller)
      let refused = try? await refusal { try await world.move(theirs, .apply, as: world.enterprise.caller) }
      #expect((refused == nil) == isFree)
    }
  }

  /// The index holds what the statement before it only explains.
  @Test func the_schema_refuses_a_second_live_use_past_all_code() async throws {
    try await World.with { world in
      let (mine, theirs) = try await rivals(world)
      try await world.move(mine, .apply, as: world.university.caller)
      let error = await #expect(throws: PostgresError.self) {
        _ = try await world.market.database.execute(
          """
          INSERT INTO claim_outlays (claim, outlay, identity, amount, related, live)
          SELECT \(theirs), id, identity, amount, false, true FROM outlays WHERE organisation = \(world.enterprise.id)
          """)
      }
      #expect(error?.constraint == "claim_outlays_funded_once")
    }
  }

  @Test func an_outlay_that_a_claim_rests_on_stays_as_it_is_and_is_recorded_once() async throws {
    try await World.with { world in
      let (_, deal) = try await world.takenOver()
      let me = world.university.caller
      func record(_ invoice: String, issuer: String = "91110000600037341L", paidOn: String = "2026-01-05") async throws
        -> Outlay
      {
        try await world.market.work(as: me) { work in
          let body: JSONValue = .object([
            "deal": .string(deal.text), "category": .string("testing"), "invoice_no": .string(invoice),
            "issuer_code": .string(issuer), "issuer_name": .string("示例检测机构"), "issued_on": .string("2026-01-04"),
            "paid_on": .string(paidOn), "amount": .object(["amount": .string("100.00"), "currency": .string("CNY")]),
            "receipt_no": .string("示例回单"), "file_hash": .string("sm3:" + String(repeating: "a", count: 64)),
          ])
          return try await work.recordOutlay(try Input(body, Outlay.inputs))
        }
      }
      let made = try await record("45002031-3087654321")
      #expect(try await refusal { try await record("450020313087654321") }.conflictCode == "duplicate_invoice")
      #expect(try await refusal { try await record("1234567") }.issues.map(\.pointer) == ["/invoice_no"])
      #expect(
        try await refusal { try await record("123456789", paidOn: "2999-01-01") }.issues.map(\.pointer) == ["/paid_on"])
      try await world.place(
        """
        INSERT INTO claim_outlays (claim, outlay, identity, amount, related, live)
        SELECT \(ID<Claim>()), id, identity, amount, false, true FROM outlays WHERE id = \(made.id)
        """)
      #expect(
        try await refusal { try await world.move(made.id, .withdraw, aReason, as: me) }.conflictCode == "outlay_in_use")
      let edit = try await refusal {
        try await world.market.work(as: me) { work in
          try await work.edit(made.id, .object(["invoice_no": .string("99999999")]), version: 1)
        }
      }
      #expect(edit.conflictCode == "outlay_in_use")
    }
  }
}

/// The refusal that `body` ends in; nil when it does not.
private func refusalOrNil<T>(_ body: () async throws -> T) async throws -> Refusal? {
  do {
    _ = try await body()
    return nil
  } catch let refusal as Refusal {
    return refusal
  }
}
