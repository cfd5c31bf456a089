import Postgres

/// 企业出题: a problem that an enterprise puts on the board for whoever can solve it (揭榜挂帅), or a plain technical need.
public struct Challenge: AwaitsNotice {
  public enum State: String, CaseIterable, Sendable {
    case draft, submitted, inSelection = "in_selection", declined, selected, boardNotice = "board_notice", published,
      closed
    case evaluating, awardNotice = "award_notice", awarded, contracted, executing, acceptance, completed
    case concludedWithDiligence = "concluded_with_diligence", failed, terminated, noAward = "no_award", cancelled
  }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, submit, select, decline, choose, openNotice = "open_notice", publish, extend, amend, close, open,
      evaluate
    case openPrices = "open_prices", propose, endorse, award
    case reopen, sign, passOver = "pass_over", proceed, start, deliver, complete, conclude, fail, terminate
    case noAward = "no_award", reissue, cancel
  }

  public static let idPrefix = "chl"
  public static let kind = "challenge"
  public static let noun = Phrase("榜单题目", "challenge")
  public static let modes = ["open_challenge", "open_competition", "directed_entrustment", "plain_demand"]

  public let id: ID<Challenge>
  public let organisation: ID<Organisation>
  public let organisationName: String
  /// Whether somebody has looked at who the poster is.
  let posterIsVerified: Bool
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let externalID: String?
  public let mode: String
  public let title: String
  public let summary: String
  public let description: String
  /// What the solution is measured by, a line each.
  public let indicators: [String]
  public let field: String?
  public let keywords: [String]
  public let trlWanted: Int?
  public let region: String
  public let budget: Money?
  /// The deadline the poster asks for; `closesAt` is the one that holds.
  public let closesOn: CivilDate?
  public let origin: String
  public let source: String
  public let reason: String?
  /// The notice it waits for, or waited for last.
  public let notice: NoticeMark?
  public let publishedAt: Instant?
  public let closesAt: Instant?
  public let extensions: Int
  /// Known to nobody before the bids are opened.
  public let bidsReceived: Int?
  /// How bids are sealed; nil is what its mode asks for.
  public let bidSeal: String?
  public let openedAt: Instant?
  public let pricesOpenedAt: Instant?
  public let revealsUntil: Instant?
  public let createdAt: Instant
  public let updatedAt: Instant
  /// 赛马制: how many win and work side by side; 1 is no race.
  public let racers: Int
  /// JSON: what bids are judged by.
  public let criteria: [UInt8]
  /// Those proposed and those made, by rank; what fell away for want of a contract is still here.
  public let awards: [Award]
  public let terms: Terms

  public static let table: SQL = "challenges"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, \(sql: Organisation.isVerified("o")), t.status, t.version, t.rulebook, t.external_id, t.mode, t.title, t.summary, t.description,
    t.indicators, t.field, t.keywords, t.trl_wanted, t.region, t.budget, t.closes_on, t.origin, t.source, t.reason,
    \(sql: NoticeMark.columns), t.published_at, t.closes_at, t.extensions, t.bids_received,
    t.bid_seal, t.opened_at, t.prices_opened_at, t.reveals_until, t.created_at, t.updated_at, t.racers, t.criteria,
    \(sql: Award.columns), \(sql: Terms.columns)
    """
  public static func from(_ rows: SQL) -> SQL {
    """
    \(sql: rows) t JOIN organisations o ON o.id = t.organisation
    LEFT JOIN notices n ON n.id = t.notice \(sql: Award.join)
    """
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    posterIsVerified = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    externalID = try c.next()
    mode = try c.next()
    title = try c.next()
    summary = try c.next()
    description = try c.next()
    indicators = try c.next()
    field = try c.next()
    keywords = try c.next()
    trlWanted = try c.next()
    region = try c.next()
    budget = try c.next()
    closesOn = try c.next()
    origin = try c.next()
    source = try c.next()
    reason = try c.next()
    notice = try NoticeMark.read(&c)
    publishedAt = try c.next()
    closesAt = try c.next()
    extensions = try c.next()
    bidsReceived = try c.next()
    bidSeal = try c.next()
    openedAt = try c.next()
    pricesOpenedAt = try c.next()
    revealsUntil = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    racers = try c.next()
    criteria = try c.next(JSONB.self).bytes
    awards = try Award.read(&c)
    terms = try Terms(&c)
  }

  public var headline: String { title }
  public static let policy = Policy<Challenge>(
    parties: [.init(.poster, "t.organisation", \.organisation)], internal: ["rulebook", "opening_due"],
    telling: ["commitments", "faults"],
    .show(
      .boardNotice, .published, .closed, .evaluating, .awardNotice, .awarded, .contracted, .executing, .acceptance,
      .completed, .concludedWithDiligence, .failed, .terminated, .noAward, to: .everyone),
    .show(to: .poster, .operator, .supervisor, .admin))

  static let constraints: [String: Refusal] = termsConstraints.merging([
    "challenges_external_id": .conflict(
      code: "duplicate_external_id",
      detail: Phrase("本单位已有同一编号的题目", "this organisation has a challenge with this external id already")),
    "challenges_bid_seal": .invalid([
      Issue(
        pointer: "/bid_seal", code: "officers_needed",
        detail: Phrase("上榜题目不能由平台单独开启", "bids for the board are not the platform's alone to open"))
    ]),
    "awards_bid_of_challenge": .invalid([
      Issue(pointer: "/bids", code: "unknown_bid", detail: Phrase("本题目没有这份揭榜书", "no such bid on this challenge"))
    ]),
    "challenges_racers": .invalid([
      Issue(
        pointer: "/racers", code: "wrong_mode",
        detail: Phrase("只有揭榜挂帅题目可以实行赛马制", "only an open challenge can be run as a race"))
    ]),
  ]) { a, _ in a }
}

extension Challenge {
  public static let fields: [Field<Challenge>] =
    [
      .reference("id", \.id, .shown, "标识", "id"),
      .reference("organisation", \.organisation, .shown, "出题单位标识", "poster's id"),
      .text("organisation_name", \.organisationName, max: 120, .shown, "出题单位", "poster"),
      .state(\.state),
      .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
      .text("external_id", \.externalID, max: 80, .optional, "单位内编号", "the poster's own number"),
      .code("mode", \.mode, modes, .fixed, "组织方式", "mode, never converted"),
      .text("title", \.title, max: 200, .required, "题目名称", "title"),
      .text("summary", \.summary, max: 2000, .optional, "一句话简介", "what is needed, in a sentence"),
      .text("description", \.description, max: 20000, .optional, "详细说明", "description"),
      .texts("indicators", \.indicators, maxItems: 30, max: 300, .optional, "考核指标", "what a solution is measured by"),
      .code("field", \.field, TechnologyField.codes, .optional, "技术领域(十一类)", "technology field, one of the eleven"),
      .texts("keywords", \.keywords, maxItems: 30, max: 60, .optional, "关键词", "keywords"),
      .integer("trl_wanted", \.trlWanted, 1...9, .optional, "要求的技术就绪度", "readiness asked for"),
      .region("region", \.region, .required, "所在地区(行政区划代码)", "region, GB/T 2260"),
      .money("budget", \.budget, .optional, "预算", "budget"),
      .date("closes_on", \.closesOn, .optional, "期望截止日期", "deadline asked for"),
      .code(
        "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
      .text("source", \.source, max: 500, .optional, "信息来源", "where the facts are from"),
      .text("reason", \.reason, max: 1000, .shown, "最近一次不予采纳、取消等的理由", "why it was last declined, cancelled …"),
      .reference("notice", { $0.notice?.id }, .shown, "最近一次公示", "the notice it waits for, or waited for last"),
      .instant("notice_ends_at", { $0.notice?.endsAt }, "该公示的截止时间", "end of that notice"),
      .instant("published_at", \.publishedAt, "发榜时间", "published at"),
      .instant("closes_at", \.closesAt, "揭榜截止时间", "bids are taken before this instant"),
      .integer("extensions", \.extensions, 0...Int(Int16.max), .shown, "已延期次数", "times extended"),
      .integer(
        "bids_received", \.bidsReceived, 0...Int(Int32.max), .shown, "收到揭榜书份数(开启后公布)",
        "bids received, told at the opening"
      ),
      .code(
        "bid_seal", \.bidSeal, BidSeal.Kind.allCases.map(\.rawValue), .fixedOptional, "揭榜书密封方式",
        "how bids are sealed; unless told, what the mode asks for"),
      .instant("opened_at", \.openedAt, "揭榜书开启时间", "bids opened at"),
      .instant("prices_opened_at", \.pricesOpenedAt, "报价开启时间", "prices opened at"),
      .instant("reveals_until", \.revealsUntil, "揭示截止时间", "promises are shown before this instant"),
      .instant("created_at", \.createdAt, "创建时间", "made at"),
      .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
      .integer(
        "racers", \.racers, 1...9, .optional, "赛马制并行揭榜方数,1 为不赛马", "how many win and work side by side; 1 is no race"),
      .records(
        "criteria", \.criteria, maxItems: 10, Criterion.inputs, .optional, "评审标准及权重,不填按规则缺省",
        "what bids are judged by; the rulebook's unless told"),
      Field(
        "awards", .records(maxItems: .max, Award.shown), .shown,
        Phrase("拟中榜和中榜结果,按名次", "awards, proposed and made, by rank")
      ) { challenge, json in json.array { json in for award in challenge.awards { award.write(into: &json) } } },
    ] + termsFields

  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("mode", .code(modes), "组织方式", "mode"),
    Filter("organisation", .reference(Organisation.idPrefix), "出题单位", "poster"),
    Filter("field", .code(TechnologyField.codes), "技术领域", "technology field"),
    Filter("region", .text(max: 6), match: .prefix, "行政区划代码前缀", "leading digits of the region"),
    Filter("keyword", .text(max: 60), match: .overlaps, column: "t.keywords", "关键词", "keyword"),
    Filter("external_id", .text(max: 80), "单位内编号", "the poster's own number"),
    Filter("origin", .code(["real", "constructed"]), "来源性质", "real or invented"),
    Filter("reissue_of", .reference(idPrefix), "流榜前的题目", "the challenge it is issued again for"),
  ]
}
