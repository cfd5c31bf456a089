import Postgres

/// A party of the market: university, institute, enterprise, agency, registry or the platform's own operator.
public struct Organisation: MarketObject {
  public enum State: String, CaseIterable, Sendable { case unverified, verified, rejected, suspended }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, verify, reject, resubmit, suspend, resume, reopen
    case proposeCode = "propose_code", confirmCode = "confirm_code"
  }

  public static let idPrefix = "org"
  public static let kind = "organisation"
  public static let noun = Phrase("单位", "organisation")
  public static let kinds = [
    "university", "institute", "enterprise", "agency", "government", "registry", "operator", "other",
  ]

  public let id: ID<Organisation>
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let name: String
  public let kind: String
  /// 统一社会信用代码; nil for a foreign party, and for one known only by name, as in a published list.
  public let creditCode: String?
  /// Whether two people have put down that the code is right although its check digits are not.
  public let codeIsOverridden: Bool
  public let proposedCode: String?
  /// ISO 3166-1, two letters.
  public let country: String
  /// The number under which another country registers it.
  public let foreignNumber: String?
  public let region: String
  /// What took the place of a region that is no more.
  public let regionSuccessor: String?
  public let origin: String
  /// What the verification rests on.
  public let evidence: String?
  public let verifiedAt: Instant?
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "organisations"
  public static let columns: SQL =
    """
    t.id, t.status, t.version, t.rulebook, t.name, t.kind, t.uscc, t.uscc_override, t.proposed_uscc, t.country, t.foreign_no,
    t.region, CASE WHEN g.valid_to <= market_today() THEN region_now(t.region) END, t.origin, t.evidence, t.verified_at, t.reason,
    t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN regions g ON g.code = t.region" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    name = try c.next()
    kind = try c.next()
    creditCode = try c.next()
    codeIsOverridden = try c.next()
    proposedCode = try c.next()
    country = try c.next()
    foreignNumber = try c.next()
    region = try c.next()
    regionSuccessor = try c.next()
    origin = try c.next()
    evidence = try c.next()
    verifiedAt = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { name }

  /// Who somebody is, is no secret; what was looked at to be sure, and why not, is between the organisation and the platform.
  public static let policy = Policy<Organisation>(
    parties: [.init(.owner, "t.id", \.id)],
    internal: ["rulebook", "uscc_list", "uscc_class", "proposed_by", "confirmed_by"],
    .show(.unverified, .verified, .suspended, to: .everyone, without: ["reason", "evidence", "proposed_uscc"]),
    .show(to: .owner, .operator, .supervisor, .admin))

  public static let fields: [Field<Organisation>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("name", \.name, max: 120, .required, "名称", "name"),
    .code("kind", \.kind, kinds, .required, "类别", "kind"),
    Field("uscc", .creditCode, .optional, nullable: true, Phrase("统一社会信用代码", "unified social credit code")) {
      $1.string($0.creditCode)
    },
    .flag(
      "uscc_override", \.codeIsOverridden, .shown, "校验码不符、经两人核实采用", "taken by two people although its check digits fail"
    ),
    .text("proposed_uscc", \.proposedCode, max: 18, .shown, "待第二人确认的代码", "a code that waits for a second person"),
    .text("country", \.country, max: 2, .optional, "国家或地区(ISO 3166 两位字母,默认 CN)", "country, ISO 3166, CN unless told"),
    .text("foreign_no", \.foreignNumber, max: 60, .optional, "境外登记号", "registration number abroad"),
    .region("region", \.region, .required, "所在地区(行政区划代码,境外为 990000)", "region, GB/T 2260; 990000 abroad"),
    .text(
      "region_successor", \.regionSuccessor, max: 6, .shown, "该区划已撤销时的现行代码", "what took an abolished region's place"),
    .code(
      "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
    .text("evidence", \.evidence, max: 500, .shown, "核验依据", "what the verification rests on"),
    .instant("verified_at", \.verifiedAt, "核验时间", "verified at"),
    .text("reason", \.reason, max: 1000, .shown, "最近一次驳回、停用等的理由", "why it was last rejected, suspended …"),
    .instant("created_at", \.createdAt, "登记时间", "recorded at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]

  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("kind", .code(kinds), "类别", "kind"),
    Filter("uscc", .text(max: 18), "统一社会信用代码", "credit code"),
    Filter("name", .text(max: 120), "名称", "name"),
    Filter("country", .text(max: 2), "国家或地区", "country"),
    Filter("region", .text(max: 6), match: .prefix, "行政区划代码前缀", "leading digits of the region"),
  ]
}

extension Organisation {
  /// Whether the organisation whose row goes by this name has been verified.
  static func isVerified(_ row: StaticString) -> SQL { "\(raw: row).status = 'verified'" }

  /// What needs somebody who answers for it: the organisation has to have been looked at.
  static func verified<Object>(_ isVerified: @escaping @Sendable (Object) -> Bool) -> Guard<Object> {
    Guard(
      "organisation_unverified", "单位尚未通过核验,请先由平台核验",
      "an organisation concerned has not been verified: the platform has to do that first"
    ) { object, _ in isVerified(object) }
  }
}
