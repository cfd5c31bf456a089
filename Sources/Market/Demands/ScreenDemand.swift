import Postgres

/// One of the published axes on which a panel scores demands; its weight is the rulebook's.
public struct ScreeningAxis: Sendable {
  public let name: String
  public let doc: Phrase
  let weight: RuleKey

  /// The words of the rulebook's `screening_axis` list; a test compares them.
  public static let all = [
    ScreeningAxis(name: "industry_drive", doc: Phrase("产业带动性", "industry drive"), weight: .screeningIndustryDrive),
    ScreeningAxis(name: "research_basis", doc: Phrase("研发基础", "research basis"), weight: .screeningResearchBasis),
    ScreeningAxis(
      name: "technical_indicators", doc: Phrase("技术指标", "technical indicators"), weight: .screeningTechnicalIndicators),
    ScreeningAxis(
      name: "financial_indicators", doc: Phrase("经济指标", "financial indicators"), weight: .screeningFinancialIndicators),
  ]
}

/// What one member of the panel said of one demand.
public struct DemandSheet: Sendable {
  /// 1, 2, 3 …: members of the panel are numbered, not named.
  public let expert: Int
  /// JSON: axis → 0…100.
  public let scores: [UInt8]
  /// Nil where the reader gets the scores alone.
  public let comment: String?
  public let at: Instant

  public static let inputs: [InputField] =
    ScreeningAxis.all.map { InputField($0.name, .integer(0...100), $0.doc) } + [
      InputField("comment", .text(max: 2000), Phrase("评审意见", "what the scores rest on"))
    ]

  public static let shown: [InputField] = [
    InputField("expert", .integer(1...1000), Phrase("专家序号", "number of the expert")),
    InputField("scores", .object("ScreeningScores"), Phrase("各项得分", "score by axis")),
    InputField("comment", .text(max: 2000), required: false, Phrase("评审意见", "comment")),
    InputField("at", .instant, Phrase("打分时间", "scored at")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.int("expert", expert)
      json.raw("scores", scores)
      json.string("comment", comment)
      json.instant("at", at)
    }
  }
}

extension Work {
  /// A member of the panel scores a demand on every axis, once a submission. Nobody sees another's sheet before the decision.
  /// - Returns: how many sheets this member's is.
  public func score(_ id: ID<Demand>, _ input: Input) async throws -> DemandSheet {
    guard caller.role == .reviewer, let me = caller.individual, let organisation = caller.organisation else {
      throw Refusal.forbidden(needs: [Role.reviewer.rawValue])
    }
    let (demand, _) = try await lock(id)
    guard demand.state == .screening, let round = demand.submittedAt else {
      throw Refusal.conflict(code: "not_screening", detail: Phrase("该需求不在遴选阶段", "the demand is not being screened"))
    }
    // 回避: nobody scores a demand of their own employer.
    guard caller.standing(parties: [demand.organisation]).contains(.reviewer) else {
      throw Refusal.blocked([
        Issue(
          code: "conflict_of_interest", detail: Phrase("与需求单位同属一个单位,应当回避", "same organisation as the poster"))
      ])
    }
    let at: Instant = try await tx.query(
      """
      INSERT INTO demand_sheets (demand, reviewer, organisation, round, comment)
      VALUES (\(id), \(me), \(organisation), \(round), \(input["comment"])) RETURNING at
      """
    ).first!.get(0)
    try await note(about: demand, "score", audience: [organisation], isSealed: true)
    let scores = ScreeningAxis.all.map { axis in
      "(\(id), \(me), \(round), \(axis.name), \(input[axis.name]))" as SQL
    }
    _ = try await tx.execute(
      "INSERT INTO demand_scores (demand, reviewer, round, axis, score) VALUES \(sql: scores.joined(separator: ", "))")
    var json = JSONWriter()
    json.object { json in for axis in ScreeningAxis.all { json.int(axis.name, input.integer(axis.name) ?? 0) } }
    return DemandSheet(expert: demand.sheets + 1, scores: json.bytes, comment: input.text("comment"), at: at)
  }
}

extension Market {
  /// The sheets of a demand's last screening, published with its result: to whoever may know of the demand, the comments to its
  /// poster and those who decide. Before the decision there are none to see.
  public func sheets(of id: ID<Demand>, for caller: Caller) async throws -> [DemandSheet] {
    let demand = try await find(id, for: caller)
    guard [.declined, .shortlisted, .consolidated, .converted].contains(demand.state) else { return [] }
    let seesComments = caller.isStaff || caller.organisation == demand.organisation
    let rows = try await database.query(
      """
      SELECT row_number() OVER (ORDER BY s.at, s.reviewer), jsonb_object_agg(c.axis, c.score), s.comment, s.at
      FROM demand_sheets s JOIN demand_scores c USING (demand, reviewer, round)
      WHERE s.demand = \(id) AND s.round = \(demand.submittedAt)
      GROUP BY s.demand, s.reviewer, s.round ORDER BY 1
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return DemandSheet(
        expert: try c.next(), scores: try c.next(JSONB.self).bytes,
        comment: seesComments
          ? try c.next(String.self)
          : {
            c.skip()
            return nil
          }(), at: try c.next())
    }
  }
}
