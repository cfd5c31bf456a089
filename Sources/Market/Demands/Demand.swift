import Postgres

/// 技术需求: what an enterprise cannot solve alone, with targets that can be measured.
public struct Demand: MarketObject {
  public enum State: String, CaseIterable, Sendable {
    case draft, submitted, screening, declined, shortlisted, consolidated, converted, withdrawn
  }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, submit, screen, decline, revise, shortlist, consolidate, convert, withdraw
  }

  public static let idPrefix = "dem"
  public static let kind = "demand"
  public static let noun = Phrase("技术需求", "demand")
  /// Why not: the words of the rulebook's `demand_decline_reason` list; a test compares them.
  public static let declineReasons = [
    "not_technical", "not_measurable", "unclear", "available_on_market", "funds_not_secured", "out_of_scope",
    "duplicate", "low_score", "other",
  ]

  public let id: ID<Demand>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let call: ID<DemandCall>?
  public let callIsOfficial: Bool
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let title: String
  public let summary: String
  public let problem: String
  public let background: String
  /// JSON, rows of ``Indicator``.
  public let indicators: [UInt8]
  public let field: String?
  public let keywords: [String]
  public let region: String
  public let budget: Money?
  public let ownFunds: Money?
  public let ownFundsProof: String
  /// 1 public, 2 for those who have logged in, 3 for those who decide.
  public let confidentiality: Int
  public let chainNode: ID<ChainNode>?
  public let contactName: String
  public let contactPhone: String
  public let origin: String
  public let declineReason: String?
  public let advice: String?
  public let reason: String?
  /// Weighted mean of the panel, 0 to 100 with two decimals.
  public let score: String?
  public let submittedAt: Instant?
  public let createdAt: Instant
  public let updatedAt: Instant
  /// Score sheets handed in for this submission.
  public let sheets: Int
  /// The challenges that were made of it.
  public let challenges: [ID<Challenge>]

  public static let table: SQL = "demands"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, t.call, coalesce(k.official, false), t.status, t.version, t.rulebook, t.title, t.summary,
    t.problem, t.background, t.indicators, t.field, t.keywords, t.region, t.budget, t.own_funds, t.own_funds_proof,
    t.confidentiality, t.chain_node, t.contact_name, t.contact_phone, t.origin, t.decline_reason, t.advice, t.reason,
    t.score::text, t.submitted_at, t.created_at, t.updated_at,
    (SELECT count(*) FROM demand_sheets s WHERE s.demand = t.id AND s.round = t.submitted_at),
    ARRAY(SELECT s.challenge FROM challenge_sources s WHERE s.demand = t.id ORDER BY s.challenge)
    """
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN organisations o ON o.id = t.organisation LEFT JOIN demand_calls k ON k.id = t.call"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    call = try c.next()
    callIsOfficial = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    title = try c.next()
    summary = try c.next()
    problem = try c.next()
    background = try c.next()
    indicators = try c.next(JSONB.self).bytes
    field = try c.next()
    keywords = try c.next()
    region = try c.next()
    budget = try c.next()
    ownFunds = try c.next()
    ownFundsProof = try c.next()
    confidentiality = try c.next()
    chainNode = try c.next()
    contactName = try c.next()
    contactPhone = try c.next()
    origin = try c.next()
    declineReason = try c.next()
    advice = try c.next()
    reason = try c.next()
    score = try c.next()
    submittedAt = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    sheets = try c.next()
    challenges = try c.next()
  }

  public var headline: String { title }

  /// What only those who work on a demand get of it, whatever its tier.
  private static let inner: Set<String> = [
    "own_funds_proof", "contact_name", "contact_phone", "decline_reason", "advice", "reason", "sheets",
  ]
  /// What a reader who has not logged in does not get of a demand of the second tier.
  private static let details: Set<String> = ["problem", "background", "indicators", "budget", "own_funds"]

  /// 保密等级: tier 1 is public, tier 2 shows the public what it is about and those who have logged in the rest, tier 3 is known
  /// to its poster and those who decide alone. Reviewers read what they screen, without knowing whom to call.
  public static let policy = Policy<Demand>(
    parties: [.init(.poster, "t.organisation", \.organisation)],
    by: .init("confidentiality", 1...3, "confidentiality", \.confidentiality),
    .show(.shortlisted, .consolidated, .converted, to: .everyone, of: [1], without: inner),
    .show(.shortlisted, .consolidated, .converted, to: .everyone, of: [2], without: inner.union(details)),
    .show(.shortlisted, .consolidated, .converted, to: .university, .enterprise, of: [2], without: inner),
    .show(.screening, to: .reviewer, without: ["contact_name", "contact_phone", "sheets"]),
    .show(to: .poster, .operator, .supervisor, .admin))

  static let constraints: [String: Refusal] = [
    "demands_in_window": .conflict(
      code: "call_closed", detail: Phrase("征集不在受理期内", "the call does not take demands now")),
    "demands_official_node": .invalid([
      Issue(
        pointer: "/chain_node", code: "required",
        detail: Phrase("正式征集须填写所属产业链环节", "an official call asks for the chain node"))
    ]),
    "demands_own_funds": .invalid([
      Issue(
        pointer: "/own_funds", code: "above_budget",
        detail: Phrase("自有资金不能超过预算", "own funds cannot be more than the budget"))
    ]),
    "demand_sheets_once": .conflict(
      code: "already_scored", detail: Phrase("您已为这项需求打过分", "you have scored this demand already")),
    "challenge_sources_whole": .conflict(
      code: "already_used", detail: Phrase("该需求已凝练为其他题目", "this demand has gone into another challenge")),
    "challenge_sources_once": .invalid([
      Issue(pointer: "/demands", code: "twice", detail: Phrase("同一需求列了两次", "a demand is listed twice"))
    ]),
  ]
}
