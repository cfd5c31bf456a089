import Postgres
import TestSupport
import Testing

@testable import Market

/// Verification by two, the notice, payment and recovery.
@Suite struct ClaimTests {
  @Test func two_persons_verify_and_the_second_finds_the_amount_by_the_rules() async throws {
    try await World.with { world in
      let claim = try await world.claim(.eligible)
      try await world.move(claim, .apply, as: world.university.caller)
      let first = try await world.move(claim, .verify, as: world.operator.caller)
      #expect(first.state == .applied && first.amount == nil)
      let again = try await refusal { try await world.move(claim, .verify, as: world.operator.caller) }
      #expect(again.issues.map(\.code) == ["four_eyes"])
      let done = try await world.move(claim, .verify, as: world.supervisor.caller)
      // 20 % of a million recognised; the least of all limits.
      #expect(done.state == .verified && done.amount?.fen == 200_000_00)
      let sheet = try #require(done.sheet.flatMap { JSONValue.parse($0) }?.array)
      #expect(sheet.filter { $0["binds"]?.bool == true }.map { $0["code"]?.string } == ["rate"])
      #expect(
        sheet.compactMap { $0["rule"]?.string }.sorted() == [
          "subsidy.cap", "subsidy.input_share_maximum", "subsidy.rate_maximum",
        ])
    }
  }

  /// One person with two memberships is one person.
  @Test func the_first_verifier_is_the_same_person_under_another_membership() async throws {
    try await World.with { world in
      let claim = try await world.claim(.eligible)
      try await world.move(claim, .apply, as: world.university.caller)
      let somebody = try await world.person(in: world.operator)
      try await world.move(claim, .verify, as: somebody.caller)
      let other = Caller(
        person: somebody.id, session: ID<SignIn>(), organisation: world.supervisor.id, role: .supervisor,
        affiliations: [world.operator.id, world.supervisor.id])
      #expect(try await refusal { try await world.move(claim, .verify, as: other) }.issues.map(\.code) == ["four_eyes"])
      let colleague = try await world.person(in: world.operator)
      #expect(try await world.move(claim, .verify, as: colleague.caller).state == .verified)
      // Whoever verified it does not approve it.
      try await world.place(
        "UPDATE claims SET status = 'on_notice', notice = \(try await world.notice(.closedClean, kind: "subsidy", before: (Claim.kind, claim.bits)))"
      )
      let approver = Caller(
        person: colleague.id, session: ID<SignIn>(), organisation: world.supervisor.id, role: .supervisor)
      #expect(
        try await refusal { try await world.move(claim, .approve, as: approver) }.issues.map(\.code) == ["four_eyes"])
    }
  }

  @Test func the_schema_does_not_count_one_verifier_twice() async throws {
    try await World.with { world in
      let claim = try await world.claim(.applied)
      let error = await #expect(throws: PostgresError.self) {
        _ = try await world.market.database.execute(
          "UPDATE claims SET verifiers = verifiers || verifiers WHERE id = \(claim)")
      }
      #expect(error?.constraint == "claims_two_verifiers")
    }
  }

  @Test(arguments: [true, false])
  func nobody_of_either_side_of_the_contract_verifies_it_or_sees_it_by_office(ofApplicant: Bool) async throws {
    try await World.with { world in
      let claim = try await world.claim(.applied)
      let side = ofApplicant ? world.university : world.enterprise
      let person = try await world.person(in: world.operator)
      let caller = Caller(
        person: person.id, session: ID<SignIn>(), organisation: world.operator.id, role: .operator,
        affiliations: [world.operator.id, side.id])
      await #expect(throws: Refusal.self) { try await world.move(claim, .verify, as: caller) }
      guard case .notFound = try await refusal({ try await world.market.find(claim, for: caller) }) else {
        Testing.Issue.record("seen by office")
        return
      }
    }
  }

  @Test func what_was_paid_to_a_related_party_is_shown_and_not_counted() async throws {
    try await World.with { world in
      let (contract, deal) = try await world.takenOver()
      let claim = try await world.claim(.eligible, contract: contract, spent: 300_000_00)
      _ = try await world.outlay(on: deal, amount: 700_000_00, relation: "shareholding")
      let own = try await world.outlay(on: deal, amount: 900_000_00)
      try await world.place("UPDATE outlays SET issuer_name = '示例大学' WHERE id = \(own)")
      #expect(try await world.market.find(own, for: world.university.caller).isRelated)
      let applied = try await world.move(claim, .apply, as: world.university.caller)
      #expect(applied.spending.base.fen == 300_000_00 && applied.spending.cited == 1)
      let lines = try await world.market.outlays(of: claim, for: world.operator.caller)
      #expect(lines.map(\.isCounted).filter(\.self).count == 1 && lines.filter(\.isRelated).count == 2)
      await #expect(throws: Refusal.self) { try await world.market.outlays(of: claim, for: world.rival.caller) }
      let nothing = try await world.claim(.eligible)
      try await world.place("UPDATE outlays SET relation = 'same_group'")
      let refused = try await refusal { try await world.move(nothing, .apply, as: world.university.caller) }
      #expect(refused.issues.map(\.code) == ["payments_missing"])
    }
  }

  @Test func an_invoice_left_out_is_not_counted_and_verification_begins_again() async throws {
    try await World.with { world in
      let outlay = ID<Outlay>()
      let (contract, deal) = try await world.takenOver()
      let claim = try await world.claim(.eligible, contract: contract, outlay: outlay, spent: 300_000_00)
      _ = try await world.outlay(on: deal, amount: 100_000_00)
      try await world.move(claim, .apply, as: world.university.caller)
      try await world.move(claim, .verify, as: world.operator.caller)
      let out: JSONValue = .object(["outlay": .string(outlay.text), "reason": .string("与项目无关")])
      let left = try await world.move(claim, .exclude, out, as: world.supervisor.caller)
      #expect(left.spending.base.fen == 100_000_00 && left.verifiers.isEmpty)
      let twice = try await refusal { try await world.move(claim, .exclude, out, as: world.supervisor.caller) }
      #expect(twice.issues.map(\.code) == ["not_counted"])
      try await world.move(claim, .verify, as: world.operator.caller)
      #expect(try await world.move(claim, .verify, as: world.supervisor.caller).amount?.fen == 20_000_00)
      let lines = try await world.market.outlays(of: claim, for: world.university.caller)
      #expect(lines.compactMap(\.excluded) == ["与项目无关"])
    }
  }

  /// The most that all public money together may be is shared by the claims on one contract, in any programme.
  @Test func claims_on_one_contract_share_its_limit_even_when_they_are_found_at_once() async throws {
    try await World.with { world in
      for _ in 0..<5 {
        // 30 % of a contract of 1.2 million: 360,000 for both together. Each alone would be given 300,000.
        let (contract, _) = try await world.takenOver(amount: 1_200_000_00)
        func apply(_ party: World.Party) async throws -> ID<Claim> {
          try await world.claim(.applied, of: try await world.programme(rate: 30), contract: contract, party: party)
        }
        let mine = try await apply(world.university), theirs = try await apply(world.enterprise)
        async let one = world.move(mine, .verify, as: world.operator.caller)
        async let other = world.move(theirs, .verify, as: world.supervisor.caller)
        let amounts = [try await one.amount?.fen ?? 0, try await other.amount?.fen ?? 0].sorted()
        #expect(amounts == [60_000_00, 300_000_00])
      }
    }
  }

  @Test func an_objection_that_is_upheld_sends_the_claim_back_to_be_verified_afresh() async throws {
    try await World.with { world in
      let claim = try await world.claim(.verified)
      let noticed = try await world.move(claim, .notice, as: world.operator.caller)
      let notice = try #require(noticed.notice?.id)
      let shown = try await world.market.find(notice, for: .anonymous)
      #expect(shown.text.contains("拟补助金额(元):200000.00") && shown.text.contains("申请单位:示例大学"))
      let early = try await refusal { try await world.move(claim, .approve, as: world.supervisor.caller) }
      #expect(early.issues.map(\.code).contains("notice_running"))
      let objection = try await world.market.work(as: world.rival.caller) { work in
        try await work.fileObjection(to: notice, Input(["statement": .text("设备是旧的")]))
      }
      let decider = try await world.person(in: world.supervisor)
      try await world.move(objection.id, .accept, as: decider.caller)
      let paused = try await refusal { try await world.move(claim, .approve, as: world.supervisor.caller) }
      #expect(paused.issues.map(\.code).contains("notice_paused"))
      try await world.move(objection.id, .uphold, aReason, as: decider.caller)
      let back = try await world.market.find(claim, for: world.university.caller)
      #expect(back.state == .applied && back.amount == nil && back.sheet == nil && back.verifiers.isEmpty)
      #expect(try await world.market.find(notice, for: .anonymous).state == .revoked)
      try await world.move(claim, .verify, as: world.operator.caller)
      #expect(try await world.move(claim, .verify, as: world.supervisor.caller).state == .verified)
      let anew = try await world.move(claim, .notice, as: world.operator.caller)
      #expect(anew.notice?.id != notice)
    }
  }

  @Test func nothing_is_approved_past_its_notice_whatever_code_says() async throws {
    try await World.with { world in
      let claim = try await world.claim(.onNotice, notice: .running)
      let error = await #expect(throws: PostgresError.self) {
        _ = try await world.market.database.execute("UPDATE claims SET status = 'approved' WHERE id = \(claim)")
      }
      #expect(error?.constraint == "waits_for_notice")
    }
  }

  @Test func a_payment_goes_to_the_claimants_own_account_under_a_number_used_once() async throws {
    try await World.with { world in
      let today = try await world.market.today()
      func pay(_ claim: ID<Claim>, _ reference: String, to payee: String = "示例大学", on date: CivilDate? = nil)
        async throws -> Claim
      {
        try await world.move(
          claim, .pay,
          .object([
            "payment_reference": .string(reference), "paid_on": .string((date ?? today).text), "payee": .string(payee),
          ]), as: world.operator.caller)
      }
      let claim = try await world.claim(.approved)
      #expect(try await refusal { try await pay(claim, "示例 1", to: "示例大学张某") }.issues.map(\.code) == ["wrong_payee"])
      #expect(
        try await refusal { try await pay(claim, "示例 1", on: today.adding(days: 1)) }.issues.map(\.code) == [
          "in_future"
        ])
      #expect(try await pay(claim, "示例 1").state == .paid)
      guard case .illegalMove = try await refusal({ try await pay(claim, "示例 2") }) else {
        Testing.Issue.record("paid twice")
        return
      }
      let other = try await world.claim(.approved)
      #expect(try await refusal { try await pay(other, "示例 1") }.conflictCode == "duplicate_payment")
      let programme = try await world.market.find(
        try await world.market.find(claim, for: .anonymous).programme, for: .anonymous)
      #expect(programme.paid.fen == 200_000_00 && programme.reserved.fen == 0)
      try await world.place("UPDATE claims SET account_name = '别人' WHERE id = \(other)")
      #expect(try await refusal { try await pay(other, "示例 3") }.issues.map(\.code) == ["account_not_theirs"])
    }
  }

  @Test func many_payments_of_one_claim_at_once_are_one() async throws {
    try await World.with { world in
      let claim = try await world.claim(.approved), today = try await world.market.today().text
      let paid = await withTaskGroup(of: Bool.self) { group in
        for i in 0..<8 {
          group.addTask {
            let body: JSONValue = .object([
              "payment_reference": .string("示例 \(i)"), "paid_on": .string(today), "payee": .string("示例大学"),
            ])
            return (try? await world.move(claim, .pay, body, as: world.operator.caller)) != nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(paid == 1)
      let rows = try await world.market.database.query("SELECT reserved::bigint, paid::bigint FROM programmes")
      #expect(try rows.first?.get(0, as: Int64.self) == 0 && rows.first?.get(1, as: Int64.self) == 200_000_00)
    }
  }

  @Test func what_is_asked_back_is_there_again_only_when_it_has_come_back() async throws {
    try await World.with { world in
      let claim = try await world.claim(.paid)
      let programme = try await world.market.find(claim, for: .anonymous).programme
      func balance() async throws -> Int64 { try await world.market.find(programme, for: .anonymous).balance.fen }
      let before = try await balance()
      let why: JSONValue = .object(["ground": .string("termination"), "reason": .string("项目终止")])
      try await world.move(claim, .reclaim, why, as: world.supervisor.caller)
      #expect(try await balance() == before)
      let back: JSONValue = .object([
        "recovery_reference": .string("示例退款"), "recovered_on": .string(try await world.market.today().text),
      ])
      #expect(try await records(world) == 0)
      let recovered = try await world.move(claim, .recover, back, as: world.operator.caller)
      #expect(recovered.state == .recovered && recovered.ground == "termination")
      #expect(try await balance() == before + 200_000_00)
    }
  }

  @Test func fraud_is_put_forward_for_an_integrity_record() async throws {
    try await World.with { world in
      let claim = try await world.claim(.audited)
      let why: JSONValue = .object(["ground": .string("fraud"), "reason": .string("发票系伪造")])
      try await world.move(claim, .reclaim, why, as: world.supervisor.caller)
      #expect(try await records(world) == 1)
      let record = try await world.market.list(
        IntegrityRecord.self, for: world.supervisor.caller, filters: [:], page: PageRequest()
      ).items.first
      #expect(record?.organisation == world.university.id && record?.state == .proposed && record?.ground == "fraud")
      // Once a record is in force its organisation is given no public money.
      let next = try await world.claim(.eligible)
      try await world.place(
        """
        UPDATE integrity_records SET status = 'in_force', decision = '示例', in_force_from = market_now() - interval '1 day',
          until_on = market_today() + 100
        """)
      let barred = try await refusal { try await world.move(next, .apply, as: world.university.caller) }
      #expect(barred.issues.map(\.code) == ["integrity"])
    }
  }

  private func records(_ world: World) async throws -> Int {
    try await world.market.database.query("SELECT count(*) FROM integrity_records").first?.get(0) ?? 0
  }

  /// 市场验收 before 政府补助: by stage when the milestone has passed, afterwards when the whole was accepted, and never for a project
  /// that was given up.
  @Test func a_claim_follows_its_project_and_its_milestone() async throws {
    try await World.with { world in
      func owed(_ mode: String, _ project: Project.State, _ milestone: Milestone.State? = nil) async throws -> Bool {
        let claim = try await world.claim(.eligible)
        let made = try await world.market.find(claim, for: .system)
        let contract = try await world.market.find(made.contract, for: .system)
        let id = ID<Project>(), stone = ID<Milestone>()
        try await world.place(
          """
          INSERT INTO projects (id, status, rulebook, challenge, bid, poster, solver, title, price, deal, contract_due_at,
            pledge, pledge_content, pledge_hash, pledged_at, pledge_confirmed_at, ends_on, started_at, accept_by, ground, decision, reason,
            approved_cost)
          SELECT \(id), \(project.rawValue), 1, \(ID<Challenge>()), \(ID<Bid>()), \(world.enterprise.id), \(world.university.id), '示例项目', 1,
            \(contract.deal), market_now(), 'x', '{}', 'sha256:' || repeat('0', 64), market_now(), market_now(), market_today(), market_now(),
            market_now(), 'mutual', 'x', 'x', 1
          """,
          """
          INSERT INTO milestones (id, project, status, rulebook, number, title, indicators, due_on, pay_percent, rectify_by, results,
            submitted_at)
          VALUES (\(stone), \(id), \((milestone ?? .planned).rawValue), 1, 1, '示例里程碑', '[{}]', market_today(), 30, market_now(), '[{}]',
            market_now())
          """,
          """
          UPDATE claims SET mode = \(mode), project = \(id), milestone = CASE WHEN \(mode == "stage") THEN \(stone) END
          WHERE id = \(claim)
          """)
        do {
          try await world.move(claim, .apply, as: world.university.caller)
          return true
        } catch let refusal as Refusal {
          #expect(refusal.issues.map(\.code) == ["basis_missing"])
          return false
        }
      }
      for state in Project.State.allCases {
        let post = try await owed("post", state), pre = try await owed("pre", state)
        let stage = try await owed("stage", state, .passed)
        #expect(post == (state == .completed), "\(state)")
        #expect(pre == [.contracted, .executing, .acceptance, .completed].contains(state), "\(state)")
        #expect(stage == ![.failed, .terminated, .forfeited].contains(state), "\(state)")
      }
      for stone in Milestone.State.allCases {
        let isOwed = try await owed("stage", .executing, stone)
        #expect(isOwed == (stone == .passed), "\(stone)")
      }
    }
  }

  @Test func nothing_is_paid_once_the_contract_is_cancelled() async throws {
    try await World.with { world in
      let claim = try await world.claim(.approved)
      try await world.place("UPDATE contracts SET status = 'cancelled'")
      let body: JSONValue = .object([
        "payment_reference": .string("示例 1"), "paid_on": .string(try await world.market.today().text),
        "payee": .string("示例大学"),
      ])
      let refused = try await refusal { try await world.move(claim, .pay, body, as: world.operator.caller) }
      #expect(refused.issues.map(\.code) == ["contract_not_registered"])
      #expect(try await world.move(claim, .refuse, aReason, as: world.supervisor.caller).state == .refused)
      #expect(try await world.market.reconcileSubsidies().isEmpty == false, "what was placed has no events")
    }
  }

  /// A canary: the digits are in their column, and nowhere else in the database.
  @Test func an_account_number_is_in_its_own_column_and_nowhere_else() async throws {
    try await World.with { world in
      let made = try await world.claim(.eligible)
      let canary = "6230580000123459876"
      let me = world.university.caller
      let edited = try await world.market.work(as: me) { work in
        try await work.edit(made, .object(["account_number": .string(canary)]), version: nil)
      }
      #expect(edited.accountEnd == "9876")
      try await world.move(made, .apply, as: me)
      for caller in [me, world.operator.caller, world.supervisor.caller, world.admin.caller, .system] {
        let json = try await world.market.find(made, for: caller).json(for: caller)
        #expect(!String(decoding: json, as: UTF8.self).contains(canary))
      }
      let notPaying = try await refusal {
        try await world.market.work(as: world.operator.caller) {
          try await $0.revealAccount(of: made, Input(["purpose": .text("拨付")]))
        }
      }
      guard case .forbidden = notPaying else {
        Testing.Issue.record("shown to an operator who has nothing to pay")
        return
      }
      let own = try await world.market.work(as: me) {
        try await $0.revealAccount(of: made, Input(["purpose": .text("核对")]))
      }
      #expect(own.number == canary)
      let events = try await world.history(as: .system)
      #expect(events.last?.action == "reveal_account" && events.contains { $0.action == "edit" })
      var tables: [String] = []
      for name in try await world.rowCounts().keys {
        let found = try await world.market.database.query(
          SQL(unsafe: "SELECT count(*) FROM \(name) t WHERE t::text LIKE '%\(canary)%'"))
        if try found.first?.get(0, as: Int.self) ?? 0 > 0 { tables.append(name) }
      }
      #expect(tables == ["claims"])
    }
  }
}
