import Postgres

extension Work {
  /// Freezes the list that a panel for a challenge will be drawn from: every listed expert of its field whom nothing stands between
  /// and a party. Who is left out is kept with the ground, for the supervisor.
  public func formPanel(on id: ID<Challenge>, _ input: Input) async throws -> Panel {
    let (challenge, now) = try await lock(id)
    let parties = try await tx.query("SELECT challenge_parties(\(id))").map { row throws(DecodingFailure) in
      try row.get(0, as: ID<Organisation>.self)
    }
    guard caller.standing(parties: parties).contains(.operator), let organisation = caller.organisation else {
      throw Refusal.forbidden(needs: [Actor.operator.rawValue])
    }
    guard challenge.mode != "plain_demand", challenge.state == .evaluating, challenge.pricesOpenedAt == nil else {
      throw Refusal.conflict(
        code: "not_evaluating",
        detail: Phrase(
          "只有评审阶段、报价未开启的上榜题目组建评审组", "a panel is formed for a challenge of the board under evaluation, its prices sealed"
        ))
    }
    guard !challenge.criterionList.isEmpty else {
      throw Refusal.blocked([
        Issue(code: "criteria_missing", detail: Phrase("题目没有评审标准", "the challenge has no criteria to judge by"))
      ])
    }
    let rules = try await market.rulebook(challenge.rulebook), day = now.dateInShanghai
    let size = try panelSize(input.integer("size"), rules, region: challenge.region, on: day)
    let share = Int(try rules.rule(.industryShareMinimum, region: challenge.region, on: day).value)
    let industrySeats = (size * share + 99) / 100
    let candidates = try await candidates(for: challenge, since: try rules.conflictsSince(challenge.region, day))
    let pool = candidates.filter { $0.ground == nil }
    guard pool.count >= size, pool.count(where: \.isIndustry) >= industrySeats else {
      throw Refusal.blocked([
        Issue(
          code: "pool_too_small",
          detail: Phrase(
            "可抽取专家 \(pool.count) 名(产业界 \(pool.count(where: \.isIndustry)) 名),需要 \(size) 名(产业界 \(industrySeats) 名):请扩充专家库",
            "\(pool.count) can be drawn, \(pool.count(where: \.isIndustry)) of industry; \(size) and \(industrySeats) are needed: enlarge the pool"
          ))
      ])
    }
    var input = input
    input["size"] = .integer(Int64(size))
    let draw = PanelDraw(market.ledger.name.suite.hash, panel: "", size: size, industrySeats: industrySeats)
    let panel = try await create(
      Panel.self, input,
      own: [
        ("challenge", .reference(id.bits)), ("organisation", .reference(organisation.bits)),
        ("industry_seats", .integer(Int64(industrySeats))), ("pool_size", .integer(Int64(pool.count))),
        ("pool_digest", .text(draw.digest(pool.map(\.entrant)))),
      ])
    _ = try await tx.execute(
      """
      INSERT INTO panel_candidates (panel, expert, kind, status, ground)
      SELECT \(panel.id), u.expert, u.kind, CASE u.ground WHEN '' THEN 'waiting' ELSE 'excluded' END, nullif(u.ground, '')
      FROM unnest(\(candidates.map(\.expert)), \(candidates.map(\.kind)), \(candidates.map { $0.ground ?? "" }))
        u (expert, kind, ground)
      """)
    return panel
  }

  private struct Candidate: Sendable {
    let expert: ID<Expert>
    let kind: String
    let ground: String?
    var isIndustry: Bool { Expert.industryKinds.contains(kind) }
    var entrant: PanelDraw.Entrant { PanelDraw.Entrant(expert.text, isIndustry: isIndustry) }
  }

  private func candidates(for challenge: Challenge, since: CivilDate) async throws -> [Candidate] {
    try await tx.query(
      """
      SELECT e.id, e.kind, (SELECT min(c.ground) FROM expert_conflicts(e.id, \(challenge.id), \(since)) c) FROM experts e
      WHERE e.status = 'listed' AND (\(challenge.field)::text IS NULL OR \(challenge.field)::text = ANY(e.fields)) ORDER BY e.id
      """
    ).map { row throws(DecodingFailure) in
      Candidate(expert: try row.get(0), kind: try row.get(1), ground: try row.get(2))
    }
  }

  /// An odd number, and no smaller than the rule's.
  private func panelSize(_ asked: Int?, _ rules: Rulebook, region: String, on day: CivilDate) throws -> Int {
    let rule = try rules.rule(.panelMinimum, region: region, on: day)
    let least = Int(rule.value) | 1, size = asked ?? least
    guard size >= least else {
      throw Refusal.invalid([
        Issue(
          pointer: "/size", code: "below_legal_floor",
          detail: Phrase(
            "评审专家不得少于 \(least) 人(规则 \(rule.key),依据:\(rule.legalBasis))",
            "a panel has at least \(least) members (rule \(rule.key), \(rule.legalBasis))"))
      ])
    }
    guard size % 2 == 1 else {
      throw Refusal.invalid([
        Issue(pointer: "/size", code: "even", detail: Phrase("评审专家人数须为单数", "the number of members is odd"))
      ])
    }
    return size
  }
}

extension Rulebook {
  /// The day from which on what has ended still counts as a conflict.
  func conflictsSince(_ region: String, _ day: CivilDate) throws -> CivilDate {
    let months = Int(try rule(.conflictLookback, region: region, on: day).value)
    let (year, month, date) = day.parts
    let before = year * 12 + month - 1 - months
    // The 31st of a shorter month is its last day.
    for last in stride(from: date, through: 1, by: -1) {
      if let day = CivilDate(year: before / 12, month: before % 12 + 1, day: last) { return day }
    }
    return day
  }
}

extension Market {
  /// Refuses an expert who is, by what is known now, in conflict with a challenge.
  func expectNoConflict(of expert: ID<Expert>, with panel: Panel, _ tx: Transaction) async throws {
    let day = try await tx.query("SELECT market_today()").first.map { row in try row.get(0, as: CivilDate.self) }
    guard let day else { return }
    let since = try await rulebook(panel.rulebook).conflictsSince(panel.region, day)
    let found = try await tx.query(
      "SELECT min(ground) FROM expert_conflicts(\(expert), \(panel.challenge), \(since))"
    ).first?.get(0, as: String?.self)
    if let ground = found { throw Refusal.recused(ground: ground) }
  }
}
