import MatchEngine
import Postgres

/// 关注: what an organisation waits for among what will be published. Its own affair: nobody else knows of it, staff included,
/// because what a company looks for says where it is going. A published challenge waits for achievements without one.
public struct Wish: MarketObject {
  public enum State: String, CaseIterable, Sendable { case active, paused, ended }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, pause, resume, end }

  public static let idPrefix = "wsh"
  public static let kind = "wish"
  public static let noun = Phrase("关注", "wish")

  public let id: ID<Wish>
  public let organisation: ID<Organisation>
  public let state: State
  public let version: Int
  public let rulebook: Int
  /// The kind of what it waits for: `achievement` or `challenge`.
  public let seeks: String
  public let title: String
  public let content: String
  public let keywords: [String]
  public let technologyFields: [String]
  public let region: String?
  public let trlMin: Int?
  public let priceMin: Money?
  public let priceMax: Money?
  public let transferModes: [String]
  public let holderKinds: [String]
  /// Points a match must have; nil for the usual ones.
  public let scoreMin: Int?
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "wishes"
  public static let columns: SQL =
    """
    t.id, t.organisation, t.status, t.version, t.rulebook, t.seeks, t.title, t.content, t.keywords, t.fields, t.region,
    t.trl_min, t.price_min, t.price_max, t.transfer_modes, t.holder_kinds, t.score_min, t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    seeks = try c.next()
    title = try c.next()
    content = try c.next()
    keywords = try c.next()
    technologyFields = try c.next()
    region = try c.next()
    trlMin = try c.next()
    priceMin = try c.next()
    priceMax = try c.next()
    transferModes = try c.next()
    holderKinds = try c.next()
    scoreMin = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { title }
  public static let policy = Policy<Wish>(
    parties: [.init(.owner, "t.organisation", \.organisation)], .show(to: .owner))

  public static let workflow = Workflow<Wish>(
    .on(.active, .paused, do: .edit, by: .owner),
    .on(.active, do: .pause, to: .paused, by: .owner),
    .on(.paused, do: .resume, to: .active, by: .owner),
    .on(.active, .paused, do: .end, to: .ended, by: .owner)
  )

  static let constraints: [String: Refusal] = [
    "wishes_price_range": .invalid([
      Issue(
        pointer: "/price_max", code: "below_minimum",
        detail: Phrase("价格上限不能低于下限", "the highest price must not be below the lowest"))
    ])
  ]
}

extension Wish {
  public static let fields: [Field<Wish>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "单位", "whose it is"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .code("seeks", \.seeks, [Achievement.kind, Challenge.kind], .fixed, "关注成果还是题目", "what it waits for"),
    .text("title", \.title, max: 200, .required, "要找什么,一句话", "what is looked for, in a sentence"),
    .text("content", \.content, max: 20000, .optional, "详细说明", "more about it"),
    .texts("keywords", \.keywords, maxItems: 30, max: 60, .optional, "关键词", "keywords"),
    .codes(
      "fields", \.technologyFields, TechnologyField.codes, .optional, "限于这些技术领域", "only in these technology fields"),
    .text("region", \.region, max: 6, .optional, "限于这一地区(含下级)", "only in this region, what lies in it included"),
    .integer("trl_min", \.trlMin, 1...9, .optional, "技术就绪度不低于", "readiness of at least"),
    .money("price_min", \.priceMin, .optional, "价格或预算不低于", "price or budget of at least"),
    .money("price_max", \.priceMax, .optional, "价格或预算不高于", "price or budget of at most"),
    .codes(
      "transfer_modes", \.transferModes, Achievement.transferModes, .optional, "限于这些转化方式",
      "only with one of these ways of transfer"),
    .codes(
      "holder_kinds", \.holderKinds, Organisation.kinds, .optional, "限于这些单位类别", "only of these kinds of holder"),
    .integer(
      "score_min", \.scoreMin, Int(StandingQueries.leastScore)...1000, .optional,
      "得分不低于才通知,默认 \(Int(StandingQueries.usualScore))",
      "points that a match must have, \(Int(StandingQueries.usualScore)) unless told"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]

  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("seeks", .code([Achievement.kind, Challenge.kind]), "关注成果还是题目", "what it waits for"),
  ]
}

extension Wish {
  /// What it waits for, as the engine takes it.
  var standing: StandingQueries.Wanted {
    let text = MatchQuery(
      title: title, content: content, tags: keywords, role: seeks == Achievement.kind ? .demand : .achievement,
      filter: filter == MatchFilter() ? nil : filter)
    return StandingQueries.Wanted(
      key: id.bits, query: text, atLeast: scoreMin.map(Double.init) ?? StandingQueries.usualScore)
  }

  private var filter: MatchFilter {
    MatchFilter(
      fields: Set(technologyFields.compactMap { UInt8($0) }),
      regions: [region].compactMap { $0.flatMap { UInt32($0) } },
      minimumMaturity: UInt8(trlMin ?? 0), maximumPrice: priceMax?.fen, minimumPrice: priceMin?.fen,
      modes: TransferModes.bits(transferModes), holderKinds: Set(holderKinds.map(HolderKind.code)))
  }
}

extension Challenge {
  /// A published challenge waits by itself.
  var standing: StandingQueries.Wanted {
    StandingQueries.Wanted(key: id.bits, query: matchQuery(nil), atLeast: StandingQueries.usualScore)
  }
}
