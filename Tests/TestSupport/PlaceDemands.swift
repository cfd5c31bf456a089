import Market
import Postgres

/// The demand side, put into the tables as it is.
extension World {
  /// Reviewers with a token each.
  public func panel(_ count: Int) async throws -> [Party] {
    let reviewer = reviewer.id
    return try await market.work(as: .system) { work in
      var panel: [Party] = []
      for i in 0..<count {
        let (token, secret) = try await work.issueToken(for: reviewer, role: .reviewer, label: "专家 \(i + 1)")
        let caller = Caller(organisation: reviewer, token: token.id, role: .reviewer)
        panel.append(Party(id: reviewer, caller: caller, secret: secret))
      }
      return panel
    }
  }
  public func experts(_ count: Int) async throws -> [Caller] { try await panel(count).map(\.caller) }

  /// A chain with one node, in a state.
  public func chain(_ state: Chain.State) async throws -> (id: ID<Chain>, node: ID<ChainNode>) {
    let id = ID<Chain>(), node = ID<ChainNode>()
    try await place(
      """
      INSERT INTO chains (id, organisation, status, rulebook, name, region, origin)
      VALUES (\(id), \(`operator`.id), \(state.rawValue), 1, \("示例产业链 \(id)"), '450300', 'constructed')
      """, "INSERT INTO chain_nodes (id, chain, position, name) VALUES (\(node), \(id), 1, '种苗繁育')")
    return (id, node)
  }

  /// An official call in a state, whose window is open or over.
  public func demandCall(_ state: DemandCall.State, isOver: Bool = false, kind: String = "windowed") async throws -> ID<
    DemandCall
  > {
    let id = ID<DemandCall>()
    let isWindowed = kind == "windowed"
    try await place(
      """
      INSERT INTO demand_calls (id, organisation, status, rulebook, kind, title, region, closes_on, opened_at, closes_at)
      VALUES (\(id), \(`operator`.id), \(state.rawValue), 1, \(kind), '示例需求征集', '450300', market_today() + 60,
        market_now() - interval '20 days',
        CASE WHEN \(isWindowed) THEN market_now() + \(isOver ? "-1 hour" : "20 days")::interval END)
      """)
    return id
  }

  /// A demand of the enterprise in a state, complete enough for every move, scored by three where it is past the panel.
  public func demand(
    _ state: Demand.State, confidentiality: Int = 1, call: ID<DemandCall>? = nil, node: ID<ChainNode>? = nil,
    of party: Party? = nil, title: String = "柑橘黄龙病田间快速检测"
  ) async throws -> ID<Demand> {
    let id = ID<Demand>()
    let isScored = [.declined, .shortlisted, .consolidated, .converted].contains(state)
    let submitted = Instant(microseconds: 1_760_000_000_000_000)
    try await place(
      """
      INSERT INTO demands (id, organisation, call, status, rulebook, title, summary, problem, background, indicators, field, keywords,
        region, budget, own_funds, own_funds_proof, confidentiality, chain_node, contact_name, contact_phone, origin, decline_reason,
        advice, score, submitted_at)
      VALUES (\(id), \((party ?? enterprise).id), \(call), \(state.rawValue), 1, \(title), '示例简介', '示例问题', '示例背景',
        '[{"name":"检出限","operator":"<=","target":"10","unit":"拷贝/μL","test_method":"第三方检测"}]', '09', '{柑橘,检测}',
        '451000', 100000000, 40000000, '示例证明〔2026〕1号', \(confidentiality), \(node), '示例联系人', '13800001234', 'constructed',
        \(state == .declined ? "unclear" : nil), \(state == .declined ? "请补充检测方法" : nil),
        \(isScored && state != .declined ? "80.00" : nil)::text::numeric, \(state == .draft ? nil : submitted))
      """)
    for i in 0..<(isScored || state == .screening ? 3 : 0) {
      let token = ID<Token>(bits: UInt128(i + 1))
      try await place(
        """
        INSERT INTO demand_sheets (demand, reviewer, organisation, round, comment)
        VALUES (\(id), \(token), \(reviewer.id), \(submitted), '示例意见')
        """,
        """
        INSERT INTO demand_scores (demand, reviewer, round, axis, score)
        SELECT \(id), \(token), \(submitted), axis, 80 FROM unnest(\(ScreeningAxis.all.map(\.name))) axis
        """)
    }
    return id
  }

  /// A question of the enterprise to the university, in a state.
  public func consultRequest(_ state: ConsultRequest.State) async throws -> ID<ConsultRequest> {
    let id = ID<ConsultRequest>()
    let isAnswered = state != .open
    try await place(
      """
      INSERT INTO consult_requests (id, organisation, adviser, status, rulebook, title, question, region, answer, answered_by,
        answered_at, due_at, origin)
      VALUES (\(id), \(enterprise.id), \(university.id), \(state.rawValue), 1, '示例咨询', '示例问题', '451000',
        \(isAnswered ? "示例答复" : nil), \(isAnswered ? university.id : nil),
        CASE WHEN \(isAnswered) THEN market_now() END, market_now() + interval '5 days', 'constructed')
      """)
    return id
  }

  public func challengeBoard(_ state: ChallengeBoard.State) async throws -> ID<ChallengeBoard> {
    let id = ID<ChallengeBoard>()
    try await place(
      """
      INSERT INTO challenge_boards (id, organisation, status, rulebook, title, issue, issued_on)
      VALUES (\(id), \(`operator`.id), \(state.rawValue), 1, '示例榜单',
        \(state == .draft ? nil : Int32.random(in: 1...1_000_000)), \(state == .draft ? nil : CivilDate(days: 20_000)))
      """)
    return id
  }

  /// A question of the university about a challenge of the enterprise that is open.
  public func question(_ state: Question.State) async throws -> ID<Question> {
    let id = ID<Question>()
    let challenge = try await challenge(.published, hasClosed: false, withBid: false).id
    let isAnswered = state == .answered
    try await place(
      """
      INSERT INTO questions (id, challenge, organisation, status, rulebook, question, answer, asked_at, answered_at)
      VALUES (\(id), \(challenge), \(university.id), \(state.rawValue), 1, '示例问题', \(isAnswered ? "示例答复" : nil), market_now(),
        CASE WHEN \(isAnswered) THEN market_now() END)
      """)
    return id
  }
}
