import Postgres

extension Market {
  /// Programmes whose counters are not what their claims say, or not what the log says: a line each, none when all agree.
  public func reconcileSubsidies() async throws -> [String] {
    let rows = try await database.query(
      """
      WITH told AS (
        SELECT object_id, action, sum(((payload -> 'amount' ->> 'amount')::numeric * 100)::bigint) AS fen FROM events
        WHERE kind = \(Programme.kind) AND action IN ('reserve', 'release', 'pay', 'recover') GROUP BY object_id, action),
      log AS (
        SELECT object_id, sum(fen * CASE action WHEN 'reserve' THEN 1 WHEN 'recover' THEN 0 ELSE -1 END) AS reserved,
          sum(fen) FILTER (WHERE action = 'pay') AS paid, sum(fen) FILTER (WHERE action = 'recover') AS recovered
        FROM told GROUP BY object_id),
      held AS (
        SELECT programme, sum(amount) FILTER (WHERE status = 'approved') AS reserved,
          sum(amount) FILTER (WHERE status IN ('paid', 'audited', 'recovering', 'recovered')) AS paid,
          sum(amount) FILTER (WHERE status = 'recovered') AS recovered
        FROM claims GROUP BY programme)
      SELECT p.id, (p.reserved, p.paid, p.recovered)::text
      FROM programmes p LEFT JOIN held h ON h.programme = p.id LEFT JOIN log l ON l.object_id = p.id
      WHERE (p.reserved, p.paid, p.recovered) IS DISTINCT FROM
          (coalesce(h.reserved, 0), coalesce(h.paid, 0), coalesce(h.recovered, 0))
        OR (p.reserved, p.paid, p.recovered) IS DISTINCT FROM
          (coalesce(l.reserved, 0), coalesce(l.paid, 0), coalesce(l.recovered, 0))
      ORDER BY p.id LIMIT 100
      """)
    return try rows.map { row in
      "\(try row.get(0, as: ID<Programme>.self)) \(try row.get(1, as: String.self)): claims or log disagree"
    }
  }

  /// Claims that should have been verified by now.
  public func overdueClaims() async throws -> Int {
    let rows = try await database.query(
      "SELECT count(*) FROM claims WHERE status = 'applied' AND due_at <= market_now()")
    return try rows.first?.get(0) ?? 0
  }
}
