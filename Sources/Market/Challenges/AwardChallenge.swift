import Postgres

/// A bid that may still win, and where it stands.
struct RankedBid: Sendable {
  let id: ID<Bid>
  let organisation: ID<Organisation>
  let price: Money?
  /// Out of 100, with two digits behind the point; nil where nobody has reviewed it.
  let score: String?
  let rank: Int
  /// Its letter before the panel.
  let label: String?
}

extension Effect<Challenge> {
  /// Writes the proposal down and starts its notice. The best scored bids win, or somebody says in writing why not.
  static let proposeAward = Effect(
    then: { challenge, moment, work in
      let chosen = try Award.bids(moment.input), running = try await work.ranking(of: challenge)
      let places = min(challenge.racers - challenge.standingAwards.count, running.count)
      guard chosen.count == max(places, 1) else {
        throw Refusal.invalid([
          Issue(
            pointer: "/bids", code: "wrong_number",
            detail: Phrase("本次应拟 \(max(places, 1)) 份中榜", "this proposal names \(max(places, 1)) of the bids"))
        ])
      }
      let reason = moment.input.text("reason") ?? ""
      let winners = try chosen.map { id in try running.winner(id) }
      // Equals of a plain need share a rank; a panel's ranking has no equals.
      let lastRank = running.prefix(places).last?.rank ?? 0
      if winners.contains(where: { $0.bid.rank > lastRank }), reason.trimmed.isEmpty {
        throw Refusal.invalid([
          Issue(pointer: "/reason", code: "required", detail: Phrase("未按评分排序,须说明理由", "not the best scored: say why"))
        ])
      }
      try await work.expectIntegrity(ofBids: winners.map(\.bid.id))
      let last = challenge.awards.map(\.rank).max() ?? 0
      for (i, (bid, price)) in winners.sorted(by: { $0.bid.rank < $1.bid.rank }).enumerated() {
        _ = try await work.tx.execute(
          """
          INSERT INTO awards (challenge, bid, rank, organisation, price, score, reason)
          VALUES (\(challenge.id), \(bid.id), \(Int32(last + 1 + i)), \(bid.organisation), \(price),
            \(bid.score)::text::numeric, \(bid.rank > lastRank ? reason : ""))
          """)
      }
      try await work.putAwardOnNotice(challenge.id, days: moment.input.integer("days"))
    })

  static let endorse = Effect(then: { challenge, _, work in
    _ = try await work.tx.execute(
      """
      UPDATE awards SET endorsed_at = market_now()
      WHERE challenge = \(challenge.id) AND awarded_at IS NULL AND reason <> ''
      """)
  })

  static let withdrawProposal = Effect(
    set: { _, moment in "reason = \(moment.input.text("reason"))" },
    then: { challenge, moment, work in
      try await work.revokeNotice(of: challenge, moment.input.text("reason"))
      _ = try await work.tx.execute("DELETE FROM awards WHERE challenge = \(challenge.id) AND awarded_at IS NULL")
    })

  static let makeAward = Effect(
    first: { challenge, work in
      try await work.closeNotice(of: challenge)
      try await work.expectIntegrity(ofBids: challenge.proposedAwards.map(\.bid))
    },
    then: { challenge, _, work in
      let rows = try await work.tx.execute(
        "UPDATE awards SET awarded_at = market_now() WHERE challenge = \(challenge.id) AND awarded_at IS NULL RETURNING bid"
      )
      guard !rows.isEmpty else {
        throw Refusal.blocked([Issue(code: "no_proposal", detail: Phrase("没有拟中榜结果", "nothing has been proposed"))])
      }
      let winners = try rows.map { row throws(DecodingFailure) in try row.get(0, as: ID<Bid>.self) }
      try await Challenge.settle(challenge.id, winners: winners, work)
      try await work.openProjects(of: challenge)
    })
}

extension InputField {
  static let endorsement = InputField("opinion", .text(max: 1000), Phrase("同意偏离排序的意见", "why the deviation stands"))
}

extension Guard<Challenge> {
  static let deviates = Guard("follows_ranking", "拟中榜结果未偏离排序", "the proposal follows the ranking") { challenge, _ in
    challenge.proposedAwards.contains { !$0.reason.isEmpty && !$0.isEndorsed }
  }
  static let isEndorsed = Guard(
    "not_endorsed", "偏离排序须经另一名监督人员书面同意", "a deviation from the ranking needs a second supervisor"
  ) { challenge, _ in challenge.proposedAwards.allSatisfy { $0.reason.isEmpty || $0.isEndorsed } }
}

extension Award {
  /// The bids that a proposal names, by rank.
  static func bids(_ input: Input) throws(Refusal) -> [ID<Bid>] {
    var bids: [ID<Bid>] = []
    for (i, text) in (input.texts("bids") ?? []).enumerated() {
      guard let id = ID<Bid>(text) else {
        throw .invalid([
          Issue(
            pointer: "/bids/\(i)", code: "bad_id",
            detail: Phrase("应为 bid_ 开头的标识", "must be an id that begins with bid_"))
        ])
      }
      bids.append(id)
    }
    return bids
  }
}

extension [RankedBid] {
  /// One of those in the running that was reviewed and whose price is known.
  fileprivate func winner(_ id: ID<Bid>) throws(Refusal) -> (bid: RankedBid, price: Money) {
    guard let bid = first(where: { $0.id == id }) else {
      throw .invalid([
        Issue(pointer: "/bids", code: "not_in_running", detail: Phrase("这份揭榜书不在评审之列", "this bid is not in the running"))
      ])
    }
    guard bid.score != nil else {
      throw .notReviewed
    }
    guard let price = bid.price else {
      throw .blocked([
        Issue(code: "prices_sealed", detail: Phrase("报价信封尚未开启", "the financial envelopes have not been opened"))
      ])
    }
    return (bid, price)
  }
}

extension Work {
  /// The bids that may still win, best first.
  func ranking(of challenge: Challenge) async throws -> [RankedBid] {
    guard challenge.mode == "plain_demand" else {
      guard let panel = try await JudgedBid.panel(of: challenge.id, in: tx) else { throw Refusal.notReviewed }
      return try await JudgedBid.read(panel, in: tx).compactMap { bid in
        guard let rank = bid.rank, bid.state == .opened || bid.state == .reserve else { return nil }
        return RankedBid(
          id: bid.bid, organisation: bid.organisation, price: bid.price, score: bid.mean, rank: rank, label: bid.label)
      }.sorted { $0.rank < $1.rank }
    }
    return try await tx.query(
      """
      SELECT b.id, b.organisation, b.price, round(avg(r.score), 2)::text,
        rank() OVER (ORDER BY avg(r.score) DESC NULLS LAST, b.price)
      FROM bids b LEFT JOIN bid_reviews r ON r.bid = b.id
      WHERE b.challenge = \(challenge.id) AND b.status IN ('opened', 'reserve') GROUP BY b.id ORDER BY 5, b.id
      """
    ).map { row throws(DecodingFailure) in
      RankedBid(
        id: try row.get(0), organisation: try row.get(1), price: try row.get(2), score: try row.get(3),
        rank: try row.get(4), label: nil)
    }
  }

  /// The proposal in public: who, for how much, with which score, and why when it was not the best.
  fileprivate func putAwardOnNotice(_ id: ID<Challenge>, days: Int?) async throws {
    let (challenge, _) = try await asSystem.lock(id)
    let proposed = challenge.proposedAwards
    let scores = try await tx.query(
      "SELECT score::text FROM awards WHERE challenge = \(id) AND awarded_at IS NULL ORDER BY rank"
    ).map { row throws(DecodingFailure) in try row.get(0, as: String?.self) }
    var details = challenge.onNotice, labels: [JudgedBid] = []
    if let panel = try await JudgedBid.panel(of: id, in: tx) { labels = try await JudgedBid.read(panel, in: tx) }
    if let record = try await ReviewRecord.read(challenge, market, in: tx) { details["review"] = record.json }
    details["awards"] = .array(
      zip(proposed, scores).map { award, score in
        let label = labels.first { $0.bid == award.bid }?.label
        var members: [String: JSONValue] = [
          "rank": .number(Double(award.rank)), "bid": .string(award.bid.text),
          "solver": .string(award.organisationName), "price": .string(award.price.yuan),
          "reason": .string(award.reason),
        ]
        if let score { members["score"] = .string(score) }
        if let label { members["label"] = .string(label) }
        return .object(members)
      })
    try await putOnNotice(
      challenge, as: "award", title: "关于“\(challenge.title)”拟中榜结果的公示", region: challenge.region,
      parties: ([challenge.organisation] + proposed.map(\.organisation)).unique, details: details, days: days)
  }
}

extension Challenge {
  /// Tells every bid how it ended: those that win, those that stand next in rank, and the others. What was never opened goes unread.
  static func settle(_ challenge: ID<Challenge>, winners: [ID<Bid>], _ work: Work) async throws {
    let rows = try await work.tx.query(
      """
      SELECT id, status, price IS NOT NULL FROM bids WHERE challenge = \(challenge) AND status IN ('opened', 'reserve')
      ORDER BY id
      """)
    for row in rows {
      let bid: ID<Bid> = try row.get(0), isReserve = try row.get(1, as: String.self) == Bid.State.reserve.rawValue
      let isPriced: Bool = try row.get(2)
      if winners.contains(bid) {
        try await work.asSystem.move(bid, .win, version: nil)
      } else if winners.isEmpty || !isPriced {
        try await work.asSystem.move(bid, .lose, version: nil)
      } else if !isReserve {
        try await work.asSystem.move(bid, .keep, version: nil)
      }
    }
    _ = try await work.tx.execute(
      """
      DELETE FROM sealed_bids s USING challenges c
      WHERE s.challenge = \(challenge) AND c.id = s.challenge AND c.status = 'cancelled' AND c.opened_at IS NULL
      """)
  }
}

extension Refusal {
  static let notReviewed = Refusal.blocked([
    Issue(code: "not_reviewed", detail: Phrase("尚未评审或评审尚未结束", "not reviewed, or the review has not ended"))
  ])
}
