extension Claim {
  public static let fields: [Field<Claim>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "申请单位标识", "claimant's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "申请单位", "claimant"),
    .reference("counterparty", \.counterparty, .shown, "合同对方标识", "the other side of the contract"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .reference("programme", \.programme, .fixed, "计划项目", "programme"),
    .text("programme_name", \.programmeName, max: 200, .shown, "计划项目名称", "programme's name"),
    .code("mode", \.mode, Programme.modes, .fixed, "补助方式", "before the work, by milestone, afterwards"),
    .reference("contract", \.contract, .fixed, "技术合同", "technology contract"),
    .text("title", \.title, max: 200, .shown, "项目名称", "the contract's project"),
    .reference("project", \.project, .shown, "攻关项目", "project"),
    .reference("milestone", \.milestone, .fixedOptional, "里程碑(分阶段补助)", "milestone, of a claim by stage"),
    .text("statement", \.statement, max: 5000, .optional, "申请说明", "what the claimant says"),
    .money("requested", \.requested, .optional, "申请金额,不填为按规则计算", "what is asked for; nothing means whatever is due"),
    .text("account_name", \.accountName, max: 120, .optional, "收款户名(须与单位名称一致)", "name of the account"),
    .text("account_bank", \.accountBank, max: 120, .optional, "开户银行", "bank"),
    Field("account_number", .text(max: 30), .optional, Phrase("银行账号(脱敏显示)", "account, shown masked")) {
      $1.string($0.accountEnd.isEmpty ? "" : "****" + $0.accountEnd)
    },
    .instant("applied_at", \.appliedAt, "申请时间", "applied at"),
    .instant("due_at", \.dueAt, "核验办理期限", "verified before"),
    Field("verifiers", .integer(0...Int(Int32.max)), .shown, Phrase("已核验人数", "persons who have verified it")) {
      $1.int($0.verifiers.count)
    },
    Field("outlays", .integer(0...Int(Int32.max)), .shown, Phrase("引用的投入凭证数", "invoices it rests on")) {
      $1.int($0.spending.cited)
    },
    Field("recognised", .money, .shown, Phrase("认可投入", "what of them is recognised")) { $1.money($0.spending.base) },
    .money("amount", \.amount, .shown, "补助金额", "amount"),
    Field(
      "sheet", .records(maxItems: 20, SubsidySheet.shown), .shown, nullable: true,
      Phrase("计算表:每一项限额、规则和依据", "how the amount was found: every limit, rule and law")
    ) { claim, json in
      if let sheet = claim.sheet { json.raw(sheet) } else { json.null() }
    },
    .reference("notice", \.notice?.id, .shown, "公示", "notice"),
    .text("payment_reference", \.paymentReference, max: 60, .shown, "付款流水号", "payment reference"),
    .date("paid_on", \.paidOn, .shown, "拨付日期", "paid on"),
    .text("conclusion", \.conclusion, max: 1000, .shown, "审计结论", "what the audit found"),
    .code("ground", \.ground, grounds, .shown, "追回原因", "why it is asked back"),
    .text("recovery_reference", \.recoveryReference, max: 60, .shown, "退款流水号", "reference of the repayment"),
    .date("recovered_on", \.recoveredOn, .shown, "追回日期", "recovered on"),
    .code(
      "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
    .text(
      "reason", \.reason, max: 1000, .shown, "退回、不予补助、撤回或追回的理由", "why it was sent back, refused, withdrawn or reclaimed"
    ),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]

  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("programme", .reference(Programme.idPrefix), "计划项目", "programme"),
    Filter("organisation", .reference(Organisation.idPrefix), "申请单位", "claimant"),
    Filter("contract", .reference(Contract.idPrefix), "技术合同", "contract"),
    Filter("mode", .code(Programme.modes), "补助方式", "mode"),
    Filter("origin", .code(["real", "constructed"]), "来源性质", "real or invented"),
  ]
}
