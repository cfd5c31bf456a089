import Postgres

/// One transaction between a seller and a buyer, from intent to a signed and registered contract.
public struct Deal: AwaitsNotice {
  public enum State: String, CaseIterable, Sendable {
    case intent, negotiating, internalDecision = "internal_decision", priceRoute = "price_route", preSignNotice =
      "pre_sign_notice"
    case sellerSigned = "seller_signed", signed, registered, completed, terminated, cancelled
  }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, negotiate, decide, route, notice, reopen, sign, countersign, register, unregister, complete, terminate,
      cancel
  }

  public static let idPrefix = "dea"
  public static let kind = "deal"
  public static let noun = Phrase("交易", "deal")
  public static let kinds = ["transfer", "licence", "development", "service", "consulting", "equity"]
  /// The ways the law accepts for a price: 协议定价, 挂牌, 拍卖; and the award of a challenge, which is a competition of its own.
  public static let pricingRoutes = ["negotiated", "listed", "auction", "award"]

  public let id: ID<Deal>
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let dealKind: String
  public let title: String
  public let seller: ID<Organisation>
  public let sellerName: String
  public let sellerKind: String
  public let sellerRegion: String
  public let buyer: ID<Organisation>
  public let buyerName: String
  let sellerIsVerified: Bool
  let buyerIsVerified: Bool
  public let achievement: ID<Achievement>?
  public let challenge: ID<Challenge>?
  public let totalAmount: Money
  public let pricingRoute: String?
  public let decisionRecord: String?
  /// The notice of its price, where there is one.
  public let notice: NoticeMark?
  public let signedOn: CivilDate?
  public let reason: String?
  /// Whether its contract is on its way through the registry or registered.
  public let contractIsLive: Bool
  /// Whether the project that it contracts is under way.
  let projectRuns: Bool
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "deals"
  public static let columns: SQL =
    """
    t.id, t.status, t.version, t.rulebook, t.kind, t.title, t.seller, s.name, s.kind, s.region, t.buyer, b.name,
    \(sql: Organisation.isVerified("s")), \(sql: Organisation.isVerified("b")), t.achievement,
    t.challenge, t.total_amount, t.pricing_route, t.decision_record, \(sql: NoticeMark.columns), t.signed_on,
    t.reason,
    EXISTS (SELECT FROM contracts k WHERE k.deal = t.id AND k.status NOT IN ('draft', 'self_checked', 'not_registered', 'cancelled')),
    EXISTS (SELECT FROM projects p WHERE p.deal = t.id AND p.status IN ('contracted', 'executing', 'acceptance')),
    t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL {
    """
    \(sql: rows) t JOIN organisations s ON s.id = t.seller JOIN organisations b ON b.id = t.buyer
    LEFT JOIN notices n ON n.id = t.notice
    """
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    dealKind = try c.next()
    title = try c.next()
    seller = try c.next()
    sellerName = try c.next()
    sellerKind = try c.next()
    sellerRegion = try c.next()
    buyer = try c.next()
    buyerName = try c.next()
    sellerIsVerified = try c.next()
    buyerIsVerified = try c.next()
    achievement = try c.next()
    challenge = try c.next()
    totalAmount = try c.next()
    pricingRoute = try c.next()
    decisionRecord = try c.next()
    notice = try NoticeMark.read(&c)
    signedOn = try c.next()
    reason = try c.next()
    contractIsLive = try c.next()
    projectRuns = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { title }
  /// What a notice has to make public: name and proposed price.
  public static let policy = Policy<Deal>(
    parties: [.init(.seller, "t.seller", \.seller), .init(.buyer, "t.buyer", \.buyer)],
    internal: ["rulebook", "created_by", "notice_exempt"],
    .show(.preSignNotice, to: .everyone, without: ["decision_record", "reason"]),
    .show(to: .seller, .buyer, .operator, .supervisor, .admin, .registry))

  /// State units sell by a price that law has a way for; the rest sell as they please.
  var sellerIsStateUnit: Bool { sellerKind == "university" || sellerKind == "institute" }

  static let constraints: [String: Refusal] = [
    "deals_two_parties": .invalid([
      Issue(pointer: "/buyer", code: "same_party", detail: Phrase("卖方与买方不能是同一单位", "seller and buyer must differ"))
    ]),
    "deals_one_per_award": .conflict(
      code: "award_has_deal", detail: Phrase("该题目的中榜结果已有交易", "this award has its deal already")),
    "deals_one_transfer": .conflict(
      code: "already_sold", detail: Phrase("该成果已经转让或作价投资", "this achievement has been sold already")),
    "deals_seller_fkey": .invalid([
      Issue(pointer: "/seller", code: "unknown_reference", detail: Phrase("卖方单位不存在", "no such seller"))
    ]),
    "deals_buyer_fkey": .invalid([
      Issue(pointer: "/buyer", code: "unknown_reference", detail: Phrase("买方单位不存在", "no such buyer"))
    ]),
  ]

  public static let fields: [Field<Deal>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .code("kind", \.dealKind, kinds, .fixed, "交易类别", "kind"),
    .text("title", \.title, max: 200, .required, "交易名称", "title"),
    .reference("seller", \.seller, .fixed, "卖方", "seller"),
    .text("seller_name", \.sellerName, max: 120, .shown, "卖方名称", "seller's name"),
    .reference("buyer", \.buyer, .fixed, "买方", "buyer"),
    .text("buyer_name", \.buyerName, max: 120, .shown, "买方名称", "buyer's name"),
    .reference("achievement", \.achievement, .fixedOptional, "所涉成果", "achievement"),
    Field(
      "challenge", .reference(Challenge.idPrefix), .fixedOptional, nullable: true,
      Phrase("所出自的题目", "challenge it was awarded in")
    ) {
      $1.string($0.challenge?.text)
    },
    .money("total_amount", \.totalAmount, .required, "成交总额", "all money under the deal"),
    .code("pricing_route", \.pricingRoute, pricingRoutes, .shown, "定价方式", "how the price was found"),
    .text("decision_record", \.decisionRecord, max: 500, .shown, "集体决策记录", "record of the collective decision"),
    .reference("notice", { $0.notice?.id }, .shown, "价格公示", "the notice of its price"),
    .instant("notice_ends_at", { $0.notice?.endsAt }, "公示截止时间", "end of the price notice"),
    .date("signed_on", \.signedOn, .shown, "签订日期", "signed on"),
    .text("reason", \.reason, max: 1000, .shown, "终止或取消的理由", "why it was ended"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("kind", .code(kinds), "交易类别", "kind"),
    Filter("seller", .reference(Organisation.idPrefix), "卖方", "seller"),
    Filter("buyer", .reference(Organisation.idPrefix), "买方", "buyer"),
  ]
}
