import Postgres

/// 揭榜: a solver's offer, as it was opened. What it was before that is a ``SealedBid``.
public struct Bid: MarketObject {
  public enum State: String, CaseIterable, Sendable { case opened, invalid, unqualified, won, reserve, lost, forfeited }
  public enum Action: String, CaseIterable, Sendable {
    case invalidate, price, disqualify, reject, win, keep, lose, forfeit
  }

  public static let idPrefix = "bid"
  public static let kind = "bid"
  public static let noun = Phrase("揭榜书", "bid")

  public let id: ID<Bid>
  public let challenge: ID<Challenge>
  public let challengeTitle: String
  public let poster: ID<Organisation>
  public let organisation: ID<Organisation>
  public let organisationName: String
  let isPlain: Bool
  public let state: State
  public let version: Int
  public let rulebook: Int
  /// Unknown until the financial envelope is opened.
  public let price: Money?
  public let plan: String
  public let team: String
  public let achievement: ID<Achievement>?
  /// Who bids, lead first: JSON, see ``partyFields``.
  public let parties: [UInt8]
  /// How the parties own and share what comes of it.
  public let ipTerms: String
  /// What the receipt says; in hexadecimal.
  public let commitment: String
  public let reason: String?
  public let receivedAt: Instant
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "bids"
  public static let columns: SQL =
    """
    t.id, t.challenge, c.title, c.organisation, t.organisation, o.name, t.plain = 1, t.status, t.version, t.rulebook, t.price, t.plan,
    t.team, t.achievement, \(sql: partyRows), t.ip_terms, encode(t.commitment, 'hex'), t.reason, t.received_at, t.created_at,
    t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN organisations o ON o.id = t.organisation JOIN challenges c ON c.id = t.challenge"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    challenge = try c.next()
    challengeTitle = try c.next()
    poster = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    isPlain = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    price = try c.next()
    plan = try c.next()
    team = try c.next()
    achievement = try c.next()
    parties = try c.next(JSONB.self).bytes
    ipTerms = try c.next()
    commitment = try c.next()
    reason = try c.next()
    receivedAt = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { challengeTitle }
  public static let policy = Policy<Bid>(
    parties: [
      .init(.solver, "t.organisation", \.organisation), .init(.poster, "c.organisation", \.poster),
    ], internal: ["rulebook", "plain"],
    by: Policy.Grading("plain", 0...1, "plain") { $0.isPlain ? 1 : 0 },
    .show(to: .solver, .poster, .operator, .supervisor, .admin),
    // A panel has sheets of its own; whoever looks at offers to a plain need sees them without a name and a price.
    .show(
      to: .reviewer, of: [1],
      without: ["organisation", "organisation_name", "team", "price", "achievement", "parties", "ip_terms"]))

  public static let fields: [Field<Bid>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .text("challenge_title", \.challengeTitle, max: 200, .shown, "题目名称", "challenge's title"),
    .reference("organisation", \.organisation, .shown, "揭榜单位标识", "solver's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "揭榜单位", "solver"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .money("price", \.price, .shown, "报价(报价信封开启后)", "price, once its envelope is open"),
    .text("plan", \.plan, max: 20000, .shown, "实施方案", "how it will be done"),
    .text("team", \.team, max: 2000, .shown, "实施团队", "who will do it"),
    .reference("achievement", \.achievement, .shown, "依托的成果", "the achievement it builds on"),
    .records(
      "parties", \.parties, maxItems: 41, partyFields, .shown, "揭榜各方(牵头单位在前)及分担比例",
      "who bids, lead first, and who bears what"),
    .text("ip_terms", \.ipTerms, max: 3000, .shown, "联合体成果归属与分享约定", "how the parties own and share the results"),
    .text("commitment", \.commitment, max: 64, .shown, "承诺值,与回执一致", "commitment, the same as in the receipt"),
    .text("reason", \.reason, max: 1000, .shown, "认定无效的理由", "why it was found invalid"),
    .instant("received_at", \.receivedAt, "收到时间", "received at"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state")]

  public static let workflow = Workflow<Bid>(
    .on(.opened, do: .invalidate, to: .invalid, by: .operator, needs: [.reason], then: .reason),
    // The financial envelope, opened for those past the technical review.
    .on(
      .opened, do: .price, by: .system, needs: [.price],
      then: Effect(set: { _, moment in "price = \(moment.input["price"])" })),
    .on(.opened, do: .disqualify, to: .unqualified, by: .system),
    .on(.opened, do: .reject, to: .invalid, by: .system, needs: [.reason], then: .reason),
    .on(.opened, .reserve, do: .win, to: .won, by: .system),
    // Next in rank, should a winner not come to sign.
    .on(.opened, do: .keep, to: .reserve, by: .system),
    .on(.opened, .reserve, do: .lose, to: .lost, by: .system),
    .on(.won, do: .forfeit, to: .forfeited, by: .system, then: .giveUpAward)
  )

  static let constraints: [String: Refusal] = [
    "sealed_bids_one_per_solver": .conflict(
      code: "already_bid",
      detail: Phrase("本单位已经揭榜,可替换或先撤回", "your organisation has bid already: replace that bid, or withdraw it first")),
    "sealed_bids_before_deadline": .notSealed,
    "sealed_bids_reveal_window": .notRevealing,
    "bids_not_by_poster": .ownChallenge,
    "opening_shares_one_a_role": .shareGiven,
    "officer_keys_one_a_person": .conflict(
      code: "holds_a_key",
      detail: Phrase("此人已持有有效的开启人密钥,同一人不能任两个岗位", "this person holds a key already: nobody is both officers")),
    "officer_keys_public_key": .conflict(
      code: "duplicate_key", detail: Phrase("该公钥已经登记", "this public key is registered already")),
    "bid_reviews_once": .conflict(
      code: "already_reviewed", detail: Phrase("您已评审过这份揭榜书", "you have reviewed this bid already")),
  ]
}

extension Effect<Bid> {
  static let giveUpAward = Effect(then: { bid, _, work in
    _ = try await work.tx.execute("UPDATE awards SET forfeited_at = market_now() WHERE bid = \(bid.id)")
  })
}

extension Market {
  /// The bids on one challenge that this caller may know of.
  public func bids(on challenge: ID<Challenge>, for caller: Caller, filters: [String: String], page: PageRequest)
    async throws -> Page<Bid>
  {
    try await list(Bid.self, for: caller, filters: filters, page: page, extra: "t.challenge = \(challenge)")
  }
}
