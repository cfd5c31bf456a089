import Market
import Postgres

extension World {
  /// Puts rows into the tables as they are, past every trigger and reference: to have an object in any state at once.
  /// What checks the row itself still holds.
  public func place(_ statements: SQL...) async throws {
    try await market.database.transaction { tx in
      _ = try await tx.execute("SET LOCAL session_replication_role = replica")
      _ = try await tx.batch(statements)
    }
  }

  /// How many rows every table has, those apart that say no more than the events again, or when somebody was last seen.
  public func rowCounts() async throws -> [String: Int] {
    let tables = try await market.database.query(
      """
      SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname !~ '^(unsequenced_events|ledger_.*|credential_uses)$' ORDER BY 1
      """)
    var counts: [String: Int] = [:]
    for row in tables {
      let name: String = try row.get(0)
      counts[name] = try await market.database.query(SQL(unsafe: "SELECT count(*) FROM \(name)")).first?.get(0)
    }
    return counts
  }

  /// One line for everything that is stored: equal before and after means that nothing was written.
  public func fingerprint() async throws -> [String: String] {
    var prints: [String: String] = [:]
    for name in try await rowCounts().keys {
      prints[name] = try await market.database.query(
        SQL(unsafe: "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \(name) t")
      ).first?.get(0)
    }
    return prints
  }
}

extension World {
  /// Every event that a reader may know of.
  public func history(as reader: Caller?) async throws -> [Event] {
    try await market.events.read(after: .start, limit: 100_000, as: reader)
  }
}

extension World {
  /// An achievement of the university in a state, complete enough for every move.
  public func achievement(_ state: Achievement.State, expired: Bool = false) async throws -> ID<Achievement> {
    let id = ID<Achievement>()
    try await place(
      """
      INSERT INTO achievements (id, organisation, status, rulebook, title, summary, field, keywords, region, origin,
        confirmed_at, expires_at)
      VALUES (\(id), \(university.id), \(state.rawValue), 1, '柑橘无病毒苗木繁育技术', '示例简介', '09', '{柑橘,苗木}', '450300',
        'constructed',
        market_now() - interval '10 days', market_now() + \(expired ? "-1 day" : "100 days")::interval)
      """)
    return id
  }

  public func achievementList(_ state: AchievementList.State) async throws -> ID<AchievementList> {
    let id = ID<AchievementList>()
    try await place(
      """
      INSERT INTO achievement_lists (id, organisation, status, rulebook, title, issue, issued_on)
      VALUES (\(id), \(university.id), \(state.rawValue), 1, '示例清单',
        \(state == .draft ? nil : Int32.random(in: 1...1_000_000)),
          \(state == .draft ? nil : CivilDate(days: 20_000)))
      """)
    return id
  }

  /// A challenge of the enterprise in a state, with one bid of the university, and what its state stands on. Before the opening
  /// the bid is a sealed one; afterwards it has been opened, its price too unless told.
  /// - Parameter hasClosed: whether its deadline lies behind.
  /// - Parameter isPlain: a plain demand, which is published without a notice.
  /// - Parameter isJudged: whether its panel, where it has one, has closed with 88 points for the bid.
  /// - Parameter notice: how the notice stands that a state on notice waits for.
  public func challenge(
    _ state: Challenge.State, hasClosed: Bool = true, isPlain: Bool = false, withBid: Bool = true,
    pricesOpen: Bool = true, isJudged: Bool = true, seal: BidSeal.Kind? = nil, notice: Notice.State = .closedClean
  ) async throws -> (id: ID<Challenge>, bid: ID<Bid>) {
    let id = ID<Challenge>()
    var bid = ID<Bid>(), linked: ID<Notice>?
    if state == .boardNotice || state == .awardNotice {
      linked = try await self.notice(
        notice, kind: state == .boardNotice ? "board" : "award", before: (Challenge.kind, id.bits),
        parties: state == .boardNotice ? [enterprise.id] : [enterprise.id, university.id])
    }
    let isAwarded = [
      .awarded, .contracted, .executing, .acceptance, .completed, .concludedWithDiligence, .failed, .terminated,
    ].contains(state)
    let isOpened = isAwarded || [.closed, .evaluating, .awardNotice, .noAward].contains(state)
    let opened: SQL = isOpened ? "market_now() - interval '1 hour'" : "NULL"
    let priced: SQL = isOpened && state != .closed && pricesOpen ? "market_now()" : "NULL"
    try await place(
      """
      INSERT INTO challenges (id, organisation, status, rulebook, mode, title, summary, indicators, field, keywords,
        region, budget, criteria,
        origin, notice, published_at, closes_at, bids_received, bid_seal, opened_at, prices_opened_at)
      VALUES (\(id), \(enterprise.id), \(state.rawValue), 1, \(isPlain ? "plain_demand" : "open_challenge"),
        '柑橘黄龙病绿色防控', '示例简介',
        '{带毒率 ≤ 0.1 %}', '09', '{柑橘,黄龙病}', '451000', 100000000,
        \(JSONB(Array((isPlain ? "[]" : World.criteria).utf8))), 'constructed', \(linked),
        market_now() - interval '20 days', market_now() + interval '20 days',
          \(isOpened ? Int32(1) : nil), \(seal?.rawValue), \(sql: opened), \(sql: priced))
      """)
    if state == .published {
      try await market.work(as: .system) { work in try await work.sealBids(on: id) }
      if withBid {
        bid = try await market.work(as: university.caller) { work in try await work.placeBid(on: id, World.offer) }
          .receipt.bid
      }
    }
    if hasClosed {
      try await place("UPDATE challenges SET closes_at = market_now() - interval '1 hour' WHERE id = \(id)")
    }
    guard withBid, state != .published else { return (id, bid) }
    let bidState: Bid.State =
      switch state {
      case _ where isAwarded: .won
      case .noAward: .lost
      default: .opened
      }
    try await placeBid(bid, of: university, on: id, bidState, price: state == .closed || !pricesOpen ? nil : 80_000_000)
    if isOpened, !isPlain, isJudged, state != .closed {
      try await judged(id, [(bid, "88.00")])
    } else if isOpened, isPlain {
      try await place(
        """
        INSERT INTO bid_reviews (bid, challenge, reviewer, organisation, score, comment)
        VALUES (\(bid), \(id), \(reviewer.caller.token ?? ID()), \(reviewer.id), 88, '示例意见')
        """)
    }
    if isAwarded || state == .awardNotice {
      try await place(
        """
        INSERT INTO awards (challenge, bid, rank, organisation, price, score, awarded_at)
        VALUES (\(id), \(bid), 1, \(university.id), 80000000, 88,
          \(state == .awardNotice ? nil : Instant(microseconds: 1_700_000_000_000_000)))
        """)
    }
    return (id, bid)
  }

  /// A wish of the enterprise in a state.
  public func wish(_ state: Wish.State) async throws -> ID<Wish> {
    let id = ID<Wish>()
    try await place(
      """
      INSERT INTO wishes (id, organisation, status, rulebook, seeks, title)
      VALUES (\(id), \(enterprise.id), \(state.rawValue), 1, 'achievement', '柑橘苗木')
      """)
    return id
  }

  /// What the university bids where it matters to nobody.
  public static let offer = Input(["price": .money(Money(fen: 80_000_000)), "plan": .text("示例方案")])

  /// A bid as it is after the opening.
  public func placeBid(
    _ bid: ID<Bid>, of party: Party, on challenge: ID<Challenge>, _ state: Bid.State = .opened, price: Int64?
  ) async throws {
    try await place(
      """
      INSERT INTO bids (id, challenge, organisation, status, rulebook, plain, price, plan, commitment, received_at)
      SELECT \(bid), c.id, \(party.id), \(state.rawValue), 1, (c.mode = 'plain_demand')::int, \(price), '示例方案',
        sha256(\(bid.text)::bytea), market_now() - interval '1 day' FROM challenges c WHERE c.id = \(challenge)
      """)
  }

  /// A bid of the university in a state.
  public func bid(_ state: Bid.State, isPlain: Bool = false) async throws -> ID<Bid> {
    let made = try await challenge(.evaluating, isPlain: isPlain)
    try await place("UPDATE bids SET status = \(state.rawValue) WHERE id = \(made.bid)")
    return made.bid
  }

  /// A deal that the university sells to the enterprise, in a state.
  public func deal(
    _ state: Deal.State, route: String = "listed", amount: Int64 = 80_000_000, notice: Notice.State = .closedClean
  ) async throws -> ID<Deal> {
    let id = ID<Deal>()
    let linked = try await self.notice(
      notice, kind: "price", before: (Deal.kind, id.bits), parties: [university.id, enterprise.id])
    try await place(
      """
      INSERT INTO deals (id, status, rulebook, kind, title, seller, buyer, total_amount, pricing_route,
        decision_record, notice,
        signed_on, created_by)
      VALUES (\(id), \(state.rawValue), 1, 'development', '示例交易', \(university.id), \(enterprise.id), \(amount),
        \(route), '示例决策',
        \(linked), market_today(), \(university.id))
      """)
    return id
  }

  /// The contract of such a deal, in a state.
  public func contract(_ state: Contract.State, name: String = "示例合同", amount: Int64 = 80_000_000) async throws -> ID<
    Contract
  > {
    let isRegistered = state == .registered || state == .cancelled
    let deal = try await deal(state == .cancelled ? .terminated : isRegistered ? .registered : .signed, amount: amount)
    let id = ID<Contract>()
    try await place(
      """
      INSERT INTO contracts (id, deal, status, rulebook, project_name, contract_type, technology_field, seller, buyer,
        seller_region,
        buyer_region, total_amount, technical_amount, signed_on, valid_from, valid_to, contract_no, registered_by,
          registered_at)
      VALUES (\(id), \(deal), \(state.rawValue), 1, \(name), 'TD', '09', \(university.id), \(enterprise.id), '450300',
        '451000',
        \(amount), \(amount / 2), market_today(), market_today(), market_today() + 700,
        \(isRegistered ? "2026\(UInt64.random(in: 100_000_000_000...999_999_999_999))" : nil),
          \(isRegistered ? registry.id : nil),
        \(isRegistered ? Instant(microseconds: 1_760_000_000_000_000) : nil))
      """)
    return id
  }

  /// A notice of the university in a state. A running or paused one has five days to go.
  /// - Parameter hasRun: whether the time of a running one is over.
  public func notice(
    _ state: Notice.State, kind: String = "cash_award", hasRun: Bool = false, before subject: (String, UInt128)? = nil,
    parties: [ID<Organisation>]? = nil, publisher: ID<Token>? = nil
  ) async throws -> ID<Notice> {
    let id = ID<Notice>(), isUp = state != .draft, content = isUp ? "{}" : nil
    let days: Int32 = state == .closedClean || hasRun ? -1 : 5
    try await place(
      """
      INSERT INTO notices (id, organisation, status, rulebook, kind, subject_kind, subject, parties, publisher, title, region,
        contact, objection_channel, published_at, counted_from, year, sequence, ends_at, period_days, period_unit, content,
        hash, paused_at, closed_at, reason)
      SELECT \(id), \(university.id), \(state.rawValue), 1, \(kind), \(subject?.0), \(subject.map { ID<Challenge>(bits: $0.1) }),
        \(parties ?? [university.id]), \(publisher), '示例公示', '450300', '示例大学成果处', '书面提出',
        CASE WHEN up THEN market_now() - interval '30 days' END, CASE WHEN up THEN market_now() - interval '30 days' END,
        CASE WHEN up THEN 2000 END, CASE WHEN up THEN \(Int32.random(in: 1...2_000_000_000)) END,
        CASE WHEN up THEN market_now() + make_interval(days => \(days)) END,
        CASE WHEN up THEN 15 END, CASE WHEN up THEN 'working_days' END, \(content), \(content.map(Notice.digest)),
        CASE WHEN \(state == .paused) THEN market_now() END, CASE WHEN \(state == .closedClean) THEN market_now() END,
        CASE WHEN \(state == .revoked) THEN '示例理由' END
      FROM (SELECT \(isUp)::boolean AS up) s
      """)
    return id
  }

  /// An objection of the rival to a notice of the university, in a state.
  /// - Parameter isLate: whether the step that is next should have been done.
  public func objection(
    _ state: Objection.State, to notice: ID<Notice>? = nil, isLate: Bool = false
  ) async throws -> ID<Objection> {
    let id = ID<Objection>(), holdsUp = state == .accepted || state == .investigating
    let isOpen = holdsUp || state == .filed || state == .appealed
    let to: ID<Notice>
    if let notice { to = notice } else { to = try await self.notice(holdsUp ? .paused : .running) }
    try await place(
      """
      INSERT INTO objections (id, notice, organisation, status, rulebook, statement, received_at, due_at, decided_at, outcome,
        reason)
      VALUES (\(id), \(to), \(rival.id), \(state.rawValue), 1, '示例异议', market_now(),
        market_now() + make_interval(days => \(Int32(isLate ? -1 : 3))), \(isOpen && state != .appealed ? nil : Instant(microseconds: 1)),
        \(state == .final ? "dismissed" : nil), \(isOpen && state != .appealed ? nil : "示例理由"))
      """,
      "UPDATE objections SET decided_at = market_now() WHERE id = \(id) AND decided_at IS NOT NULL",
      "UPDATE notices SET open_objections = open_objections + \(Int32(isOpen ? 1 : 0)) WHERE id = \(to)")
    return id
  }

  /// A webhook of the university in a state.
  public func webhook(_ state: Webhook.State, url: String = "https://hooks.example.edu.cn/jiebang") async throws
    -> ID<Webhook>
  {
    let id = ID<Webhook>()
    try await place(
      """
      INSERT INTO webhooks (id, organisation, status, rulebook, url)
      VALUES (\(id), \(university.id), \(state.rawValue), 1, \(url + "/" + id.text))
      """, "INSERT INTO webhook_progress (webhook, seen) VALUES (\(id), 0)")
    return id
  }
}
