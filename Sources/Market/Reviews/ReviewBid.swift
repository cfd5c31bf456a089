import Postgres

/// What one reviewer said of one bid.
public struct BidReview: Sendable {
  public let bid: ID<Bid>
  public let score: Int
  public let comment: String
  public let at: Instant

  public static let inputs: [InputField] = [
    InputField("score", .integer(0...100), Phrase("评分,0 至 100", "score, 0 to 100")),
    InputField("comment", .text(max: 2000), Phrase("评审意见", "what the score rests on")),
  ]

  public static let fields: [Field<BidReview>] = [
    .reference("bid", \.bid, .shown, "揭榜书", "bid"),
    .integer("score", \.score, 0...100, .shown, "评分", "score"),
    .text("comment", \.comment, max: 2000, .shown, "评审意见", "comment"),
    .instant("at", \.at, "评审时间", "reviewed at"),
  ]
}

extension Work {
  /// A reviewer scores an offer to a plain need, once, while it is being evaluated; what is on the board has its panel.
  public func review(_ id: ID<Bid>, _ input: Input) async throws -> BidReview {
    guard caller.role == .reviewer, let me = caller.individual, let organisation = caller.organisation
    else {
      throw Refusal.forbidden(needs: [Role.reviewer.rawValue])
    }
    let (bid, _) = try await lock(id)
    // 回避: nobody reviews a bid of their own employer, or on their employer's own challenge.
    guard caller.standing(parties: [bid.organisation, bid.poster]).contains(.reviewer) else {
      throw Refusal.recused(ground: "employer")
    }
    let rows = try await tx.execute(
      """
      INSERT INTO bid_reviews (bid, challenge, reviewer, organisation, score, comment)
      SELECT \(id), c.id, \(me), \(organisation), \(input["score"]), \(input["comment"])
      FROM challenges c WHERE c.id = \(bid.challenge) AND c.status = 'evaluating' AND \(bid.state == .opened)
        AND c.mode = 'plain_demand'
      RETURNING bid, score, comment, at
      """)
    guard let row = rows.first else {
      throw Refusal.conflict(
        code: "not_evaluating",
        detail: Phrase(
          "题目不是评审阶段的一般需求,或该揭榜书已不在评审之列",
          "not a plain demand that is being evaluated, or the bid is out of the running"))
    }
    // The event says that and by whom, not how: scores are for the proposal to show.
    try await note(about: bid, "review", audience: [organisation], isSealed: true)
    return BidReview(bid: try row.get(0), score: try row.get(1), comment: try row.get(2), at: try row.get(3))
  }
}
