/// 串标、围标线索: something about several bids on one challenge that independent bidders seldom have in common. A signal is a
/// reason to look, for operators and supervisors; nothing follows from it by itself, and reviewers see none.
public struct CollusionSignal: Sendable, Hashable {
  public enum Kind: String, CaseIterable, Sendable {
    /// Long passages are the same, those of the challenge's own text apart.
    case text = "near_identical_text"
    /// Prices go up by equal steps or shares, or are the same to the fen.
    case prices = "price_ladder"
    /// Somebody belongs or belonged to several of the bidders.
    case person = "shared_person"
    /// People of several bidders have signed in on one device or from one address.
    case place = "shared_place"
    /// One has won again and again where the other has only ever lost.
    case partner = "losing_partner"
  }

  public let kind: Kind
  public let bids: [ID<Bid>]
  /// How much of it: a percentage for texts, a number of prices, people, places or challenges for the rest.
  public let measure: Int

  public var detail: Phrase {
    switch kind {
    case .text:
      Phrase("方案文字有 \(measure)% 相同(题目原文除外)", "\(measure) % of the texts is the same, the challenge's own words apart")
    case .prices:
      Phrase("\(measure) 份报价成等差、等比或完全相同", "\(measure) prices are the same, or go up by equal steps or shares")
    case .person: Phrase("有 \(measure) 人先后或同时属于这几家单位", "\(measure) people belong or belonged to these bidders")
    case .place:
      Phrase("这几家单位的人员曾在 \(measure) 个相同设备或网络地址登录", "people of these bidders signed in at \(measure) places in common")
    case .partner:
      Phrase("共同揭榜中前者中榜 \(measure) 次,后者从未中榜", "where both bid, the first has won \(measure) times and the second never")
    }
  }

  public static let fields: [Field<CollusionSignal>] = [
    .code("signal", \.kind.rawValue, Kind.allCases.map(\.rawValue), .shown, "线索类别", "kind of signal"),
    .texts("bids", { $0.bids.map(\.text) }, maxItems: 1000, max: 40, .shown, "所涉揭榜书", "bids concerned"),
    .integer(
      "measure", \.measure, 0...Int(Int32.max), .shown, "程度:文字为百分比,其余为数量", "a percentage for texts, a number otherwise"),
    .text("detail_zh", \.detail.zh, max: 300, .shown, "说明", "in words, Chinese"),
    .text("detail_en", \.detail.en, max: 300, .shown, "说明(英文)", "in words, English"),
  ]
}

/// From how much on something is a signal: rows of the rulebook.
struct SignalThresholds: Sendable {
  /// Percent of shared text.
  let likeness: Int
  /// Prices that are multiples of this are what people say anyway.
  let roundPrice: Int64
  let prices: Int
  let lostChallenges: Int

  init(likeness: Int, roundPrice: Int64, prices: Int, lostChallenges: Int) {
    (self.likeness, self.roundPrice, self.prices, self.lostChallenges) = (likeness, roundPrice, prices, lostChallenges)
  }

  init(_ rules: Rulebook, region: String, on date: CivilDate) throws {
    func value(_ key: RuleKey) throws -> Int64 { try rules.rule(key, region: region, on: date).value }
    self.init(
      likeness: Int(try value(.textLikeness)), roundPrice: try value(.roundPrice),
      prices: Int(try value(.ladderMinimum)),
      lostChallenges: Int(try value(.losingPartner)))
  }
}
