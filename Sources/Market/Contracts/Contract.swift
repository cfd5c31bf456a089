import Postgres

/// 技术合同: what is filed with a registry and, once registered, counts as turnover.
public struct Contract: MarketObject {
  public enum State: String, CaseIterable, Sendable {
    case draft, selfChecked = "self_checked", filed, accepted, supplement, registered, notRegistered = "not_registered",
      cancelled
  }
  public enum Action: String, CaseIterable, Sendable, EditAction {
    case edit, selfCheck = "self_check", file, accept, askSupplement = "ask_supplement", resubmit, register, refuse,
      cancel
  }

  public static let idPrefix = "con"
  public static let kind = "contract"
  public static let noun = Phrase("技术合同", "technology contract")
  /// 开发 TD, 转让 TT, 许可 TL, 咨询 TC, 服务 TS (民法典 third book, chapter 20).
  public static let types = ["TD", "TT", "TL", "TC", "TS"]

  public let id: ID<Contract>
  public let deal: ID<Deal>
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let projectName: String
  public let contractType: String
  public let technologyField: String
  public let seller: ID<Organisation>
  public let sellerName: String
  public let buyer: ID<Organisation>
  public let buyerName: String
  public let sellerRegion: String
  public let buyerRegion: String
  public let totalAmount: Money
  public let technicalAmount: Money
  public let signedOn: CivilDate
  public let validFrom: CivilDate
  public let validTo: CivilDate
  public let contractNo: String?
  public let registeredBy: ID<Organisation>?
  public let registeredAt: Instant?
  public let dueAt: Instant?
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "contracts"
  public static let columns: SQL =
    """
    t.id, t.deal, t.status, t.version, t.rulebook, t.project_name, t.contract_type, t.technology_field, t.seller, s.name, t.buyer,
    b.name, t.seller_region, t.buyer_region, t.total_amount, t.technical_amount, t.signed_on, t.valid_from, t.valid_to,
    t.contract_no, t.registered_by, t.registered_at, t.due_at, t.reason, t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN organisations s ON s.id = t.seller JOIN organisations b ON b.id = t.buyer"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    deal = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    projectName = try c.next()
    contractType = try c.next()
    technologyField = try c.next()
    seller = try c.next()
    sellerName = try c.next()
    buyer = try c.next()
    buyerName = try c.next()
    sellerRegion = try c.next()
    buyerRegion = try c.next()
    totalAmount = try c.next()
    technicalAmount = try c.next()
    signedOn = try c.next()
    validFrom = try c.next()
    validTo = try c.next()
    contractNo = try c.next()
    registeredBy = try c.next()
    registeredAt = try c.next()
    dueAt = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { projectName }
  /// A contract is its parties' and the registry's; the public sees it in the statistics.
  public static let policy = Policy<Contract>(
    parties: [.init(.seller, "t.seller", \.seller), .init(.buyer, "t.buyer", \.buyer)],
    internal: ["rulebook", "registrar_kind"],
    .show(to: .seller, .buyer, .operator, .supervisor, .admin),
    .showAll(but: .draft, .selfChecked, to: .registry))

  static let constraints: [String: Refusal] = [
    "contracts_one_per_deal": .conflict(
      code: "deal_has_contract", detail: Phrase("该交易已有技术合同", "this deal has its contract already")),
    "contracts_technical_within_total": .invalid([
      Issue(
        pointer: "/technical_amount", code: "too_large",
        detail: Phrase(
          "技术交易额不能超过合同成交总额", "the technical amount cannot exceed the total amount"))
    ]),
    "contracts_term": .invalid([
      Issue(pointer: "/valid_to", code: "before_valid_from", detail: Phrase("终止日期早于起始日期", "ends before it begins"))
    ]),
    "contracts_contract_no": .conflict(
      code: "duplicate_contract_no", detail: Phrase("该登记编号已被使用", "this registration number is taken")),
    "contracts_identity": .conflict(
      code: "duplicate_contract",
      detail: Phrase(
        "相同当事人、签订日期、金额和项目名称的合同已在登记",
        "a contract of the same parties, date, amount and name is with the registry already")),
  ]

  public static let fields: [Field<Contract>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("deal", \.deal, .fixed, "所属交易", "deal"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("project_name", \.projectName, max: 200, .required, "项目名称", "project name"),
    .code("contract_type", \.contractType, types, .required, "合同类型", "type"),
    .code("technology_field", \.technologyField, TechnologyField.codes, .required, "技术领域", "technology field"),
    .reference("seller", \.seller, .shown, "卖方", "seller"),
    .text("seller_name", \.sellerName, max: 120, .shown, "卖方名称", "seller's name"),
    .reference("buyer", \.buyer, .shown, "买方", "buyer"),
    .text("buyer_name", \.buyerName, max: 120, .shown, "买方名称", "buyer's name"),
    .region("seller_region", \.sellerRegion, .shown, "卖方地区", "seller's region"),
    .region("buyer_region", \.buyerRegion, .shown, "买方地区", "buyer's region"),
    .money("total_amount", \.totalAmount, .required, "合同成交总额", "total amount"),
    .money(
      "technical_amount", \.technicalAmount, .required, "技术交易额",
      "technical amount: the total less what is not technology"),
    .date("signed_on", \.signedOn, .shown, "签订日期", "signed on"),
    .date("valid_from", \.validFrom, .required, "有效期起", "valid from"),
    .date("valid_to", \.validTo, .required, "有效期止", "valid to"),
    .text("contract_no", \.contractNo, max: 16, .shown, "登记编号", "registration number"),
    .reference("registered_by", \.registeredBy, .shown, "登记机构", "registry"),
    .instant("registered_at", \.registeredAt, "登记时间", "registered at"),
    .instant("due_at", \.dueAt, "登记办理期限", "the registry decides before"),
    .text("reason", \.reason, max: 1000, .shown, "补正、不予登记或撤销的理由", "why it was returned, refused or cancelled"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("contract_type", .code(types), "合同类型", "type"),
    Filter("technology_field", .code(TechnologyField.codes), "技术领域", "technology field"),
    Filter("seller_region", .text(max: 6), match: .prefix, "卖方地区前缀", "leading digits of the seller's region"),
    Filter("buyer_region", .text(max: 6), match: .prefix, "买方地区前缀", "leading digits of the buyer's region"),
    Filter("deal", .reference(Deal.idPrefix), "所属交易", "deal"),
  ]
}
