import Postgres

/// 需求征集: a window, or a standing invitation, in which enterprises hand in their technical needs.
public struct DemandCall: MarketObject {
  public enum State: String, CaseIterable, Sendable { case draft, open, closed, consolidated }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, open, close, consolidate }

  public static let idPrefix = "dcl"
  public static let kind = "demand_call"
  public static let noun = Phrase("需求征集", "demand call")
  public static let kinds = ["windowed", "rolling"]

  public let id: ID<DemandCall>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let callKind: String
  /// An official call asks every demand for its chain node and for secured funds.
  public let isOfficial: Bool
  public let title: String
  public let scope: String
  public let templateNote: String
  public let programme: String
  public let region: String
  public let closesOn: CivilDate?
  public let openedAt: Instant?
  public let closesAt: Instant?
  public let createdAt: Instant
  public let updatedAt: Instant
  /// Demands handed in that nobody has decided on yet.
  public let undecided: Int

  public static let table: SQL = "demand_calls"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, t.status, t.version, t.rulebook, t.kind, t.official, t.title, t.scope, t.template_note,
    t.programme, t.region, t.closes_on, t.opened_at, t.closes_at, t.created_at, t.updated_at,
    (SELECT count(*) FROM demands d WHERE d.call = t.id AND d.status IN ('submitted', 'screening'))
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    callKind = try c.next()
    isOfficial = try c.next()
    title = try c.next()
    scope = try c.next()
    templateNote = try c.next()
    programme = try c.next()
    region = try c.next()
    closesOn = try c.next()
    openedAt = try c.next()
    closesAt = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    undecided = try c.next()
  }

  public var headline: String { title }
  /// Calls are the platform's: any of its operators, and the department, may run them.
  public static let policy = Policy<DemandCall>(
    parties: [], internal: ["rulebook", "reason"],
    .show(.open, .closed, .consolidated, to: .everyone, without: ["undecided"]),
    .show(to: .operator, .supervisor, .admin))

  public static let fields: [Field<DemandCall>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "征集单位标识", "caller's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "征集单位", "caller"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .code("kind", \.callKind, kinds, .fixed, "方式:限期征集或常年征集", "windowed or rolling"),
    .flag(
      "official", \.isOfficial, .fixedOptional, "是否正式征集(须填产业链环节并落实自有资金)", "asks for the chain node and secured funds"),
    .text("title", \.title, max: 200, .required, "征集名称", "title"),
    .text("scope", \.scope, max: 5000, .optional, "征集范围", "scope"),
    .text("template_note", \.templateNote, max: 5000, .optional, "填报说明", "how to fill it in"),
    .text("programme", \.programme, max: 200, .optional, "所属计划、专项", "programme"),
    .region("region", \.region, .required, "地区(行政区划代码)", "region, GB/T 2260"),
    .date("closes_on", \.closesOn, .optional, "拟截止日期(限期征集)", "deadline asked for"),
    .instant("opened_at", \.openedAt, "开始征集时间", "opened at"),
    .instant("closes_at", \.closesAt, "征集截止时间", "demands are taken before this instant"),
    .integer("undecided", \.undecided, 0...Int(Int32.max), .shown, "尚未遴选的需求数", "demands not decided on yet"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("kind", .code(kinds), "方式", "kind"),
    Filter("region", .text(max: 6), match: .prefix, "行政区划代码前缀", "leading digits of the region"),
  ]

  public static let workflow = Workflow<DemandCall>(
    .on(.draft, do: .edit, by: .operator, .supervisor),
    .on(.draft, do: .open, to: .open, by: .operator, .supervisor, if: [.windowIsLongEnough], then: .beginWindow),
    .on(.open, do: .close, to: .closed, by: .operator, .system, if: [.windowIsOver]),
    .on(.closed, do: .consolidate, to: .consolidated, by: .operator, if: [.allDecided])
  )
}

extension Guard<DemandCall> {
  static let windowIsLongEnough = Guard(
    "window_too_short", "限期征集须写明截止日期,且不短于规则规定的征集期", "a windowed call needs a deadline no earlier than the rule allows"
  ) { call, moment in
    guard call.callKind == "windowed" else { return true }
    let least = try? moment.rules.end(of: .collectionMinimum, from: moment.now, region: call.region)
    guard let least, let asked = call.closesOn?.end else { return false }
    return asked >= least
  }
  static let windowIsOver = Guard("not_due", "征集截止时间未到", "the window is still open") { call, moment in
    call.closesAt.map { $0 <= moment.now } ?? true
  }
  static let allDecided = Guard("undecided", "尚有需求未完成遴选", "some demands are not decided on yet") { call, _ in
    call.undecided == 0
  }
}

extension Effect<DemandCall> {
  static let beginWindow = Effect(set: { call, moment in
    "opened_at = \(moment.now), closes_at = \(call.callKind == "windowed" ? call.closesOn?.end : nil)"
  })
}
