import Postgres

/// 揭榜: a solver's offer. Until the challenge has closed nobody but the solver can learn that it exists.
public struct Bid: MarketObject {
  public enum State: String, CaseIterable, Sendable { case submitted, withdrawn, opened, invalid, won, lost }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, withdraw, lapse, open, invalidate, win, lose
  }

  public static let idPrefix = "bid"
  public static let kind = "bid"
  public static let noun = Phrase("揭榜书", "bid")

  public let id: ID<Bid>
  public let challenge: ID<Challenge>
  public let challengeTitle: String
  public let poster: ID<Organisation>
  /// Whether the challenge still takes bids, by its state; the deadline itself is the trigger's.
  public let challengeIsOpen: Bool
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let price: Money
  public let plan: String
  public let achievement: ID<Achievement>?
  public let reason: String?
  public let receivedAt: Instant
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "bids"
  public static let columns: SQL =
    """
    t.id, t.challenge, c.title, c.organisation, c.status = 'published' AND market_now() < c.closes_at, t.organisation, o.name, t.status,
    t.version, t.rulebook, t.price, t.plan, t.achievement, t.reason, t.received_at, t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN organisations o ON o.id = t.organisation JOIN challenges c ON c.id = t.challenge"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    challenge = try c.next()
    challengeTitle = try c.next()
    poster = try c.next()
    challengeIsOpen = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    price = try c.next()
    plan = try c.next()
    achievement = try c.next()
    reason = try c.next()
    receivedAt = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { challengeTitle }
  /// Nobody but its solver knows of a bid before the opening; one that was withdrawn before it stays its solver's own affair.
  public static let policy = Policy<Bid>(
    parties: [
      .init(.solver, "t.organisation", \.organisation), .init(.poster, "c.organisation", \.poster),
    ], internal: ["rulebook", "terms_version"],
    .show(to: .solver),
    .show(.opened, .invalid, .won, .lost, to: .poster, .operator, .supervisor, .admin, .reviewer))

  public static let fields: [Field<Bid>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .text("challenge_title", \.challengeTitle, max: 200, .shown, "题目名称", "challenge's title"),
    .reference("organisation", \.organisation, .shown, "揭榜单位标识", "solver's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "揭榜单位", "solver"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .money("price", \.price, .required, "报价", "price"),
    .text("plan", \.plan, max: 20000, .required, "实施方案", "how it will be done"),
    .reference("achievement", \.achievement, .fixedOptional, "依托的成果", "the achievement it builds on"),
    .text("reason", \.reason, max: 1000, .shown, "认定无效的理由", "why it was found invalid"),
    .instant("received_at", \.receivedAt, "收到时间", "received at"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state")]

  public static let workflow = Workflow<Bid>(
    .on(.submitted, do: .edit, by: .solver, if: [.stillOpen]),
    .on(.submitted, do: .withdraw, to: .withdrawn, by: .solver, if: [.stillOpen]),
    // A challenge that is cancelled before its deadline opens nothing: its bids stay their solvers' own affair.
    .on(.submitted, do: .lapse, to: .withdrawn, by: .system),
    .on(.submitted, do: .open, to: .opened, by: .system),
    .on(.opened, do: .invalidate, to: .invalid, by: .operator, needs: [.reason], then: .reason),
    .on(.opened, do: .win, to: .won, by: .system),
    .on(.opened, do: .lose, to: .lost, by: .system)
  )

  static let constraints: [String: Refusal] = [
    "bids_one_per_solver": .conflict(
      code: "already_bid",
      detail: Phrase("本单位已经揭榜,可修改或先撤回", "your organisation has bid already: edit that bid, or withdraw it first")),
    "bids_before_deadline": .conflict(
      code: "challenge_closed", detail: Phrase("题目不在揭榜期内", "the challenge does not take bids now")),
    "bids_not_by_poster": .conflict(
      code: "own_challenge", detail: Phrase("不能揭本单位出的题", "an organisation cannot bid on its own challenge")),
    "bid_reviews_once": .conflict(
      code: "already_reviewed", detail: Phrase("您已评审过这份揭榜书", "you have reviewed this bid already")),
  ]
}

extension Market {
  /// The bids on one challenge that this caller may know of.
  public func bids(on challenge: ID<Challenge>, for caller: Caller, filters: [String: String], page: PageRequest)
    async throws -> Page<Bid>
  {
    try await list(Bid.self, for: caller, filters: filters, page: page, extra: "t.challenge = \(challenge)")
  }
}

extension Guard<Bid> {
  static let stillOpen = Guard("challenge_closed", "揭榜已经截止", "the challenge has closed") { bid, _ in bid.challengeIsOpen
  }
}
