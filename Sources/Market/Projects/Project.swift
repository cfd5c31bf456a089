import Postgres

/// 揭榜项目: what one winner does for the poster of a challenge, from the award to the acceptance.
public struct Project: MarketObject {
  public enum State: String, CaseIterable, Sendable {
    case awarded, contracted, executing, acceptance, completed, concluded, failed, terminated, eliminated, forfeited

    /// Neither ended nor given up.
    var isRunning: Bool { [.awarded, .contracted, .executing, .acceptance].contains(self) }
  }
  public enum Action: String, CaseIterable, Sendable {
    case pledge, confirm, contract, forfeit, resign, annul, plan, start
    case requestChange = "request_change", agreeChange = "agree_change", approveChange = "approve_change"
    case refuseChange = "refuse_change"
    case consent, eliminate, terminate, deliver, complete, conclude, fail
  }

  public static let idPrefix = "prj"
  public static let kind = "project"
  public static let noun = Phrase("揭榜项目", "project")
  public static let grounds = ["missed_milestone", "missed_acceptance", "mutual", "fraud"]

  public let id: ID<Project>
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let challenge: ID<Challenge>
  public let region: String
  /// The challenge's own indicators, a line each: what a pledge has to answer.
  public let wanted: [String]
  public let bid: ID<Bid>
  public let poster: ID<Organisation>
  public let posterName: String
  public let solver: ID<Organisation>
  public let solverName: String
  public let title: String
  public let price: Money
  public let deal: ID<Deal>?
  public let contractDueAt: Instant
  public let leader: String
  public let consortiumAgreement: String
  public let pledge: String?
  /// JSON, rows of ``Pledge/indicator``.
  public let indicators: [UInt8]
  /// The last day of the term.
  public let endsOn: CivilDate?
  public let pledgeContent: String?
  public let pledgeHash: String?
  public let pledgedAt: Instant?
  public let pledgeConfirmedAt: Instant?
  /// JSON, rows of ``Plan/milestone``.
  public let plan: [UInt8]
  public let firstPercent: Int?
  public let startedAt: Instant?
  /// Delivered before this instant.
  public let acceptBy: Instant?
  /// JSON; nil where no change is asked for.
  public let change: [UInt8]?
  public let changeAgreedAt: Instant?
  public let solverConsentsAt: Instant?
  public let posterConsentsAt: Instant?
  public let ground: String?
  public let decision: String?
  public let approvedCost: Money?
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant
  /// Other projects of the challenge that run side by side with it.
  public let rivals: Int
  public let milestones: MilestoneCount
  let side: SolverSide

  /// How its milestones stand.
  public struct MilestoneCount: Sendable, Hashable {
    /// Neither passed nor waived.
    public let open: Int
    public let failed: Int
    /// Gates that have come up.
    public let gates: Int
  }

  public static let table: SQL = "projects"
  public static let columns: SQL =
    """
    t.id, t.status, t.version, t.rulebook, t.challenge, c.region, c.indicators, t.bid, t.poster, po.name, t.solver, so.name,
    t.title, t.price, t.deal, t.contract_due_at, t.leader, t.consortium_agreement, t.pledge, t.indicators, t.ends_on, t.pledge_content, t.pledge_hash,
    t.pledged_at, t.pledge_confirmed_at, t.plan, t.first_percent, t.started_at, t.accept_by, t.change, t.change_agreed_at,
    t.solver_consents_at, t.poster_consents_at, t.ground, t.decision, t.approved_cost, t.reason, t.created_at, t.updated_at,
    (SELECT count(*) FROM projects r WHERE r.challenge = t.challenge AND r.id <> t.id
      AND r.status IN ('awarded', 'contracted', 'executing', 'acceptance')),
    m.open, m.failed, m.gates, \(sql: SolverSide.columns(of: "t.bid"))
    """
  public static func from(_ rows: SQL) -> SQL {
    """
    \(sql: rows) t JOIN challenges c ON c.id = t.challenge JOIN organisations po ON po.id = t.poster
    JOIN organisations so ON so.id = t.solver
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE status NOT IN ('passed', 'waived')) AS open, count(*) FILTER (WHERE status = 'failed') AS failed,
        count(*) FILTER (WHERE gate AND status <> 'planned') AS gates
      FROM milestones WHERE project = t.id) m
    """
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    challenge = try c.next()
    region = try c.next()
    wanted = try c.next()
    bid = try c.next()
    poster = try c.next()
    posterName = try c.next()
    solver = try c.next()
    solverName = try c.next()
    title = try c.next()
    price = try c.next()
    deal = try c.next()
    contractDueAt = try c.next()
    leader = try c.next()
    consortiumAgreement = try c.next()
    pledge = try c.next()
    indicators = try c.next(JSONB.self).bytes
    endsOn = try c.next()
    pledgeContent = try c.next()
    pledgeHash = try c.next()
    pledgedAt = try c.next()
    pledgeConfirmedAt = try c.next()
    plan = try c.next(JSONB.self).bytes
    firstPercent = try c.next()
    startedAt = try c.next()
    acceptBy = try c.next()
    change = try c.next(JSONB?.self)?.bytes
    changeAgreedAt = try c.next()
    solverConsentsAt = try c.next()
    posterConsentsAt = try c.next()
    ground = try c.next()
    decision = try c.next()
    approvedCost = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    rivals = try c.next()
    milestones = MilestoneCount(open: try c.next(), failed: try c.next(), gates: try c.next())
    side = try SolverSide(solver, solverName, &c)
  }

  public var headline: String { title }

  /// The pledge's digest is everybody's from the contract on; what it says is between those who deal with the project.
  public static let eventFacts: SQL? =
    "CASE WHEN t.pledge_hash IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('pledge_hash', t.pledge_hash) END"

  private static let inner: Set<String> = [
    "leader", "consortium_agreement", "pledge", "indicators", "pledge_content", "plan", "first_percent", "change",
    "change_agreed_at",
    "solver_consents_at", "poster_consents_at", "reason",
  ]
  public static let policy = Policy<Project>(
    parties: [.init(.solver, "t.solver", \.solver), .init(.poster, "t.poster", \.poster)],
    .showAll(but: .awarded, .forfeited, to: .everyone, without: inner),
    .show(to: .solver, .poster, .operator, .supervisor, .admin))

  static let constraints: [String: Refusal] = [
    "projects_one_stays": .blocked([
      Issue(code: "last_in_race", detail: Phrase("赛马至少保留一家", "at least one stays in a race"))
    ]),
    "projects_approved_cost": .invalid([
      Issue(
        pointer: "/approved_cost", code: "above_price",
        detail: Phrase("核定成本不能超过中榜价", "the approved cost cannot be more than the award's price"))
    ]),
    "acceptance_votes_once": .conflict(
      code: "already_voted", detail: Phrase("本单位已经表决", "your organisation has voted already")),
    "acceptance_seats_once": .invalid([
      Issue(pointer: "/seats", code: "twice", detail: Phrase("同一单位只占一席", "an organisation has one seat"))
    ]),
    "acceptance_seats_organisation_fkey": .invalid([
      Issue(pointer: "/seats", code: "unknown_reference", detail: Phrase("验收组单位不存在", "no such organisation"))
    ]),
  ]
}
