import Postgres

extension Effect<Challenge> {
  /// Writes the proposal down and starts its notice. The best scored bid wins, or somebody says in writing why not.
  static let proposeAward = Effect(
    then: { challenge, moment, work in
      guard let chosen: ID<Bid> = moment.input.id("bid") else { return }
      let rows = try await work.tx.query(
        """
        SELECT b.id, b.organisation, b.price, avg(r.score)::float8, rank() OVER (ORDER BY avg(r.score) DESC NULLS LAST, b.price)
        FROM bids b LEFT JOIN bid_reviews r ON r.bid = b.id
        WHERE b.challenge = \(challenge.id) AND b.status = 'opened' GROUP BY b.id
        """)
      guard let row = try rows.first(where: { try $0.get(0, as: ID<Bid>.self) == chosen }) else {
        throw Refusal.invalid([
          Issue(
            pointer: "/bid", code: "not_in_running", detail: Phrase("这份揭榜书不在评审之列", "this bid is not in the running"))
        ])
      }
      guard let score: Double = try row.get(3) else {
        throw Refusal.blocked([
          Issue(code: "not_reviewed", detail: Phrase("该揭榜书尚无评审意见", "nobody has reviewed this bid yet"))
        ])
      }
      guard let price: Money = try row.get(2) else {
        throw Refusal.blocked([
          Issue(code: "prices_sealed", detail: Phrase("报价信封尚未开启", "the financial envelopes have not been opened"))
        ])
      }
      let rank: Int = try row.get(4)
      if rank > 1, (moment.input.text("reason") ?? "").isEmpty {
        throw Refusal.invalid([
          Issue(pointer: "/reason", code: "required", detail: Phrase("未按评分排序,须说明理由", "not the best scored: say why"))
        ])
      }
      _ = try await work.tx.execute(
        """
        INSERT INTO awards (challenge, bid, organisation, price, score, reason)
        VALUES (\(challenge.id), \(chosen), \(try row.get(1, as: ID<Organisation>.self)), \(price),
          round(\(score)::numeric, 2), \(moment.input.text("reason") ?? ""))
        """)
      try await work.putAwardOnNotice(challenge.id, days: moment.input.integer("days"))
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
      let winners = try await work.tx.query(
        "SELECT organisation FROM awards WHERE challenge = \(challenge.id) AND awarded_at IS NULL")
      try await work.expectIntegrity(of: winners.map { try $0.get(0) })
    },
    then: { challenge, _, work in
      let rows = try await work.tx.execute(
        "UPDATE awards SET awarded_at = market_now() WHERE challenge = \(challenge.id) AND awarded_at IS NULL RETURNING bid"
      )
      guard let row = rows.first else {
        throw Refusal.blocked([Issue(code: "no_proposal", detail: Phrase("没有拟中榜结果", "nothing has been proposed"))])
      }
      try await Challenge.settle(challenge.id, winner: try row.get(0), work)
      try await work.openProjects(of: challenge)
    })
}

extension Work {
  /// The proposal in public: who, for how much, with which score, and why when it was not the best.
  fileprivate func putAwardOnNotice(_ id: ID<Challenge>, days: Int?) async throws {
    let (challenge, _) = try await asSystem.lock(id)
    guard let award = challenge.award else { return }
    let score = try await tx.query("SELECT score::text FROM awards WHERE challenge = \(id)").first?.get(
      0, as: String?.self)
    var details = challenge.onNotice
    details.merge([
      "bid": .string(award.bid.text), "solver": .string(award.organisationName), "price": .string(award.price.yuan),
      "reason": .string(award.reason),
    ]) { $1 }
    if let score { details["score"] = .string(score) }
    try await putOnNotice(
      challenge, as: "award", title: "关于“\(challenge.title)”拟中榜结果的公示", region: challenge.region,
      parties: [challenge.organisation, award.organisation], details: details, days: days)
  }
}

extension Challenge {
  /// Tells every bid how it ended. What was never opened goes unread.
  static func settle(_ challenge: ID<Challenge>, winner: ID<Bid>?, _ work: Work) async throws {
    let rows = try await work.tx.query(
      "SELECT id FROM bids WHERE challenge = \(challenge) AND status = 'opened' ORDER BY id")
    for row in rows {
      let bid: ID<Bid> = try row.get(0)
      try await work.asSystem.move(bid, bid == winner ? .win : .lose, version: nil)
    }
    _ = try await work.tx.execute(
      """
      DELETE FROM sealed_bids s USING challenges c
      WHERE s.challenge = \(challenge) AND c.id = s.challenge AND c.status = 'cancelled' AND c.opened_at IS NULL
      """)
  }
}
