import Postgres

/// 科技成果: a practical result of research and development that its holder offers.
public struct Achievement: MarketObject {
  public enum State: String, CaseIterable, Sendable {
    case draft, submitted, underReview = "under_review", returned, rejected, approved, published, expired, suspended
    case underDeal = "under_deal", transferred, withdrawn
  }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, submit, claim, `return`, resubmit, reject, approve, publish, confirm, expire, suspend, resume, lock,
      release, complete, withdraw
  }

  public static let idPrefix = "ach"
  public static let kind = "achievement"
  public static let noun = Phrase("成果", "achievement")
  public static let transferModes = ["self", "transfer", "licence", "cooperate", "equity", "other"]

  public let id: ID<Achievement>
  public let organisation: ID<Organisation>
  public let organisationName: String
  let holderIsVerified: Bool
  public let organisationKind: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let externalID: String?
  public let title: String
  public let summary: String
  public let description: String
  public let field: String?
  public let keywords: [String]
  /// Technology readiness, 1…9.
  public let trl: Int?
  public let transferModes: [String]
  public let region: String
  public let price: Money?
  public let origin: String
  public let source: String
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant
  public let confirmedAt: Instant?
  public let expiresAt: Instant?

  public static let table: SQL = "achievements"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, \(sql: Organisation.isVerified("o")), o.kind, t.status, t.version, t.rulebook, t.external_id, t.title, t.summary, t.description, t.field,
    t.keywords, t.trl, t.transfer_modes, t.region, t.price, t.origin, t.source, t.reason, t.created_at, t.updated_at,
    t.confirmed_at, t.expires_at
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    holderIsVerified = try c.next()
    organisationKind = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    externalID = try c.next()
    title = try c.next()
    summary = try c.next()
    description = try c.next()
    field = try c.next()
    keywords = try c.next()
    trl = try c.next()
    transferModes = try c.next()
    region = try c.next()
    price = try c.next()
    origin = try c.next()
    source = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    confirmedAt = try c.next()
    expiresAt = try c.next()
  }

  public var headline: String { title }
  /// What was said in review stays between its holder and the platform.
  public static let policy = Policy<Achievement>(
    parties: [.init(.owner, "t.organisation", \.organisation)],
    .show(.published, .expired, .underDeal, .transferred, to: .everyone, without: ["reason"]),
    .show(to: .owner, .operator, .supervisor, .admin))

  static let constraints: [String: Refusal] = [
    "achievements_external_id": .conflict(
      code: "duplicate_external_id",
      detail: Phrase("本单位已有同一编号的成果", "this organisation has an achievement with this external id already"))
  ]
}

extension Achievement {
  public static let fields: [Field<Achievement>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "持有单位标识", "holder's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "持有单位", "holder"),
    .code("organisation_kind", \.organisationKind, Organisation.kinds, .shown, "持有单位类别", "holder's kind"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("external_id", \.externalID, max: 80, .optional, "单位内成果编号", "the holder's own number"),
    .text("title", \.title, max: 200, .required, "成果名称", "title"),
    .text("summary", \.summary, max: 2000, .optional, "一句话简介", "what it does, in a sentence"),
    .text("description", \.description, max: 20000, .optional, "详细说明", "description"),
    .code("field", \.field, TechnologyField.codes, .optional, "技术领域(十一类)", "technology field, one of the eleven"),
    .texts("keywords", \.keywords, maxItems: 30, max: 60, .optional, "关键词", "keywords"),
    .integer("trl", \.trl, 1...9, .optional, "技术就绪度", "technology readiness level"),
    .codes("transfer_modes", \.transferModes, transferModes, .optional, "转化方式", "ways of transfer"),
    .region("region", \.region, .required, "所在地区(行政区划代码)", "region, GB/T 2260"),
    .money("price", \.price, .optional, "拟交易价格", "asking price"),
    .code(
      "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
    .text("source", \.source, max: 500, .optional, "信息来源", "where the facts are from"),
    .text("reason", \.reason, max: 1000, .shown, "最近一次退回、暂停等的理由", "why it was last returned, suspended …"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
    .instant("confirmed_at", \.confirmedAt, "最近确认有效时间", "last confirmed to be available"),
    .instant("expires_at", \.expiresAt, "到期时间", "expires unless confirmed"),
  ]

  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("organisation", .reference(Organisation.idPrefix), "持有单位", "holder"),
    Filter("field", .code(TechnologyField.codes), "技术领域", "technology field"),
    Filter("region", .text(max: 6), match: .prefix, "行政区划代码前缀", "leading digits of the region"),
    Filter("keyword", .text(max: 60), match: .overlaps, column: "t.keywords", "关键词", "keyword"),
    Filter(
      "transfer_mode", .code(transferModes), match: .overlaps, column: "t.transfer_modes", "转化方式", "way of transfer"),
    Filter("external_id", .text(max: 80), "单位内成果编号", "the holder's own number"),
    Filter("origin", .code(["real", "constructed"]), "来源性质", "real or invented"),
  ]
}

/// The eleven technology fields of the contract register, `01` to `11`; their names are in the rulebook's code tables.
public enum TechnologyField {
  public static let codes = (1...11).map { $0 < 10 ? "0\($0)" : "\($0)" }
}

extension ColumnReader {
  /// A state by its word; the check constraint and the enumeration are compared by a test.
  mutating func state<S: RawRepresentable<String>>(_: S.Type = S.self) throws(DecodingFailure) -> S {
    let word: String = try next()
    guard let state = S(rawValue: word) else { throw DecodingFailure("unknown state \(word)") }
    return state
  }
}
