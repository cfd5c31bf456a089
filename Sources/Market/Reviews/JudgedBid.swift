import Postgres

/// A bid with everything that a panel has said of it.
struct JudgedBid: Sendable {
  struct Sheet: Sendable {
    /// The member's number in public.
    let reviewer: Int
    /// By the criteria in their order.
    let scores: [Int]
    let comments: [String]
  }

  let bid: ID<Bid>
  let organisation: ID<Organisation>
  let label: String
  let state: Bid.State
  let price: Money?
  let sheets: [Sheet]
  /// Points with two digits behind the point; nil before the panel has closed.
  let mean: String?, indicator: String?, highest: String?, lowest: String?, deviation: String?
  /// By mean, then by the criterion that decides between equals, then by the lower price, then by the earlier receipt. Nil for who
  /// did not get there.
  let rank: Int?
  /// Who came first among bids that are equal in all of these; nil where there are none, because it would tell whose bid it is.
  let receipt: Int?

  var isQualified: Bool { state != .invalid && state != .unqualified }

  static func read(_ panel: ID<Panel>, in source: any Answering) async throws -> [JudgedBid] {
    var sheets: [ID<Bid>: [Sheet]] = [:]
    let scores = try await source.query(
      """
      SELECT x.bid, m.number, array_agg(x.score::int ORDER BY x.criterion), array_agg(x.comment ORDER BY x.criterion)
      FROM panel_scores x JOIN panel_candidates m USING (panel, expert)
      WHERE x.panel = \(panel) AND m.status = 'accepted' AND m.number IS NOT NULL GROUP BY x.bid, m.number ORDER BY m.number
      """)
    for row in scores {
      sheets[try row.get(0), default: []].append(
        Sheet(reviewer: try row.get(1), scores: try row.get(2), comments: try row.get(3)))
    }
    return try await source.query(
      """
      SELECT l.bid, b.organisation, l.label, b.status, b.price, l.mean::text, l.indicator::text, l.highest::text, l.lowest::text,
        l.deviation::text,
        CASE WHEN \(sql: qualifies) THEN row_number() OVER (PARTITION BY \(sql: qualifies)
          ORDER BY l.mean DESC, l.indicator DESC NULLS LAST, b.price, b.received_at, b.id) END,
        CASE WHEN \(sql: qualifies) AND count(*) OVER equals > 1 THEN row_number() OVER (PARTITION BY \(sql: qualifies), l.mean,
          l.indicator, b.price ORDER BY b.received_at, b.id) END
      FROM panel_bids l JOIN bids b ON b.id = l.bid WHERE l.panel = \(panel)
      WINDOW equals AS (PARTITION BY \(sql: qualifies), l.mean, l.indicator, b.price)
      ORDER BY length(l.label), l.label
      """
    ).map { row throws(DecodingFailure) in
      var c = row.columns
      let bid: ID<Bid> = try c.next()
      return JudgedBid(
        bid: bid, organisation: try c.next(), label: try c.next(), state: try c.state(), price: try c.next(),
        sheets: sheets[bid, default: []], mean: try c.next(), indicator: try c.next(), highest: try c.next(),
        lowest: try c.next(), deviation: try c.next(), rank: try c.next(), receipt: try c.next())
    }
  }

  private static let qualifies: SQL = "(l.mean IS NOT NULL AND b.status NOT IN ('invalid', 'unqualified'))"

  /// The panel whose marks count for a challenge.
  static func panel(of challenge: ID<Challenge>, in source: any Answering) async throws -> ID<Panel>? {
    try await source.query("SELECT id FROM panels WHERE challenge = \(challenge) AND status = 'closed'").first?.get(0)
  }
}
