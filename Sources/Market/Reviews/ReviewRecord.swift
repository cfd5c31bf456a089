import Postgres

/// What the public gets of a review: every sheet without a name, and what follows from them, so that anybody can rank the bids again.
struct ReviewRecord: Sendable {
  let json: JSONValue

  /// - Returns: nil where there is no closed panel.
  static func read(_ challenge: Challenge, _ market: Market, in source: any Answering) async throws -> ReviewRecord? {
    guard let panel = try await JudgedBid.panel(of: challenge.id, in: source) else { return nil }
    let day = try await market.today(), rules = try await market.rulebook(challenge.rulebook)
    func number(_ key: RuleKey) throws -> JSONValue {
      .number(Double(try rules.rule(key, region: challenge.region, on: day).value))
    }
    let bids = try await JudgedBid.read(panel, in: source).filter { $0.mean != nil }
    let areNamed = try rules.rule(.reviewNames, region: challenge.region, on: day).value > 1
    let reviewers = try await source.query(
      """
      SELECT m.number, p.name FROM panel_candidates m JOIN experts e ON e.id = m.expert JOIN people p ON p.id = e.person
      WHERE m.panel = \(panel) AND m.status = 'accepted' AND m.number IS NOT NULL ORDER BY m.number
      """
    ).map { row in
      var members: [String: JSONValue] = ["reviewer": .number(Double(try row.get(0, as: Int.self)))]
      if areNamed { members["name"] = .string(try row.get(1)) }
      return JSONValue.object(members)
    }
    return ReviewRecord(
      json: .object([
        "panel": .string(panel.text), "criteria": .array(challenge.criterionList.map(\.json)),
        "reviewers": .array(reviewers), "drop_extremes_from": try number(.panelLarge),
        "technical_mark": try number(.technicalMark), "bids": .array(bids.map(line)),
      ]))
  }

  private static func line(_ bid: JudgedBid) -> JSONValue {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    func number(_ value: Int?) -> JSONValue { value.map { .number(Double($0)) } ?? .null }
    return .object([
      "label": .string(bid.label), "mean": text(bid.mean), "indicator": text(bid.indicator),
      "highest": text(bid.highest), "lowest": text(bid.lowest), "deviation": text(bid.deviation),
      "price": text(bid.price?.yuan), "qualified": .bool(bid.isQualified), "rank": number(bid.rank),
      "receipt": number(bid.receipt),
      "sheets": .array(
        bid.sheets.map {
          .object([
            "reviewer": number($0.reviewer), "scores": .array($0.scores.map { number($0) }),
          ])
        }),
    ])
  }
}

extension Market {
  /// What a closed panel said: for those who run it from then on, for everybody once the award is proposed.
  public func reviewRecord(of id: ID<Panel>, for caller: Caller) async throws -> [UInt8] {
    let panel = try await find(id, for: caller)
    let isStaff = !panel.standing(of: caller).isDisjoint(with: [.operator, .supervisor, .system])
    let challenge = try await find(panel.challenge, for: .system)
    let isPublic = !challenge.awards.isEmpty || challenge.state == .noAward
    guard panel.state == .closed, isStaff || isPublic,
      let record = try await ReviewRecord.read(challenge, self, in: database)
    else { throw Refusal.notFound(Phrase("评审结果", "result of the review")) }
    return record.json.canonical
  }
}
