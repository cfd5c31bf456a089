import Postgres

/// 评审组: the members who judge the bids on a challenge, drawn in public from the pool of experts.
public struct Panel: MarketObject {
  public enum State: String, CaseIterable, Sendable { case frozen, drawn, reviewing, closed, dissolved }
  public enum Action: String, CaseIterable, Sendable { case draw, begin, close, recount, dissolve }

  public static let idPrefix = "pan"
  public static let kind = "panel"
  public static let noun = Phrase("评审组", "panel")

  public let id: ID<Panel>
  public let challenge: ID<Challenge>
  public let challengeTitle: String
  public let poster: ID<Organisation>
  public let region: String
  public let organisation: ID<Organisation>
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let size: Int
  public let industrySeats: Int
  public let poolSize: Int
  /// Of the pool as it was frozen, in hexadecimal.
  public let poolDigest: String
  public let outsideSource: String?
  public let outsideValue: String?
  /// The root of a signed head of the ledger, in hexadecimal; nil before the draw.
  public let seed: String?
  public let head: Int?
  public let reason: String?
  public let drawnAt: Instant?
  public let begunAt: Instant?
  public let closedAt: Instant?
  public let createdAt: Instant
  public let updatedAt: Instant
  /// Members who have declared that they have no conflict, and of these who has judged every bid.
  let accepted: Int, complete: Int
  let challengeState: String
  /// Whether a signed head of the ledger holds the freezing: then there is a seed.
  let isSealedIn: Bool
  let bidders: [ID<Organisation>]

  public static let table: SQL = "panels"
  public static let columns: SQL =
    """
    t.id, t.challenge, c.title, c.organisation, c.region, t.organisation, t.status, t.version, t.rulebook, t.size, t.industry_seats,
    t.pool_size, t.pool_digest, t.outside_source, t.outside_value, t.seed, t.head, t.reason, t.drawn_at, t.begun_at, t.closed_at,
    t.created_at, t.updated_at,
    c.status, s.accepted, s.complete, s.sealed_in, s.bidders
    """
  /// How far it has come is nobody's to know without a name: to anonymous reading the function says nothing.
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN challenges c ON c.id = t.challenge CROSS JOIN LATERAL panel_standing(t.id, t.challenge) s"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    challenge = try c.next()
    challengeTitle = try c.next()
    poster = try c.next()
    region = try c.next()
    organisation = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    size = try c.next()
    industrySeats = try c.next()
    poolSize = try c.next()
    poolDigest = try c.next()
    outsideSource = try c.next()
    outsideValue = try c.next()
    seed = try c.next()
    head = try c.next()
    reason = try c.next()
    drawnAt = try c.next()
    begunAt = try c.next()
    closedAt = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    challengeState = try c.next()
    accepted = try c.next()
    complete = try c.next()
    isSealedIn = try c.next()
    bidders = try c.next()
  }

  public var headline: String { challengeTitle }

  /// How members come to be drawn is everybody's to check; who they are and what they say is in no field.
  public static let policy = Policy<Panel>(
    parties: [.init(.poster, "c.organisation", \.poster)], recused: .init("s.bidders", \.bidders),
    telling: ["expert"], .show(to: .everyone))

  public static let eventFacts: SQL? =
    """
    jsonb_strip_nulls(jsonb_build_object('size', t.size, 'industry_seats', t.industry_seats, 'pool_size', t.pool_size,
      'pool_digest', t.pool_digest, 'outside_source', t.outside_source, 'outside_value', t.outside_value, 'seed', t.seed,
      'head', t.head))
    """

  public static let fields: [Field<Panel>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .text("challenge_title", \.challengeTitle, max: 200, .shown, "题目名称", "challenge's title"),
    .reference("organisation", \.organisation, .shown, "组织评审的单位", "who runs it"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .integer(
      "size", \.size, 1...99, .fixedOptional, "人数,须为单数;不填按规则下限", "members, an odd number; the rule's least unless told"),
    .integer("industry_seats", \.industrySeats, 0...99, .shown, "其中产业界席位至少", "at least so many of them from industry"),
    .integer("pool_size", \.poolSize, 1...Int(Int32.max), .shown, "可抽取专家数", "experts who could be drawn"),
    .text("pool_digest", \.poolDigest, max: 64, .shown, "名单摘要", "digest of their list"),
    .text(
      "outside_source", \.outsideSource, max: 300, .fixedOptional, "事先指定的外部公开数(如某日某期开奖号码)",
      "a number that others will publish, named beforehand"),
    .text("outside_value", \.outsideValue, max: 100, .shown, "该外部公开数", "that number"),
    .text(
      "seed", \.seed, max: 64, .shown, "种子:覆盖冻结事件的首个签名账本树根", "root of the first signed head that holds the freezing"),
    .integer("head", \.head, 1...Int.max, .shown, "该签名的序号", "number of that head"),
    .text("reason", \.reason, max: 1000, .shown, "解散的理由", "why it was dissolved"),
    .instant("drawn_at", \.drawnAt, "抽签时间", "drawn at"),
    .instant("begun_at", \.begunAt, "评审开始时间", "review begun at"),
    .instant("closed_at", \.closedAt, "评审结束时间", "closed at"),
    .instant("created_at", \.createdAt, "名单冻结时间", "list frozen at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("challenge", .reference(Challenge.idPrefix), "题目", "challenge"),
  ]

  static let constraints: [String: Refusal] = [
    "panels_one": .conflict(
      code: "panel_exists", detail: Phrase("该题目已有评审组", "this challenge has its panel already")),
    "panel_sheets_once": .conflict(
      code: "already_reviewed", detail: Phrase("这份评分表已经提交,不能更改", "this sheet has been handed in and stays as it is")),
  ]
}
