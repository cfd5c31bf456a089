import Postgres

extension Effect<Claim> {
  static let apply = Effect(
    first: { claim, work in
      try await work.expectIntegrity(of: [claim.organisation])
      try await work.cite(claim)
    },
    set: { claim, moment in
      let due = try moment.rules.end(of: .subsidyVerification, from: moment.now, region: claim.terms.region)
      return "due_at = \(due), verifiers = '{}', reason = NULL"
    })

  static let exclude = Effect(
    set: { _, _ in "verifiers = '{}'" },
    then: { claim, moment, work in
      let outlay: ID<Outlay>? = moment.input.id("outlay")
      let left = try await work.tx.execute(
        """
        UPDATE claim_outlays SET live = false, excluded = \(moment.input.text("reason"))
        WHERE claim = \(claim.id) AND outlay = \(outlay) AND live
        """)
      guard left.affected == 1 else {
        throw Refusal.invalid([
          Issue(pointer: "/outlay", code: "not_counted", detail: Phrase("该凭证不在计入之列", "this invoice is not counted"))
        ])
      }
    })

  static let countVerifier = Effect(set: { _, moment in
    "verifiers = array_append(verifiers, \(moment.caller.anyone))"
  })

  /// Finds the amount. Claims on one contract take turns, so that each knows what the others were found.
  static let compute = Effect(
    first: { claim, work in
      _ = try await work.tx.query(
        "SELECT pg_advisory_xact_lock(hashtextextended('claims on ' || \(claim.contract.text), 0))")
    },
    set: { claim, moment in
      let sheet = try claim.sheet(by: moment.rules, on: moment.now.dateInShanghai)
      guard sheet.amount.fen > 0 else {
        let least = sheet.lines.filter(sheet.binds).map(\.name)
        throw Refusal.blocked([
          Issue(
            code: "nothing_due",
            detail: Phrase(
              "按规则可补助金额为 0:\(least.map(\.zh).joined(separator: ";"))",
              "nothing is due: \(least.map(\.en).joined(separator: "; "))"))
        ])
      }
      return """
        verifiers = array_append(verifiers, \(moment.caller.anyone)), amount = \(sheet.amount), sheet = \(JSONB(sheet.json))
        """
    })

  static let beginAgain = Effect(set: { _, moment in
    "reason = \(moment.input.text("reason")), verifiers = '{}', amount = NULL, sheet = NULL, due_at = NULL"
  })
}

extension Claim {
  /// The sheet of this claim as things stand.
  func sheet(by rules: Rulebook, on date: CivilDate) throws -> SubsidySheet {
    func rule(_ key: RuleKey) throws -> Rulebook.Rule { try rules.rule(key, region: terms.region, on: date) }
    return SubsidySheet(
      SubsidySheet.Terms(
        base: spending.base.fen, rate: terms.rate, programmeCap: terms.cap.fen, requested: requested?.fen,
        contractTotal: basis.total.fen, input: min(spending.base.fen + spending.elsewhere.fen, Money.ceiling),
        granted: spending.granted.fen, balance: terms.balance.fen),
      SubsidySheet.Rules(
        cap: try rule(.subsidyCap), contractShare: try rule(.subsidyRateMaximum),
        inputShare: try rule(.subsidyInputShareMaximum)))
  }
}

extension Work {
  /// Rests the claim on every invoice that it may rest on. One that is in another live claim, whichever programme's, is refused:
  /// the index says so under any race, and the other claim is named to those alone who may know of it.
  fileprivate func cite(_ claim: Claim) async throws {
    let own: SQL =
      """
      FROM claims t JOIN organisations o ON o.id = t.organisation JOIN deals d ON d.id = t.deal
      JOIN outlays l ON \(sql: Claim.citable)
      """
    _ = try await tx.execute("DELETE FROM claim_outlays WHERE claim = \(claim.id)")
    _ = try await tx.execute(
      """
      INSERT INTO claim_outlays (claim, outlay, identity, amount, related, live)
      SELECT c.claim, c.outlay, c.identity, c.amount, c.related, NOT c.related FROM (
        SELECT t.id AS claim, l.id AS outlay, l.identity, l.amount, (\(sql: Outlay.related)) AS related
        \(sql: own) WHERE t.id = \(claim.id) ORDER BY l.identity FOR SHARE OF l) c
      ON CONFLICT (identity) WHERE live DO NOTHING
      """)
    let taken = try await tx.query(
      """
      SELECT l.invoice_no, x.claim \(sql: own) JOIN claim_outlays x ON x.identity = l.identity AND x.live AND x.claim <> t.id
      WHERE t.id = \(claim.id) AND NOT (\(sql: Outlay.related)) ORDER BY l.invoice_no
      """)
    guard !taken.isEmpty else { return }
    let numbers = try taken.map { try $0.get(0, as: String.self) }.unique.joined(separator: ", ")
    let others: [ID<Claim>] = try taken.map { try $0.get(1) }
    let known = try await tx.query(
      """
      SELECT t.id FROM \(sql: Claim.from(Claim.table)) WHERE t.id = ANY(\(others)) AND \(sql: Claim.visible(to: caller))
      ORDER BY t.id
      """
    ).map { row throws(DecodingFailure) in try row.get(0, as: ID<Claim>.self).text }.joined(separator: ", ")
    let zh = known.isEmpty ? "" : "(\(known))", en = known.isEmpty ? "" : " (\(known))"
    throw Refusal.conflict(
      code: "invoice_funded",
      detail: Phrase("\(Claim.funded.zh)\(zh):发票 \(numbers)", "\(Claim.funded.en)\(en): \(numbers)"))
  }
}
