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
  public func challenge(
    _ state: Challenge.State, hasClosed: Bool = true, isPlain: Bool = false, withBid: Bool = true,
    pricesOpen: Bool = true, seal: BidSeal.Kind? = nil
  ) async throws -> (id: ID<Challenge>, bid: ID<Bid>) {
    let id = ID<Challenge>()
    var bid = ID<Bid>()
    let isOpened = [.closed, .evaluating, .awardNotice, .awarded, .contracted, .noAward].contains(state)
    let opened: SQL = isOpened ? "market_now() - interval '1 hour'" : "NULL"
    let priced: SQL = isOpened && state != .closed && pricesOpen ? "market_now()" : "NULL"
    try await place(
      """
      INSERT INTO challenges (id, organisation, status, rulebook, mode, title, summary, indicators, field, keywords,
        region, budget,
        origin, notice_ends_at, published_at, closes_at, bids_received, bid_seal, opened_at, prices_opened_at)
      VALUES (\(id), \(enterprise.id), \(state.rawValue), 1, \(isPlain ? "plain_demand" : "open_challenge"),
        '柑橘黄龙病绿色防控', '示例简介',
        '{带毒率 ≤ 0.1 %}', '09', '{柑橘,黄龙病}', '451000', 100000000, 'constructed', market_now() - interval '1 hour',
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
      case .awarded, .contracted: .won
      case .noAward: .lost
      default: .opened
      }
    try await placeBid(bid, of: university, on: id, bidState, price: state == .closed || !pricesOpen ? nil : 80_000_000)
    if isOpened {
      try await place(
        """
        INSERT INTO bid_reviews (bid, challenge, reviewer, organisation, score, comment)
        VALUES (\(bid), \(id), \(reviewer.caller.token ?? ID()), \(reviewer.id), 88, '示例意见')
        """)
    }
    if [.awardNotice, .awarded, .contracted].contains(state) {
      try await place(
        """
        INSERT INTO awards (challenge, bid, organisation, price, score, awarded_at)
        VALUES (\(id), \(bid), \(university.id), 80000000, 88,
          \(state == .awardNotice ? nil : Instant(microseconds: 1_700_000_000_000_000)))
        """)
    }
    return (id, bid)
  }

  /// What the university bids where it matters to nobody.
  public static let offer = Input(["price": .money(Money(fen: 80_000_000)), "plan": .text("示例方案")])

  /// A bid as it is after the opening.
  public func placeBid(
    _ bid: ID<Bid>, of party: Party, on challenge: ID<Challenge>, _ state: Bid.State = .opened, price: Int64?
  ) async throws {
    try await place(
      """
      INSERT INTO bids (id, challenge, organisation, status, rulebook, price, plan, commitment, received_at)
      VALUES (\(bid), \(challenge), \(party.id), \(state.rawValue), 1, \(price), '示例方案',
        sha256(\(bid.text)::bytea), market_now() - interval '1 day')
      """)
  }

  /// A bid of the university in a state.
  public func bid(_ state: Bid.State) async throws -> ID<Bid> {
    let made = try await challenge(.evaluating)
    try await place("UPDATE bids SET status = \(state.rawValue) WHERE id = \(made.bid)")
    return made.bid
  }

  /// A deal that the university sells to the enterprise, in a state.
  public func deal(_ state: Deal.State, route: String = "listed", amount: Int64 = 80_000_000) async throws -> ID<Deal> {
    let id = ID<Deal>()
    try await place(
      """
      INSERT INTO deals (id, status, rulebook, kind, title, seller, buyer, total_amount, pricing_route,
        decision_record, notice_ends_at,
        signed_on, created_by)
      VALUES (\(id), \(state.rawValue), 1, 'development', '示例交易', \(university.id), \(enterprise.id), \(amount),
        \(route), '示例决策',
        market_now() - interval '1 hour', market_today(), \(university.id))
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
}
