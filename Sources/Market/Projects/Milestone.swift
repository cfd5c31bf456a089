import Postgres

/// 里程碑: what a project owes by a day, and what it came to.
public struct Milestone: MarketObject {
  public enum State: String, CaseIterable, Sendable {
    case planned, due, submitted, rectifying, passed, failed, waived
  }
  public enum Action: String, CaseIterable, Sendable {
    case submit, fallDue = "fall_due", rectify, pass, fail, lapse, askWaiver = "ask_waiver", waive
  }

  public static let idPrefix = "mst"
  public static let kind = "milestone"
  public static let noun = Phrase("里程碑", "milestone")

  public let id: ID<Milestone>
  public let project: ID<Project>
  public let projectTitle: String
  public let projectState: Project.State
  public let challenge: ID<Challenge>
  public let bid: ID<Bid>
  public let deal: ID<Deal>?
  public let region: String
  public let poster: ID<Organisation>
  public let solver: ID<Organisation>
  public let solverName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let number: Int
  public let title: String
  public let isGate: Bool
  /// JSON, rows of ``Indicator``.
  public let indicators: [UInt8]
  public let dueOn: CivilDate
  public let dueAt: Instant
  public let payPercent: Int
  public let rectifyBy: Instant?
  /// JSON, rows of ``Measure``.
  public let results: [UInt8]
  public let submittedAt: Instant?
  public let waiverReason: String?
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant
  let side: SolverSide

  public static let table: SQL = "milestones"
  public static let columns: SQL =
    """
    t.id, t.project, p.title, p.status, p.challenge, p.bid, p.deal, c.region, p.poster, p.solver, s.name, t.status, t.version, t.rulebook,
    t.number, t.title, t.gate, t.indicators, t.due_on, t.due_at, t.pay_percent, t.rectify_by, t.results, t.submitted_at,
    t.waiver_reason, t.reason, t.created_at, t.updated_at, \(sql: SolverSide.columns(of: "p.bid"))
    """
  public static func from(_ rows: SQL) -> SQL {
    """
    \(sql: rows) t JOIN projects p ON p.id = t.project JOIN challenges c ON c.id = p.challenge
    JOIN organisations s ON s.id = p.solver
    """
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    project = try c.next()
    projectTitle = try c.next()
    projectState = try c.state()
    challenge = try c.next()
    bid = try c.next()
    deal = try c.next()
    region = try c.next()
    poster = try c.next()
    solver = try c.next()
    solverName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    number = try c.next()
    title = try c.next()
    isGate = try c.next()
    indicators = try c.next(JSONB.self).bytes
    dueOn = try c.next()
    dueAt = try c.next()
    payPercent = try c.next()
    rectifyBy = try c.next()
    results = try c.next(JSONB.self).bytes
    submittedAt = try c.next()
    waiverReason = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    side = try SolverSide(solver, solverName, &c)
  }

  public var headline: String { "\(projectTitle) \(number) \(title)" }

  public static let policy = Policy<Milestone>(
    parties: [.init(.solver, "p.solver", \.solver), .init(.poster, "p.poster", \.poster)],
    .show(to: .solver, .poster, .operator, .supervisor, .admin))

  public static let fields: [Field<Milestone>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("project", \.project, .shown, "项目", "project"),
    .text("project_title", \.projectTitle, max: 200, .shown, "项目名称", "project's title"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .integer("number", \.number, 1...Plan.longest, .shown, "序号", "number"),
    .text("title", \.title, max: 200, .shown, "里程碑名称", "title"),
    .flag("gate", \.isGate, .shown, "是否赛马节点", "whether a race may be decided here"),
    .records("indicators", \.indicators, maxItems: 30, Indicator.inputs, .shown, "考核指标", "what it is measured by"),
    .date("due_on", \.dueOn, .shown, "到期日", "due on"),
    .instant("due_at", \.dueAt, "到期时刻", "falls due at"),
    .integer("pay_percent", \.payPercent, 0...100, .shown, "通过后支付比例(%)", "percent paid when it has passed"),
    .instant("rectify_by", \.rectifyBy, "整改期限", "to be put right before this instant"),
    .records("results", \.results, maxItems: 60, Measure.inputs, .shown, "实测结果", "what was measured"),
    .instant("submitted_at", \.submittedAt, "提交时间", "submitted at"),
    .text("waiver_reason", \.waiverReason, max: 1000, .shown, "出题方申请豁免的理由", "why the poster asks to waive it"),
    .text("reason", \.reason, max: 1000, .shown, "最近一次要求整改、不通过、豁免的理由", "why it was last sent back, failed or waived"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("project", .reference(Project.idPrefix), "项目", "project"),
  ]
}
