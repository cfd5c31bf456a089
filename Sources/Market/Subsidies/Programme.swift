import Postgres

/// 计划项目、专项: public money of one bureau for one year, and the terms on which it is given.
public struct Programme: MarketObject {
  public enum State: String, CaseIterable, Sendable { case draft, announced, open, closed, settled }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, announce, open, close, stop, adjust, reserve, release, pay, recover, settle
  }

  public static let idPrefix = "prg"
  public static let kind = "programme"
  public static let noun = Phrase("计划项目", "programme")
  /// 先行拨付, 分阶段, 后补助: before the work, when a milestone has passed, when the whole has.
  public static let modes = ["pre", "stage", "post"]
  /// Which side of a technology contract may claim.
  public static let beneficiaries = ["buyer", "seller", "either"]

  public let id: ID<Programme>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let name: String
  public let year: Int
  public let region: String
  public let modes: [String]
  public let beneficiary: String
  /// Percent of what is recognised.
  public let rate: Int
  /// The most that one claim is given.
  public let cap: Money
  public let conditions: String
  public let opensOn: CivilDate
  public let closesOn: CivilDate
  public let opensAt: Instant?
  public let closesAt: Instant?
  public let budget: Money
  /// Approved and not paid yet.
  public let reserved: Money
  public let paid: Money
  public let recovered: Money
  /// Budget less reserved, less paid, plus recovered: the database's sum, never below nothing.
  public let balance: Money
  public let origin: String
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant
  /// Claims on which nobody has decided yet.
  public let undecided: Int
  /// Claims that were given money, what was recovered later among them.
  public let granted: Int

  public static let table: SQL = "programmes"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, t.status, t.version, t.rulebook, t.name, t.year, t.region, t.modes, t.beneficiary, t.rate, t.cap,
    t.conditions, t.opens_on, t.closes_on, t.opens_at, t.closes_at, t.budget, t.reserved, t.paid, t.recovered, t.balance, t.origin,
    t.reason, t.created_at, t.updated_at,
    (SELECT count(*) FROM claims c WHERE c.programme = t.id AND c.status IN ('applied', 'verified', 'on_notice')),
    (SELECT count(*) FROM claims c WHERE c.programme = t.id AND c.status IN ('approved', 'paid', 'audited', 'recovering', 'recovered'))
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    name = try c.next()
    year = try c.next()
    region = try c.next()
    modes = try c.next()
    beneficiary = try c.next()
    rate = try c.next()
    cap = try c.next()
    conditions = try c.next()
    opensOn = try c.next()
    closesOn = try c.next()
    opensAt = try c.next()
    closesAt = try c.next()
    budget = try c.next()
    reserved = try c.next()
    paid = try c.next()
    recovered = try c.next()
    balance = try c.next()
    origin = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    undecided = try c.next()
    granted = try c.next()
  }

  public var headline: String { name }
  /// Where public money goes is everybody's to see, move by move.
  public static let policy = Policy<Programme>(
    parties: [], telling: ["amount", "claim"],
    .show(.announced, .open, .closed, .settled, to: .everyone, without: ["undecided"]),
    .show(to: .operator, .supervisor, .admin))

  static let constraints: [String: Refusal] = [
    "programmes_name": .conflict(
      code: "duplicate_programme",
      detail: Phrase("本单位该年度已有同名计划项目", "this bureau has a programme of this name this year")),
    "programmes_window": .invalid([
      Issue(pointer: "/closes_on", code: "before_opens_on", detail: Phrase("截止日期早于开始日期", "closes before it opens"))
    ]),
    "programmes_modes": .invalid([
      Issue(pointer: "/modes", code: "required", detail: Phrase("至少选一种补助方式", "name at least one mode"))
    ]),
    "programmes_balance": .conflict(
      code: "budget_exhausted", detail: Phrase("计划项目余额不足", "the programme has not so much left")),
  ]

  public static let fields: [Field<Programme>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "主管部门标识", "the bureau's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "主管部门", "bureau"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("name", \.name, max: 200, .required, "计划项目名称", "name"),
    .integer("year", \.year, 2000...2100, .required, "年度", "year"),
    .region("region", \.region, .required, "地区(行政区划代码)", "region, GB/T 2260"),
    .codes("modes", \.modes, modes, .required, "补助方式:先行拨付、分阶段、后补助", "before the work, by milestone, afterwards"),
    .code(
      "beneficiary", \.beneficiary, beneficiaries, .optional, "补助对象:买方、卖方或任一方", "which side of a contract may claim"),
    .integer("rate", \.rate, 1...100, .required, "补助比例(%,按认可投入)", "percent of what is recognised"),
    .money("cap", \.cap, .required, "单项封顶", "the most that one claim is given"),
    .text("conditions", \.conditions, max: 5000, .optional, "申报条件", "conditions"),
    .date("opens_on", \.opensOn, .required, "申报开始日期", "claims are taken from this day"),
    .date("closes_on", \.closesOn, .required, "申报截止日期", "to this day, included"),
    .instant("opens_at", \.opensAt, "申报开始时间", "claims are taken from this instant"),
    .instant("closes_at", \.closesAt, "申报截止时间", "and before this one"),
    .money("budget", \.budget, .required, "预算总额", "budget"),
    .money("reserved", \.reserved, .shown, "已批准未拨付", "approved and not paid yet"),
    .money("paid", \.paid, .shown, "已拨付", "paid"),
    .money("recovered", \.recovered, .shown, "已追回", "recovered"),
    .money("balance", \.balance, .shown, "余额", "budget less reserved and paid, plus recovered"),
    .integer("undecided", \.undecided, 0...Int(Int32.max), .shown, "在办申请数", "claims that nobody has decided on yet"),
    .integer("granted", \.granted, 0...Int(Int32.max), .shown, "已批准申请数", "claims that were approved"),
    .code(
      "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
    .text("reason", \.reason, max: 1000, .shown, "调整或提前截止的理由", "why it was adjusted or closed early"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("mode", .code(modes), match: .overlaps, column: "t.modes", "补助方式", "mode"),
    Filter("organisation", .reference(Organisation.idPrefix), "主管部门", "bureau"),
    Filter("region", .text(max: 6), match: .prefix, "行政区划代码前缀", "leading digits of the region"),
    Filter("origin", .code(["real", "constructed"]), "来源性质", "real or invented"),
  ]
}
