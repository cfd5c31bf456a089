import Market
import Postgres

/// Experts and panels, put into the tables as they are.
extension World {
  public struct PoolMember: Sendable {
    public let id: ID<Expert>
    public let person: ID<Person>
    /// The employer, and the token with which the expert comes as a reviewer.
    public let party: Party
    public var caller: Caller { party.caller }
  }

  /// What bids on the placed challenges are judged by.
  public static let criteria =
    #"[{"name":"技术方案","weight":60,"decides_ties":false},{"name":"指标响应","weight":40,"decides_ties":true}]"#

  /// Somebody invented in the pool, with an employer of their own unless told.
  public func expert(
    _ kind: String = "academia", state: Expert.State = .listed, employer: ID<Organisation>? = nil,
    fields: [String] = ["09"]
  ) async throws -> PoolMember {
    let id = ID<Expert>(), person = ID<Person>(), membership = ID<Membership>(), token = ID<Token>()
    let organisation = employer ?? ID<Organisation>(), secret = Token.secretPrefix + Base64URL.encode(Crypto.random(32))
    if employer == nil {
      try await place(
        """
        INSERT INTO organisations (id, status, rulebook, name, kind, region, origin, evidence, verified_at)
        VALUES (\(organisation), 'verified', 1, \("示例单位 \(organisation)"), 'other', '450300', 'constructed', '示例', market_now())
        """)
    }
    try await place(
      """
      INSERT INTO people (id, organisation, rulebook, name, login)
      VALUES (\(person), \(organisation), 1, '示例专家', \("e\(UInt64.random(in: 1 ... .max))@example.invalid"))
      """,
      """
      INSERT INTO memberships (id, person, organisation, rulebook, roles)
      VALUES (\(membership), \(person), \(organisation), 1, '{reviewer}')
      """,
      """
      INSERT INTO tokens (id, organisation, role, label, hash, expires_at, person, membership)
      VALUES (\(token), \(organisation), 'reviewer', 'test', \(Bytea(Crypto.sha256(secret.utf8))),
        market_now() + interval '3650 days', \(person), \(membership))
      """,
      """
      INSERT INTO experts (id, person, organisation, status, rulebook, kind, fields)
      VALUES (\(id), \(person), \(organisation), \(state.rawValue), 1, \(kind), \(fields))
      """)
    let caller = Caller(
      person: person, token: token, organisation: organisation, role: .reviewer, affiliations: [organisation])
    return PoolMember(id: id, person: person, party: Party(id: organisation, caller: caller, secret: secret))
  }

  /// A pool of experts, so many of them of industry.
  public func pool(_ count: Int, industry: Int) async throws -> [PoolMember] {
    var pool: [PoolMember] = []
    for i in 0..<count { pool.append(try await expert(i < industry ? "industry" : "academia")) }
    return pool
  }

  /// Signs a head over everything that has happened.
  /// - Parameter folder: where the keys are.
  public func seal(_ folder: String) async throws {
    let ledger = market.ledger
    _ = try await ledger.sequence()
    _ = try await ledger.seal(with: try await LedgerKeyring(folder: folder + "/keys").signer(of: ledger))
  }

  /// The closed panel of a challenge with these marks; bids are lettered in the order in which they come.
  @discardableResult
  public func judged(
    _ challenge: ID<Challenge>, _ marks: [(bid: ID<Bid>, mean: String)]
  ) async throws -> ID<Panel> {
    let before = try await market.database.query("SELECT id FROM panels WHERE challenge = \(challenge)").first
    let panel = try before?.get(0, as: ID<Panel>.self) ?? ID<Panel>()
    if before == nil { try await placePanel(panel, .closed, on: challenge) }
    for mark in marks {
      try await place(
        """
        INSERT INTO panel_bids (panel, bid, label, sheets, mean, indicator, highest, lowest, deviation)
        SELECT \(panel), \(mark.bid), chr(65 + count(*)::int), 5, \(mark.mean)::text::numeric, \(mark.mean)::text::numeric,
          \(mark.mean)::text::numeric, \(mark.mean)::text::numeric, 0
        FROM panel_bids WHERE panel = \(panel)
        """)
    }
    return panel
  }

  /// A panel of five in a state, each of whom has accepted and, from the review on, judged the only bid.
  public func panel(_ state: Panel.State) async throws -> (id: ID<Panel>, challenge: ID<Challenge>) {
    let made = try await challenge(.evaluating, pricesOpen: state == .closed, isJudged: false)
    let id = ID<Panel>()
    try await placePanel(id, state, on: made.id)
    let isBegun = state == .reviewing || state == .closed
    if isBegun {
      try await place("INSERT INTO panel_bids (panel, bid, label, mean) VALUES (\(id), \(made.bid), 'A', 80)")
    }
    for i in 0..<5 {
      let member = try await expert(i < 2 ? "industry" : "academia")
      try await place(
        """
        INSERT INTO panel_candidates (panel, expert, kind, status, ticket, place)
        VALUES (\(id), \(member.id), \(i < 2 ? "industry" : "academia"), \(state == .frozen ? "waiting" : "accepted"),
          \(state == .frozen ? nil : String(repeating: "\(i)", count: 64)), \(state == .frozen ? nil : Int32(i + 1)))
        """)
      guard isBegun else { continue }
      try await place(
        "INSERT INTO panel_sheets (panel, expert, bid) VALUES (\(id), \(member.id), \(made.bid))",
        """
        INSERT INTO panel_scores (panel, expert, bid, criterion, score, comment)
        SELECT \(id), \(member.id), \(made.bid), c, 80, '示例意见' FROM generate_series(1, 2) c
        """)
    }
    return (id, made.id)
  }

  private func placePanel(_ id: ID<Panel>, _ state: Panel.State, on challenge: ID<Challenge>) async throws {
    let isDrawn = state != .frozen
    try await place(
      """
      INSERT INTO panels (id, challenge, organisation, status, rulebook, size, industry_seats, pool_size, pool_digest, seed, head,
        reason, drawn_at, begun_at, closed_at)
      SELECT \(id), \(challenge), \(`operator`.id), \(state.rawValue), 1, 5, 2, 5, repeat('0', 64),
        CASE WHEN d THEN repeat('1', 64) END, CASE WHEN d THEN 1 END, CASE WHEN \(state == .dissolved) THEN '示例理由' END,
        CASE WHEN d THEN market_now() END, CASE WHEN \(state == .reviewing || state == .closed) THEN market_now() END,
        CASE WHEN \(state == .closed) THEN market_now() END
      FROM (SELECT \(isDrawn)::boolean AS d) s
      """)
  }
}
