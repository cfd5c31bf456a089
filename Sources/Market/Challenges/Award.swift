import Postgres

/// One winner of a challenge: proposed, awarded, or passed over because it did not come to sign.
public struct Award: Sendable, Hashable {
  public enum State: String, CaseIterable, Sendable { case proposed, awarded, forfeited }

  /// 1, 2, 3 …: who wins later, in another's place, has a later one.
  public let rank: Int
  public let bid: ID<Bid>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let price: Money
  /// Why it wins although others stand before it in the ranking.
  public let reason: String
  public let state: State
  /// Whether a second supervisor stands behind a deviation from the ranking.
  public let isEndorsed: Bool

  public static let shown: [InputField] = [
    InputField("rank", .integer(1...Int(Int16.max)), Phrase("名次", "rank")),
    InputField("bid", .reference(Bid.idPrefix), Phrase("揭榜书", "bid")),
    InputField("organisation", .reference(Organisation.idPrefix), Phrase("中榜单位标识", "solver's id")),
    InputField("organisation_name", .text(max: 120), Phrase("中榜单位", "solver")),
    InputField("price", .money, Phrase("中榜价", "price")),
    InputField("reason", .text(max: 1000), Phrase("理由", "reason")),
    InputField(
      "status", .code(State.allCases.map(\.rawValue)), Phrase("拟中榜、中榜或逾期作废", "proposed, awarded or forfeited")),
    InputField("endorsed", .flag, Phrase("偏离排序是否经第二名监督人员同意", "whether a deviation has its second supervisor")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.int("rank", rank)
      json.string("bid", bid.text)
      json.string("organisation", organisation.text)
      json.string("organisation_name", organisationName)
      json.money("price", price)
      json.string("reason", reason)
      json.string("status", state.rawValue)
      json.bool("endorsed", isEndorsed)
    }
  }

  /// A challenge's, as arrays of one length; the join gives no row more and none less.
  static let columns: SQL = "w.ranks, w.bids, w.organisations, w.names, w.prices, w.reasons, w.states, w.endorsed"
  static let join: SQL = """
    LEFT JOIN LATERAL (
      SELECT array_agg(a.rank::int ORDER BY a.rank) AS ranks, array_agg(a.bid ORDER BY a.rank) AS bids,
        array_agg(a.organisation ORDER BY a.rank) AS organisations, array_agg(wo.name ORDER BY a.rank) AS names,
        array_agg(a.price::bigint ORDER BY a.rank) AS prices, array_agg(a.reason ORDER BY a.rank) AS reasons,
        array_agg(CASE WHEN a.forfeited_at IS NOT NULL THEN 'forfeited' WHEN a.awarded_at IS NOT NULL THEN 'awarded'
          ELSE 'proposed' END ORDER BY a.rank) AS states,
        array_agg(a.endorsed_at IS NOT NULL ORDER BY a.rank) AS endorsed
      FROM awards a JOIN organisations wo ON wo.id = a.organisation WHERE a.challenge = t.id) w ON true
    """

  static func read(_ c: inout ColumnReader) throws(DecodingFailure) -> [Award] {
    guard let ranks: [Int] = try c.next() else {
      c.skip(7)
      return []
    }
    let bids: [ID<Bid>] = try c.next(), organisations: [ID<Organisation>] = try c.next()
    let names: [String] = try c.next(), prices: [Money] = try c.next(), reasons: [String] = try c.next()
    let states: [String] = try c.next(), endorsed: [Bool] = try c.next()
    return ranks.indices.map { i in
      Award(
        rank: ranks[i], bid: bids[i], organisation: organisations[i], organisationName: names[i], price: prices[i],
        reason: reasons[i], state: State(rawValue: states[i]) ?? .proposed, isEndorsed: endorsed[i])
    }
  }
}

extension Challenge {
  /// Those that stand: proposed or awarded.
  public var standingAwards: [Award] { awards.filter { $0.state != .forfeited } }
  var proposedAwards: [Award] { awards.filter { $0.state == .proposed } }
}
