import Postgres

/// An invoice that a claim rests on, and whether it counts.
public struct ClaimOutlay: Sendable {
  public let outlay: ID<Outlay>
  public let invoiceNo: String
  public let issuerName: String
  public let issuedOn: CivilDate
  public let paidOn: CivilDate
  public let category: String
  public let amount: Money
  public let isRelated: Bool
  public let isCounted: Bool
  public let excluded: String?

  public static let shown: [InputField] = [
    InputField("outlay", .reference(Outlay.idPrefix), Phrase("投入凭证", "outlay")),
    InputField("invoice_no", .text(max: 40), Phrase("发票代码和号码", "the invoice's code and number")),
    InputField("issuer_name", .text(max: 120), Phrase("开票单位", "issuer")),
    InputField("issued_on", .date, Phrase("开票日期", "issued on")),
    InputField("paid_on", .date, Phrase("付款日期", "paid on")),
    InputField("category", .code(Outlay.categories), Phrase("支出类别", "category")),
    InputField("amount", .money, Phrase("金额", "amount")),
    InputField("related", .flag, Phrase("是否关联交易", "whether paid to a related party")),
    InputField("counted", .flag, Phrase("是否计入", "whether it counts")),
    InputField("excluded", .text(max: 1000), required: false, Phrase("不予认可的理由", "why a verifier left it out")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("outlay", outlay.text)
      json.string("invoice_no", invoiceNo)
      json.string("issuer_name", issuerName)
      json.string("issued_on", issuedOn.text)
      json.string("paid_on", paidOn.text)
      json.string("category", category)
      json.money("amount", amount)
      json.bool("related", isRelated)
      json.bool("counted", isCounted)
      if let excluded { json.string("excluded", excluded) }
    }
  }
}

extension Market {
  /// The invoices that a claim rests on, for those who see what it rests on at all.
  public func outlays(of id: ID<Claim>, for caller: Caller) async throws -> [ClaimOutlay] {
    let claim = try await find(id, for: caller)
    if Claim.policy.withheld(claim, from: caller).contains("outlays") {
      throw Refusal.forbidden(needs: [Actor.applicant, .operator, .supervisor].map(\.rawValue))
    }
    let rows = try await database.query(
      """
      SELECT c.outlay, l.invoice_no, l.issuer_name, l.issued_on, l.paid_on, l.category, c.amount, c.related, c.live, c.excluded
      FROM claim_outlays c JOIN outlays l ON l.id = c.outlay WHERE c.claim = \(id) ORDER BY l.issued_on, l.id
      """)
    return try rows.map { row throws(DecodingFailure) in
      ClaimOutlay(
        outlay: try row.get(0), invoiceNo: try row.get(1), issuerName: try row.get(2), issuedOn: try row.get(3),
        paidOn: try row.get(4), category: try row.get(5), amount: try row.get(6), isRelated: try row.get(7),
        isCounted: try row.get(8), excluded: try row.get(9))
    }
  }
}
