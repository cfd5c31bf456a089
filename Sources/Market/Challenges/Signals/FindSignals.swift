import Postgres

extension Market {
  /// What about the bids on a challenge is worth a look, for operators and supervisors whose matter it is not.
  /// - Throws: `conflict` with `not_opened` before the opening, when nobody knows a bid.
  public func signals(on id: ID<Challenge>, for caller: Caller) async throws -> [CollusionSignal] {
    let challenge = try await find(id, for: caller)
    guard challenge.openedAt != nil else {
      throw Refusal.conflict(code: "not_opened", detail: Phrase("揭榜书尚未开启", "the bids have not been opened"))
    }
    let rows = try await database.query(
      "SELECT id, organisation, plan, team, price FROM bids WHERE challenge = \(id) ORDER BY received_at, id")
    let own = Shingles(
      [challenge.title, challenge.summary, challenge.description, challenge.indicators.joined(separator: "\n")]
        .joined(separator: "\n"))
    let bids = try rows.map { row throws(DecodingFailure) in
      BidTrace(
        id: try row.get(0), organisation: try row.get(1),
        text: Shingles(try row.get(2, as: String.self) + "\n" + row.get(3, as: String.self), without: own),
        price: try row.get(4, as: Money?.self)?.fen)
    }
    let parties = [challenge.organisation] + bids.map(\.organisation)
    guard caller.isSystem || !caller.standing(parties: parties).isDisjoint(with: [.operator, .supervisor]) else {
      throw Refusal.forbidden(needs: [Role.operator.rawValue, Role.supervisor.rawValue])
    }
    let limits = try SignalThresholds(
      try await rulebook(challenge.rulebook), region: challenge.region, on: try await today())
    return BidTrace.texts(bids, limits) + BidTrace.prices(bids, budget: challenge.budget?.fen, limits)
      + (try await ties(bids)) + (try await partners(bids, limits))
  }

  /// People and places that bidders have in common.
  private func ties(_ bids: [BidTrace]) async throws -> [CollusionSignal] {
    let organisations = bids.map(\.organisation)
    let rows = try await database.query(
      """
      WITH m AS (SELECT person, organisation FROM memberships WHERE organisation = ANY(\(organisations)))
      SELECT 'shared_person', a.organisation, b.organisation, count(DISTINCT a.person) FROM m a
        JOIN m b ON b.person = a.person AND b.organisation > a.organisation GROUP BY 1, 2, 3
      UNION ALL
      SELECT 'shared_place', a.organisation, b.organisation, count(DISTINCT p.place) FROM m a
        JOIN known_places p ON p.person = a.person JOIN known_places q ON q.place = p.place AND q.person <> p.person
        JOIN m b ON b.person = q.person AND b.organisation > a.organisation GROUP BY 1, 2, 3
      ORDER BY 1, 2, 3
      """)
    return try signals(rows, bids)
  }

  /// Who has won again and again where the same other one lost.
  private func partners(_ bids: [BidTrace], _ limits: SignalThresholds) async throws -> [CollusionSignal] {
    let organisations = bids.map(\.organisation)
    let rows = try await database.query(
      """
      WITH past AS (
        SELECT challenge, organisation, status = 'won' AS won FROM bids WHERE organisation = ANY(\(organisations))
          AND challenge IN (SELECT challenge FROM bids WHERE status = 'won'))
      SELECT 'losing_partner', w.organisation, l.organisation, count(*) FILTER (WHERE w.won)
      FROM past w JOIN past l ON l.challenge = w.challenge AND l.organisation <> w.organisation
      GROUP BY 1, 2, 3 HAVING count(*) FILTER (WHERE w.won) >= \(Int32(limits.lostChallenges)) AND NOT bool_or(l.won)
      ORDER BY 1, 2, 3
      """)
    return try signals(rows, bids)
  }

  private func signals(_ rows: Rows, _ bids: [BidTrace]) throws -> [CollusionSignal] {
    let byOwner = Dictionary(bids.map { ($0.organisation, $0.id) }) { first, _ in first }
    return try rows.compactMap { row throws(DecodingFailure) in
      guard let kind = CollusionSignal.Kind(rawValue: try row.get(0)), let a = byOwner[try row.get(1)],
        let b = byOwner[try row.get(2)]
      else { return nil }
      return CollusionSignal(kind: kind, bids: [a, b], measure: try row.get(3))
    }
  }
}

/// What of a bid is compared with others.
struct BidTrace: Sendable {
  let id: ID<Bid>
  let organisation: ID<Organisation>
  let text: Shingles
  /// In fen; nil while it is sealed.
  let price: Int64?

  static func texts(_ bids: [BidTrace], _ limits: SignalThresholds) -> [CollusionSignal] {
    bids.indices.flatMap { i in
      bids[(i + 1)...].compactMap { other in
        bids[i].text.likeness(to: other.text, atLeast: limits.likeness).map {
          CollusionSignal(kind: .text, bids: [bids[i].id, other.id], measure: $0)
        }
      }
    }
  }

  static func prices(_ bids: [BidTrace], budget: Int64?, _ limits: SignalThresholds) -> [CollusionSignal] {
    let priced = bids.filter { $0.price != nil }
    guard let ladder = PriceLadder.find(priced.compactMap(\.price), budget: budget, limits) else { return [] }
    return [CollusionSignal(kind: .prices, bids: ladder.map { priced[$0].id }, measure: ladder.count)]
  }
}
