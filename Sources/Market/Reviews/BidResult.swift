import Postgres

/// What a bidder is told of its own bid once the award is proposed: its marks, why, and where it stands.
public struct BidResult: Sendable {
  let bid: JudgedBid
  let criteria: [Criterion]
  let ranked: Int

  private static let score: [InputField] = [
    InputField("criterion", .text(max: 60), Phrase("标准", "criterion")),
    InputField("weight", .integer(1...100), Phrase("权重", "weight")),
    InputField("score", .integer(0...100), Phrase("评分", "score")),
    InputField("comment", .text(max: 1000), Phrase("评审意见", "comment")),
  ]
  public static let shown: [InputField] =
    [
      InputField("bid", .reference(Bid.idPrefix), Phrase("揭榜书", "bid")),
      InputField("label", .text(max: 3), Phrase("评审时的代号", "its letter before the panel")),
      InputField(
        "rank", .integer(1...Int(Int32.max)), required: false,
        Phrase("名次,未进入排序则无", "rank, none where it was not ranked")),
      InputField("ranked", .integer(0...Int(Int32.max)), Phrase("参加排序的份数", "how many were ranked")),
    ]
    + ["mean", "indicator", "highest", "lowest", "deviation"].map {
      InputField($0, .text(max: 6), required: false, titles[$0] ?? Phrase($0, $0))
    } + [
      InputField(
        "sheets",
        .records(
          maxItems: .max,
          [
            InputField("reviewer", .integer(1...Int(Int16.max)), Phrase("专家序号", "number of the reviewer")),
            InputField("scores", .records(maxItems: 20, score), Phrase("逐项评分和意见", "scores and comments")),
          ]), Phrase("各位专家的评分", "what each reviewer said"))
    ]
  private static let titles = [
    "mean": Phrase("平均分(按规则去掉最高最低)", "mean, as the rule has it"),
    "indicator": Phrase("同分优先项的平均分", "mean of the deciding criterion"),
    "highest": Phrase("最高分", "highest"), "lowest": Phrase("最低分", "lowest"),
    "deviation": Phrase("标准差", "standard deviation"),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("bid", bid.bid.text)
      json.string("label", bid.label)
      json.key("rank")
      if let rank = bid.rank { json.int(rank) } else { json.null() }
      json.int("ranked", ranked)
      json.string("mean", bid.mean)
      json.string("indicator", bid.indicator)
      json.string("highest", bid.highest)
      json.string("lowest", bid.lowest)
      json.string("deviation", bid.deviation)
      json.array("sheets") { json in
        for sheet in bid.sheets {
          json.object { json in
            json.int("reviewer", sheet.reviewer)
            json.array("scores") { json in
              for (i, criterion) in criteria.enumerated() where i < sheet.scores.count {
                json.object { json in
                  json.string("criterion", criterion.name)
                  json.int("weight", criterion.weight)
                  json.int("score", sheet.scores[i])
                  json.string("comment", sheet.comments[i])
                }
              }
            }
          }
        }
      }
    }
  }
}

extension Market {
  /// The result of one bid, for its bidder and those who deal with it, from the proposal of the award on.
  public func result(of id: ID<Bid>, for caller: Caller) async throws -> BidResult {
    let bid = try await find(id, for: caller), challenge = try await find(bid.challenge, for: .system)
    guard !challenge.awards.isEmpty || challenge.state == .noAward, caller.role != .reviewer,
      let panel = try await JudgedBid.panel(of: challenge.id, in: database),
      case let judged = try await JudgedBid.read(panel, in: database), let own = judged.first(where: { $0.bid == id }),
      own.mean != nil
    else { throw Refusal.notFound(Phrase("评审结果", "result of the review")) }
    return BidResult(bid: own, criteria: challenge.criterionList, ranked: judged.count { $0.rank != nil })
  }
}
