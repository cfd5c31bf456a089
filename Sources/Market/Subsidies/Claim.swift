import Postgres

/// 补助申请: public money asked for by one side of a registered technology contract, for what it has really spent.
public struct Claim: AwaitsNotice {
  public enum State: String, CaseIterable, Sendable {
    case eligible, applied, verified, onNotice = "on_notice", approved, paid, audited, recovering, recovered, refused,
      withdrawn
  }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, apply, exclude, verify, sendBack = "send_back", notice, reopen, approve, pay, audit, reclaim, recover,
      refuse, withdraw
  }

  public static let idPrefix = "clm"
  public static let kind = "claim"
  public static let noun = Phrase("补助申请", "claim")
  /// Why money is asked back.
  public static let grounds = ["fraud", "termination", "error"]

  public let id: ID<Claim>
  public let organisation: ID<Organisation>
  public let organisationName: String
  /// Whether somebody has looked at who claims.
  let isVerified: Bool
  public let counterparty: ID<Organisation>
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let programme: ID<Programme>
  public let programmeName: String
  public let terms: Terms
  public let mode: String
  public let contract: ID<Contract>
  public let title: String
  public let project: ID<Project>?
  public let milestone: ID<Milestone>?
  public let basis: Basis
  public let statement: String
  public let requested: Money?
  public let accountName: String
  public let accountBank: String
  /// The last four digits: the rest stays in the table.
  public let accountEnd: String
  public let appliedAt: Instant?
  public let dueAt: Instant?
  public let verifiers: [ID<Anyone>]
  public let amount: Money?
  /// JSON, rows of ``SubsidySheet/Line``.
  public let sheet: [UInt8]?
  public let notice: NoticeMark?
  public let paymentReference: String?
  public let paidOn: CivilDate?
  public let conclusion: String?
  public let ground: String?
  public let recoveryReference: String?
  public let recoveredOn: CivilDate?
  public let origin: String
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant
  public let spending: Spending

  /// What its programme says.
  public struct Terms: Sendable {
    public let bureau: ID<Organisation>
    let state: Programme.State
    let rate: Int
    let cap: Money
    let balance: Money
    let region: String
  }

  /// How the contract stands, and what was made of it; of what is not public, a public reading knows nothing.
  public struct Basis: Sendable {
    let contract: Contract.State?
    /// The contract's total.
    let total: Money
    let deal: Deal.State?
    let challenge: ID<Challenge>?
    let project: Project.State?
    let milestone: Milestone.State?
  }

  /// What was spent, as far as it is known and free.
  public struct Spending: Sendable {
    /// Invoices that the claim rests on.
    let cited: Int
    /// What of them is recognised.
    let base: Money
    /// Invoices that it could rest on.
    let free: Int
    /// What other live claims on the same contract rest on.
    let elsewhere: Money
    /// Public money already found for the same contract.
    let granted: Money
  }

  public static let table: SQL = "claims"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, \(sql: Organisation.isVerified("o")), t.counterparty, t.status, t.version, t.rulebook, t.programme, g.name,
    g.organisation, g.status, g.rate, g.cap, g.balance, g.region, t.mode, t.contract, t.title, t.project, t.milestone,
    k.status, coalesce(k.total_amount, 0), d.status, d.challenge, p.status, m.status, t.statement, t.requested, t.account_name, t.account_bank,
    right(t.account_number, 4), t.applied_at, t.due_at, t.verifiers, t.amount, t.sheet, \(sql: NoticeMark.columns),
    t.payment_reference, t.paid_on, t.conclusion, t.ground, t.recovery_reference, t.recovered_on, t.origin, t.reason, t.created_at,
    t.updated_at, s.cited, s.base, s.free, s.elsewhere, s.granted
    """
  public static func from(_ rows: SQL) -> SQL {
    """
    \(sql: rows) t JOIN organisations o ON o.id = t.organisation JOIN programmes g ON g.id = t.programme
    LEFT JOIN contracts k ON k.id = t.contract LEFT JOIN deals d ON d.id = t.deal
    LEFT JOIN projects p ON p.id = t.project LEFT JOIN milestones m ON m.id = t.milestone LEFT JOIN notices n ON n.id = t.notice
    CROSS JOIN LATERAL (
      SELECT (SELECT count(*) FROM claim_outlays c WHERE c.claim = t.id AND c.live) AS cited,
        (SELECT least(coalesce(sum(c.amount), 0), \(Money.ceiling))::bigint FROM claim_outlays c
          WHERE c.claim = t.id AND c.live) AS base,
        (SELECT count(*) FROM outlays l WHERE \(sql: citable) AND NOT (\(sql: Outlay.related))) AS free,
        (SELECT least(coalesce(sum(c.amount), 0), \(Money.ceiling))::bigint
          FROM claim_outlays c JOIN claims x ON x.id = c.claim
          WHERE x.contract = t.contract AND x.id <> t.id AND c.live) AS elsewhere,
        (SELECT least(coalesce(sum(x.amount), 0), \(Money.ceiling))::bigint FROM claims x
          WHERE x.contract = t.contract AND x.id <> t.id
            AND x.status IN ('verified', 'on_notice', 'approved', 'paid', 'audited', 'recovering')) AS granted) s
    """
  }
  /// Which outlays `l` the claim `t` may rest on: its claimant's own, on the same matter, already paid.
  static let citable: SQL =
    """
    l.organisation = t.organisation AND l.status = 'recorded' AND (l.deal = d.id OR l.challenge = d.challenge)
    AND l.paid_on <= market_today()
    """

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    isVerified = try c.next()
    counterparty = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    programme = try c.next()
    programmeName = try c.next()
    terms = Terms(
      bureau: try c.next(), state: try c.state(), rate: try c.next(), cap: try c.next(), balance: try c.next(),
      region: try c.next())
    mode = try c.next()
    contract = try c.next()
    title = try c.next()
    project = try c.next()
    milestone = try c.next()
    basis = Basis(
      contract: try c.next(String?.self).flatMap(Contract.State.init), total: try c.next(),
      deal: try c.next(String?.self).flatMap(Deal.State.init), challenge: try c.next(),
      project: try c.next(String?.self).flatMap(Project.State.init),
      milestone: try c.next(String?.self).flatMap(Milestone.State.init))
    statement = try c.next()
    requested = try c.next()
    accountName = try c.next()
    accountBank = try c.next()
    accountEnd = try c.next()
    appliedAt = try c.next()
    dueAt = try c.next()
    verifiers = try c.next()
    amount = try c.next()
    sheet = try c.next(JSONB?.self)?.bytes
    notice = try NoticeMark.read(&c)
    paymentReference = try c.next()
    paidOn = try c.next()
    conclusion = try c.next()
    ground = try c.next()
    recoveryReference = try c.next()
    recoveredOn = try c.next()
    origin = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    spending = Spending(
      cited: try c.next(), base: try c.next(), free: try c.next(), elsewhere: try c.next(), granted: try c.next())
  }

  public var headline: String { title }

  /// What is between the claimant and those who check it.
  static let inner: Set<String> = [
    "statement", "requested", "account_name", "account_bank", "account_number", "due_at", "verifiers", "outlays",
    "recognised", "payment_reference", "conclusion", "recovery_reference", "reason",
  ]

  /// Public money is public from its notice on. Whoever is a side of the contract neither checks the claim nor sees it by office.
  public static let policy = Policy<Claim>(
    parties: [.init(.applicant, "t.organisation", \.organisation)],
    recused: .init("ARRAY[t.organisation, t.counterparty]") { [$0.organisation, $0.counterparty] },
    internal: ["rulebook", "deal"],
    .show(.onNotice, .approved, .paid, .audited, .recovering, .recovered, to: .everyone, without: inner),
    .show(to: .applicant, .operator, .supervisor, .admin))

  static let constraints: [String: Refusal] = [
    "claims_once": .conflict(
      code: "duplicate_claim", detail: Phrase("该合同已向此计划项目申请过同类补助", "this was claimed of this programme already")),
    "claims_milestone": .invalid([
      Issue(
        pointer: "/milestone", code: "stage_needs_milestone",
        detail: Phrase("分阶段补助须指明里程碑,其他方式不填", "a claim by stage names its milestone, and no other does"))
    ]),
    "claims_account_number": .invalid([
      Issue(
        pointer: "/account_number", code: "bad_form",
        detail: Phrase("银行账号为 6 至 30 位数字", "an account has 6 to 30 digits"))
    ]),
    "claims_in_window": .conflict(
      code: "programme_closed", detail: Phrase("计划项目不在受理期内", "the programme does not take claims now")),
    "claims_two_verifiers": .blocked([fourEyes]),
    "claim_outlays_funded_once": .conflict(code: "invoice_funded", detail: funded),
    "claims_payment_reference": .conflict(
      code: "duplicate_payment",
      detail: Phrase("该付款流水号已用于另一笔拨付", "this payment reference stands behind another payment")),
    "claims_recovery_reference": .conflict(
      code: "duplicate_recovery", detail: Phrase("该退款流水号已用于另一笔追回", "this reference stands behind another recovery")),
  ]
  static let fourEyes = Issue(
    code: "four_eyes", detail: Phrase("须由另一人核验:您已核验过", "a second person is needed: you have verified it"))
  static let funded = Phrase(
    "有发票已用于另一项补助申请,同一发票只能补助一次", "an invoice is in another claim: the same invoice is funded once")
}

/// Whoever an event knows by one id: a person, or a token without one.
public enum Anyone: Identified {
  public static let idPrefix = "who"
}
