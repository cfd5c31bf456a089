import Postgres

/// 投入凭证: money that an organisation has really spent on a challenge or a deal, an invoice each, before any public money is asked for.
public struct Outlay: MarketObject {
  public enum State: String, CaseIterable, Sendable { case recorded, withdrawn }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, withdraw }

  public static let idPrefix = "otl"
  public static let kind = "outlay"
  public static let noun = Phrase("投入凭证", "outlay")
  public static let categories = [
    "contract_payment", "equipment", "materials", "testing", "labour", "services", "other",
  ]
  /// What the issuer of an invoice is to whoever paid it.
  public static let relations = ["none", "same_group", "shareholding", "common_management", "kinship"]

  public let id: ID<Outlay>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let challenge: ID<Challenge>?
  public let deal: ID<Deal>?
  public let category: String
  public let invoiceNo: String
  public let issuerCode: String
  public let issuerName: String
  public let issuedOn: CivilDate
  public let paidOn: CivilDate
  public let amount: Money
  /// The bank's number of the payment.
  public let receiptNo: String
  /// Of the scanned invoice, `sha256:…` or `sm3:…`.
  public let fileHash: String
  public let relation: String
  public let note: String
  public let origin: String
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant
  /// Whether it was paid to the payer itself or to somebody close to it; then no subsidy counts it.
  public let isRelated: Bool
  /// Whether a claim rests on it.
  public let isCited: Bool

  public static let table: SQL = "outlays"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, t.status, t.version, t.rulebook, t.challenge, t.deal, t.category, t.invoice_no, t.issuer_code,
    t.issuer_name, t.issued_on, t.paid_on, t.amount, t.receipt_no, t.file_hash, t.relation, t.note, t.origin, t.reason, t.created_at,
    t.updated_at, \(sql: related), EXISTS (SELECT FROM claim_outlays c WHERE c.outlay = t.id AND c.live)
    """
  /// Where `l` is the outlay and `o` whoever paid it.
  static let related: SQL = "l.relation <> 'none' OR l.issuer_code = coalesce(o.uscc, '') OR l.issuer_name = o.name"
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN organisations o ON o.id = t.organisation CROSS JOIN LATERAL (SELECT t.*) l"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    challenge = try c.next()
    deal = try c.next()
    category = try c.next()
    invoiceNo = try c.next()
    issuerCode = try c.next()
    issuerName = try c.next()
    issuedOn = try c.next()
    paidOn = try c.next()
    amount = try c.next()
    receiptNo = try c.next()
    fileHash = try c.next()
    relation = try c.next()
    note = try c.next()
    origin = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    isRelated = try c.next()
    isCited = try c.next()
  }

  public var headline: String { invoiceNo }
  /// What a company buys is its own affair: it and those who check see it.
  public static let policy = Policy<Outlay>(
    parties: [.init(.owner, "t.organisation", \.organisation)], internal: ["rulebook", "identity"],
    .show(to: .owner, .operator, .supervisor, .admin))

  static let constraints: [String: Refusal] = [
    "outlays_one_matter": .invalid([
      Issue(
        pointer: "/challenge", code: "one_matter",
        detail: Phrase("题目与交易填且只填一项", "name a challenge or a deal, and not both"))
    ]),
    "outlays_amount": .invalid([
      Issue(pointer: "/amount", code: "out_of_range", detail: Phrase("金额须大于 0", "must be more than nothing"))
    ]),
    "outlays_invoice_no": .invalid([
      Issue(
        pointer: "/invoice_no", code: "bad_form",
        detail: Phrase("发票代码与号码连写,至少 8 位数字或字母", "the invoice's code and number, 8 digits or letters at least"))
    ]),
    "outlays_file_hash": .invalid([
      Issue(
        pointer: "/file_hash", code: "bad_form",
        detail: Phrase("应为 sha256: 或 sm3: 加 64 位小写十六进制", "is sha256: or sm3: and 64 hexadecimal digits"))
    ]),
    "outlays_once": .conflict(
      code: "duplicate_invoice", detail: Phrase("本单位已登记过这张发票", "this organisation has recorded this invoice")),
    "outlays_cited": .conflict(
      code: "outlay_in_use", detail: Phrase("已有补助申请以此凭证为依据", "a claim rests on this outlay")),
  ]

  public static let fields: [Field<Outlay>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "支出单位标识", "id of who paid"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "支出单位", "who paid"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .reference("challenge", \.challenge, .fixedOptional, "所为题目(与交易填一项)", "the challenge it was spent on"),
    .reference("deal", \.deal, .fixedOptional, "所为交易(与题目填一项)", "or the deal"),
    .code("category", \.category, categories, .required, "支出类别", "category"),
    .text("invoice_no", \.invoiceNo, max: 40, .required, "发票代码和号码", "the invoice's code and number"),
    Field("issuer_code", .creditCode, .required, Phrase("开票单位统一社会信用代码", "issuer's credit code")) {
      $1.string($0.issuerCode)
    },
    .text("issuer_name", \.issuerName, max: 120, .required, "开票单位", "issuer"),
    .date("issued_on", \.issuedOn, .required, "开票日期", "issued on"),
    .date("paid_on", \.paidOn, .required, "付款日期", "paid on"),
    .money("amount", \.amount, .required, "金额", "amount"),
    .text("receipt_no", \.receiptNo, max: 60, .required, "银行回单号", "the bank's number of the payment"),
    .text("file_hash", \.fileHash, max: 80, .required, "发票文件摘要", "hash of the scanned invoice"),
    .code(
      "relation", \.relation, relations, .optional, "与开票单位的关联关系(如实申报)",
      "what the issuer is to whoever paid, as declared"),
    .text("note", \.note, max: 500, .optional, "用途说明", "what it was for"),
    .flag("related", \.isRelated, .shown, "是否关联交易(不计入补助基数)", "paid to a related party, and so not counted"),
    .flag("cited", \.isCited, .shown, "是否已被补助申请引用", "whether a claim rests on it"),
    .code(
      "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
    .text("reason", \.reason, max: 1000, .shown, "撤回理由", "why it was withdrawn"),
    .instant("created_at", \.createdAt, "登记时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("organisation", .reference(Organisation.idPrefix), "支出单位", "who paid"),
    Filter("challenge", .reference(Challenge.idPrefix), "所为题目", "challenge"),
    Filter("deal", .reference(Deal.idPrefix), "所为交易", "deal"),
    Filter("category", .code(categories), "支出类别", "category"),
  ]

  public static let workflow = Workflow<Outlay>(
    .on(.recorded, do: .edit, by: .owner),
    .on(.recorded, do: .withdraw, to: .withdrawn, by: .owner, needs: [.reason], then: .reason)
  )
}
