import Postgres

/// 验收: what came of a project, judged by its users, the market and experts.
public struct Acceptance: MarketObject {
  public enum State: String, CaseIterable, Sendable {
    case requested, supplementing, panel, passed, concluded, failed
  }
  public enum Action: String, CaseIterable, Sendable {
    case sendBack = "send_back", supply, convene, veto, decide, abandon
  }

  public static let idPrefix = "acc"
  public static let kind = "acceptance"
  public static let noun = Phrase("项目验收", "acceptance")

  public let id: ID<Acceptance>
  public let project: ID<Project>
  public let projectTitle: String
  public let region: String
  /// How many indicators were pledged.
  public let indicatorCount: Int
  public let poster: ID<Organisation>
  public let solver: ID<Organisation>
  public let solverName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let report: String
  /// JSON, rows of ``Measure``.
  public let results: [UInt8]
  /// JSON, rows of ``AcceptanceFile/evidence``.
  public let evidence: [UInt8]
  public let vetoReason: String?
  public let vetoIndicators: [String]
  public let reason: String?
  public let decidedAt: Instant?
  public let createdAt: Instant
  public let updatedAt: Instant
  /// JSON: `organisation`, `side`.
  public let seats: [UInt8]
  public let ballot: Ballot
  let side: SolverSide

  public static let table: SQL = "acceptances"
  public static let columns: SQL =
    """
    t.id, t.project, p.title, c.region, jsonb_array_length(p.indicators), p.poster, p.solver, s.name, t.status, t.version,
    t.rulebook, t.report, t.results, t.evidence, t.veto_reason, t.veto_indicators, t.reason, t.decided_at, t.created_at,
    t.updated_at, b.seats, b.seated, b.cast, b.passed, b.failed, b.users_cast, b.users_passed, \(sql: SolverSide.columns(of: "p.bid"))
    """
  public static func from(_ rows: SQL) -> SQL {
    """
    \(sql: rows) t JOIN projects p ON p.id = t.project JOIN challenges c ON c.id = p.challenge
    JOIN organisations s ON s.id = p.solver
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(jsonb_build_object('organisation', o.name, 'side', e.side) ORDER BY e.side, o.name), '[]') AS seats,
        count(*) FILTER (WHERE e.acceptance IS NOT NULL) AS seated, count(v.verdict) AS cast,
        count(*) FILTER (WHERE v.verdict = 'passed') AS passed, count(*) FILTER (WHERE v.verdict = 'failed') AS failed,
        count(v.verdict) FILTER (WHERE e.side IN ('user', 'market')) AS users_cast,
        count(*) FILTER (WHERE v.verdict = 'passed' AND e.side IN ('user', 'market')) AS users_passed
      FROM acceptance_seats e JOIN organisations o ON o.id = e.organisation
      LEFT JOIN acceptance_votes v USING (acceptance, organisation) WHERE e.acceptance = t.id) b
    """
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    project = try c.next()
    projectTitle = try c.next()
    region = try c.next()
    indicatorCount = try c.next()
    poster = try c.next()
    solver = try c.next()
    solverName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    report = try c.next()
    results = try c.next(JSONB.self).bytes
    evidence = try c.next(JSONB.self).bytes
    vetoReason = try c.next()
    vetoIndicators = try c.next()
    reason = try c.next()
    decidedAt = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    seats = try c.next(JSONB.self).bytes
    ballot = Ballot(
      seats: try c.next(), cast: try c.next(), passed: try c.next(), failed: try c.next(), usersCast: try c.next(),
      usersPassed: try c.next())
    side = try SolverSide(solver, solverName, &c)
  }

  public var headline: String { projectTitle }

  private static let inner: Set<String> = ["report", "results", "evidence", "seats", "reason"]
  public static let policy = Policy<Acceptance>(
    parties: [.init(.solver, "p.solver", \.solver), .init(.poster, "p.poster", \.poster)],
    .show(.passed, .concluded, .failed, to: .everyone, without: inner),
    .show(.panel, to: .reviewer, without: ["reason"]),
    .show(to: .solver, .poster, .operator, .supervisor, .admin))

  public static let fields: [Field<Acceptance>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("project", \.project, .shown, "项目", "project"),
    .text("project_title", \.projectTitle, max: 200, .shown, "项目名称", "project's title"),
    .text("solver_name", \.solverName, max: 120, .shown, "承担单位", "solver"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("report", \.report, max: 20000, .shown, "验收申请报告", "report"),
    .records("results", \.results, maxItems: 60, Measure.inputs, .shown, "各项指标实测结果", "what was measured"),
    .records("evidence", \.evidence, maxItems: 60, AcceptanceFile.evidence, .shown, "市场验收证据", "market evidence"),
    Field("seats", .records(maxItems: 60, Seat.shown), .shown, Phrase("验收组", "the panel")) { $1.raw($0.seats) },
    .text("veto_reason", \.vetoReason, max: 1000, .shown, "出题方否决的理由", "why the poster vetoes it"),
    .texts("veto_indicators", \.vetoIndicators, maxItems: 60, max: 2, .shown, "否决所指的指标", "indicators the veto names"),
    .text("reason", \.reason, max: 1000, .shown, "要求补正或终止的理由", "why it was sent back or ended"),
    .instant("decided_at", \.decidedAt, "结论时间", "decided at"),
    .instant("created_at", \.createdAt, "申请时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("project", .reference(Project.idPrefix), "项目", "project"),
  ]
}

/// A seat of a panel: one organisation and the side it sits on.
enum Seat {
  static let sides = ["user", "market", "technical", "finance"]
  static let shown: [InputField] = [
    InputField("organisation", .text(max: 120), Phrase("单位", "organisation")),
    InputField("side", .code(sides), Phrase("席位:用户、市场、技术、财务", "side")),
  ]
  static let inputs: [InputField] = [
    InputField("organisation", .reference(Organisation.idPrefix), Phrase("单位", "organisation")),
    InputField("side", .code(sides), Phrase("席位:用户、市场、技术、财务", "side")),
  ]
}
