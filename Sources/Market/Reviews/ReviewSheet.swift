import Postgres

/// One member's sheet for one bid: the bid under its letter, without a name, a team or a price, and what the member made of it.
public struct ReviewSheet: Sendable {
  public let label: String
  public let plan: String
  /// JSON: the criteria in their order.
  public let criteria: [UInt8]
  /// JSON: what the member has said; nil before.
  public let scores: [UInt8]?
  public let submittedAt: Instant?

  static let score: [InputField] = [
    InputField("criterion", .integer(1...20), Phrase("标准的序号", "the criterion's place, from 1")),
    InputField("score", .integer(0...100), Phrase("评分,0 至 100", "score, 0 to 100")),
    InputField("comment", .text(max: 1000), Phrase("评审意见", "what the score rests on")),
  ]
  public static let inputs: [InputField] = [
    InputField("scores", .records(maxItems: 20, score), Phrase("逐项评分和意见", "a score and a comment for every criterion"))
  ]
  public static let shown: [InputField] = [
    InputField("label", .text(max: 3), Phrase("揭榜书代号", "the bid's letter")),
    InputField("plan", .text(max: 20000), Phrase("实施方案(单位名称已隐去)", "how it will be done; names of bidders blotted out")),
    InputField("criteria", .records(maxItems: 20, Criterion.inputs), Phrase("评审标准", "criteria")),
    InputField("scores", .records(maxItems: 20, score), required: false, Phrase("本人的评分", "one's own scores")),
    InputField("submitted_at", .instant, required: false, Phrase("提交时间", "handed in at")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("label", label)
      json.string("plan", plan)
      json.raw("criteria", criteria)
      json.key("scores")
      if let scores { json.raw(scores) } else { json.null() }
      json.key("submitted_at")
      if let submittedAt { json.instant(submittedAt) } else { json.null() }
    }
  }
}

extension Work {
  /// The caller's own sheets, in the order of the letters; nobody has them but the member, whatever their office.
  public func ownSheets(in id: ID<Panel>) async throws -> [ReviewSheet] {
    let (expert, status, _) = try await ownSeat(in: id)
    guard status == "accepted" else {
      throw Refusal.blocked([
        Issue(code: "not_declared", detail: Phrase("请先声明有无利害关系", "declare first whether there is a conflict"))
      ])
    }
    let names = try await tx.query(
      """
      SELECT DISTINCT o.name FROM panels p CROSS JOIN challenge_parties(p.challenge) x JOIN organisations o ON o.id = x
      WHERE p.id = \(id) AND o.id <> (SELECT organisation FROM challenges WHERE id = p.challenge) ORDER BY 1
      """
    ).map { row throws(DecodingFailure) in try row.get(0, as: String.self) }
    return try await tx.query(
      """
      SELECT l.label, b.plan, c.criteria, s.at,
        (SELECT jsonb_agg(jsonb_build_object('criterion', x.criterion, 'score', x.score, 'comment', x.comment) ORDER BY x.criterion)
         FROM panel_scores x WHERE x.panel = l.panel AND x.expert = \(expert) AND x.bid = l.bid)
      FROM panel_bids l JOIN bids b ON b.id = l.bid JOIN challenges c ON c.id = b.challenge
        LEFT JOIN panel_sheets s ON s.panel = l.panel AND s.expert = \(expert) AND s.bid = l.bid
      WHERE l.panel = \(id) AND b.status <> 'invalid' ORDER BY length(l.label), l.label
      """
    ).map { row in
      var c = row.columns
      let label: String = try c.next(), plan: String = try c.next(), criteria = try c.next(JSONB.self).bytes
      let at: Instant? = try c.next(), scores = try c.next(JSONB?.self)?.bytes
      return ReviewSheet(
        label: label, plan: names.reduce(plan) { $0.replacing($1, with: "〔名称已隐去〕") }, criteria: criteria,
        scores: scores,
        submittedAt: at)
    }
  }

  /// A member hands in the sheet for one bid: every criterion once, for good.
  public func submitSheet(for label: String, in id: ID<Panel>, _ input: Input) async throws -> ReviewSheet {
    let (panel, _) = try await lock(id), (expert, status, ground) = try await ownSeat(in: id)
    if status == "declined", let ground { throw Refusal.recused(ground: ground) }
    guard panel.state == .reviewing, status == "accepted" else { throw Refusal.panelNotOpen }
    try await market.expectNoConflict(of: expert, with: panel, tx)
    let bids = try await tx.query(
      """
      SELECT l.bid, jsonb_array_length(c.criteria) FROM panel_bids l JOIN bids b ON b.id = l.bid JOIN challenges c ON c.id = b.challenge
      WHERE l.panel = \(id) AND l.label = \(label) AND b.status = 'opened'
      """)
    guard let row = bids.first else { throw Refusal.notFound(Bid.noun) }
    let scores = JSONValue.parse(input.records("scores") ?? [])?.array ?? []
    let places = scores.compactMap { $0["criterion"]?.number.flatMap { Int(exactly: $0) } }
    let count: Int = try row.get(1)
    guard places.sorted() == Array(1...max(count, 1)) else {
      throw Refusal.invalid([
        Issue(
          pointer: "/scores", code: "every_criterion_once",
          detail: Phrase("须对全部 \(count) 项标准各评一次", "each of the \(count) criteria is scored once"))
      ])
    }
    let bid: ID<Bid> = try row.get(0)
    _ = try await tx.execute("INSERT INTO panel_sheets (panel, expert, bid) VALUES (\(id), \(expert), \(bid))")
    _ = try await tx.execute(
      """
      INSERT INTO panel_scores (panel, expert, bid, criterion, score, comment)
      SELECT \(id), \(expert), \(bid), x.criterion, x.score, x.comment
      FROM jsonb_to_recordset(\(JSONB(JSONValue.array(scores).canonical)))
        x (criterion smallint, score smallint, comment text)
      """)
    // That it was handed in is remembered, under a seal; not how, and for which bid.
    try await note(
      Panel.kind, ID(bits: id.bits), "score", to: panel.state.rawValue, version: panel.version, isSealed: true)
    guard let sheet = try await ownSheets(in: id).first(where: { $0.label == label }) else {
      throw Refusal.notFound(Bid.noun)
    }
    return sheet
  }
}
