import Market
import Postgres

/// What follows an award, put into the tables as it is.
extension World {
  public static let indicators =
    #"[{"answers":1,"name":"带毒率","operator":"<=","target":"0.1","unit":"%","test_method":"第三方检测"}]"#
  /// What the rulebook takes for a plan of a term of so many days from now: milestones half a year apart, then the end.
  public func plan(endsOn: CivilDate, gate: Bool = true) async throws -> JSONValue {
    let today = try await market.today()
    func row(_ title: String, _ due: CivilDate, _ percent: Double, _ isGate: Bool) -> JSONValue {
      .object([
        "title": .string(title), "due_on": .string(due.text), "pay_percent": .number(percent), "gate": .bool(isGate),
        "indicators": .array([
          .object([
            "name": .string("带毒率"), "operator": .string("<="), "target": .string("0.5"),
            "test_method": .string("第三方检测"),
          ])
        ]),
      ])
    }
    return .object([
      "first_percent": .number(40),
      "plan": .array([
        row("样机", today.adding(days: 200), 30, gate), row("中试", today.adding(days: 500), 10, false),
        row("示范", endsOn, 10, false),
      ]),
    ])
  }

  /// A measure of the first indicator, by somebody else than the solver.
  public static func measured(by name: String = "示例检测中心") -> JSONValue {
    .array([
      .object([
        "indicator": .number(1), "value": .string("0.08"), "method": .string("PCR"),
        "evidence": .string("示例报告〔2026〕3号"),
        "measured_by": .string(name),
      ])
    ])
  }
  public static let delivery: JSONValue = .object([
    "report": .string("示例验收报告"), "results": measured(),
    "evidence": .array([
      .object([
        "kind": .string("user_report"), "title": .string("用户使用报告"), "reference": .string("示例用户报告〔2026〕1号"),
        "issuer": .string("示例果业公司"),
      ])
    ]),
  ])

  /// A project of the university for the enterprise in a state, far enough for every move. Its term is two years, begun today.
  /// - Parameter isConfirmed: whether the poster has confirmed what the solver pledged.
  /// - Parameter isLate: whether the time to contract is over.
  /// - Parameter changed: whether a change waits, agreed to by the poster.
  /// - Parameter raced: whether the rival runs beside it, and its first milestone was a gate that has passed.
  public func project(
    _ state: Project.State, isConfirmed: Bool = true, isLate: Bool = false, isPlanned: Bool = true,
    changed: Bool = false, raced: Bool = false
  ) async throws -> ID<Project> {
    let at: Challenge.State =
      switch state {
      case .awarded: .awarded
      case .contracted: .contracted
      case .executing, .eliminated: .executing
      case .acceptance: .acceptance
      case .completed: .completed
      case .concluded: .concludedWithDiligence
      case .failed: .failed
      case .terminated: .terminated
      case .forfeited: .evaluating
      }
    let made = try await challenge(at)
    let id = ID<Project>()
    try await place(
      project: id, state, of: university, made.bid, on: made.id, isConfirmed: isConfirmed, isLate: isLate,
      isPlanned: isPlanned, changed: changed)
    if raced {
      let bid = ID<Bid>()
      try await placeBid(bid, of: rival, on: made.id, .won, price: 70_000_000)
      try await place(
        project: ID(), state.isRaced ? state : .executing, of: rival, bid, on: made.id, isConfirmed: isConfirmed)
      _ = try await milestone(.passed, of: id)
    }
    return id
  }

  private func place(
    project id: ID<Project>, _ state: Project.State, of party: Party, _ bid: ID<Bid>, on challenge: ID<Challenge>,
    isConfirmed: Bool = true, isLate: Bool = false, isPlanned: Bool = true, changed: Bool = false
  ) async throws {
    let isContracted = state != .awarded && state != .forfeited
    let deal = isContracted ? try await deal(.signed) : nil
    let endsOn = try await market.today().adding(days: 730)
    let plan = try await plan(endsOn: endsOn)
    let rows = isPlanned && isContracted ? JSONB((plan["plan"] ?? .array([])).canonical) : JSONB(Array("[]".utf8))
    let isStarted = isContracted && state != .contracted && state != .terminated
    try await place(
      """
      INSERT INTO projects (id, status, rulebook, challenge, bid, poster, solver, title, price, deal, contract_due_at, leader,
        pledge, indicators, ends_on, pledge_content, pledge_hash, pledged_at, pledge_confirmed_at, plan, first_percent,
        started_at, accept_by, change, change_agreed_at, ground, decision, approved_cost, reason)
      VALUES (\(id), \(state.rawValue), 1, \(challenge), \(bid), \(enterprise.id), \(party.id), '柑橘黄龙病绿色防控', 80000000,
        \(deal), market_now() + \(isLate ? "-1 hour" : "30 days")::interval, '示例负责人', '示例军令状',
        \(JSONB(Array(Self.indicators.utf8))), \(endsOn), '{}', \(Notice.digest(of: "{}")), market_now(),
        CASE WHEN \(isConfirmed || isContracted) THEN market_now() END, \(rows), 40,
        CASE WHEN \(isStarted) THEN market_now() END, CASE WHEN \(isStarted) THEN market_now() + interval '900 days' END,
        CASE WHEN \(changed) THEN '{"leader":"另一负责人","reason":"示例理由"}'::jsonb END,
        CASE WHEN \(changed) THEN market_now() END, \(state == .terminated ? "mutual" : nil),
        \(state == .terminated ? "示例决定〔2026〕1号" : nil), \(state == .eliminated ? Int64(100) : nil), '示例理由')
      """)
  }

  /// A milestone in a state, of a project that is being carried out unless told.
  /// - Parameter isRectified: whether it was to be put right before.
  /// - Parameter isOver: whether its time, or the time to put it right, is over.
  public func milestone(
    _ state: Milestone.State, of project: ID<Project>? = nil, isRectified: Bool = false, isOver: Bool = false,
    waiver: Bool = false
  ) async throws -> ID<Milestone> {
    let id = ID<Milestone>()
    let of: ID<Project>
    if let project { of = project } else { of = try await self.project(.executing) }
    let rectifies = (isRectified && state == .submitted) || state == .due || state == .rectifying
    let isHandedIn = state == .submitted || state == .passed
    try await place(
      """
      INSERT INTO milestones (id, project, status, rulebook, number, title, gate, indicators, due_on, pay_percent, rectify_by,
        results, submitted_at, waiver_reason)
      SELECT \(id), \(of), \(state.rawValue), 1, 1 + (SELECT count(*) FROM milestones WHERE project = \(of)), '示例里程碑', true,
        '[{"name":"带毒率","operator":"<=","target":"0.5","test_method":"第三方检测"}]',
        market_today() + \(Int32(isOver ? -1 : 30)), 30,
        CASE WHEN \(rectifies) THEN market_now() + \(isOver ? "-1 hour" : "20 days")::interval END,
        \(JSONB(isHandedIn ? Self.measured().canonical : Array("[]".utf8))), CASE WHEN \(isHandedIn) THEN market_now() END,
        \(waiver ? "示例理由" : nil)
      """)
    return id
  }

  /// An acceptance in a state. A panel has five seats: the enterprise, a user, and four bodies that review; so many have said it passed.
  public func acceptance(_ state: Acceptance.State, votes: Int = 5, verdict: String = "passed") async throws -> ID<
    Acceptance
  > {
    let id = ID<Acceptance>()
    let project = try await project(
      state == .passed ? .completed : state == .concluded ? .concluded : state == .failed ? .failed : .acceptance)
    let isDecided = [.passed, .concluded, .failed].contains(state)
    try await place(
      """
      INSERT INTO acceptances (id, project, status, rulebook, report, results, evidence, decided_at)
      VALUES (\(id), \(project), \(state.rawValue), 1, '示例验收报告', \(JSONB(Self.measured().canonical)),
        \(JSONB((Self.delivery["evidence"] ?? .array([])).canonical)), CASE WHEN \(isDecided) THEN market_now() END)
      """)
    guard state == .panel || isDecided else { return id }
    let seats = [enterprise, reviewer, rival, registry, supervisor].map(\.id)
    for (i, seat) in seats.enumerated() {
      try await place(
        """
        INSERT INTO acceptance_seats (acceptance, organisation, side)
        VALUES (\(id), \(seat), \(i == 0 ? "user" : "technical"))
        """)
      guard i < votes else { continue }
      try await place(
        """
        INSERT INTO acceptance_votes (acceptance, organisation, verdict, comment)
        VALUES (\(id), \(seat), \(verdict), '示例意见')
        """)
    }
    return id
  }

  /// A record against the university in a state.
  public func integrityRecord(
    _ state: IntegrityRecord.State, of party: Party? = nil, isOver: Bool = false
  ) async throws -> ID<IntegrityRecord> {
    let id = ID<IntegrityRecord>()
    let isImposed = [.inForce, .lifted, .expired].contains(state)
    try await place(
      """
      INSERT INTO integrity_records (id, organisation, status, rulebook, ground, facts, decision, in_force_from, until_on)
      VALUES (\(id), \((party ?? university).id), \(state.rawValue), 1, 'fraud', '示例事实', \(isImposed ? "示例决定〔2026〕1号" : nil),
        CASE WHEN \(isImposed) THEN market_now() - interval '30 days' END,
        CASE WHEN \(isImposed) THEN market_today() + \(Int32(isOver ? -1 : 300)) END)
      """)
    return id
  }
}

extension Project.State {
  /// Those in which a rival may stand beside it.
  fileprivate var isRaced: Bool { [.awarded, .contracted, .executing].contains(self) }
}
