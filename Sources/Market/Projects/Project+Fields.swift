import Postgres

extension Project {
  public static let fields: [Field<Project>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .reference("bid", \.bid, .shown, "中榜的揭榜书", "the bid that won"),
    .reference("poster", \.poster, .shown, "出题单位标识", "poster's id"),
    .text("poster_name", \.posterName, max: 120, .shown, "出题单位", "poster"),
    .reference("solver", \.solver, .shown, "承担单位标识", "solver's id"),
    .text("solver_name", \.solverName, max: 120, .shown, "承担单位", "solver"),
    .text("title", \.title, max: 200, .shown, "项目名称", "title"),
    .money("price", \.price, .shown, "中榜价", "price of the award"),
    .reference("deal", \.deal, .shown, "所签的交易", "the deal that contracts it"),
    .instant("contract_due_at", \.contractDueAt, "签约期限,逾期顺延下一名", "contracted before this instant, or the next in rank"),
    .text("leader", \.leader, max: 60, .shown, "项目负责人", "leader"),
    .text(
      "consortium_agreement", \.consortiumAgreement, max: 200, .shown, "联合体协议文号",
      "reference of the consortium's agreement"),
    .text("pledge", \.pledge, max: 5000, .shown, "军令状", "letter of commitment"),
    .records("indicators", \.indicators, maxItems: 60, Pledge.indicator, .shown, "承诺的考核指标", "indicators pledged"),
    .date("ends_on", \.endsOn, .shown, "完成期限", "last day of the term"),
    .text("pledge_content", \.pledgeContent, max: 60000, .shown, "军令状原文(规范 JSON)", "what the digest is of"),
    .text("pledge_hash", \.pledgeHash, max: 80, .shown, "军令状的摘要", "digest of the letter of commitment"),
    .instant("pledged_at", \.pledgedAt, "立状时间", "pledged at"),
    .instant("pledge_confirmed_at", \.pledgeConfirmedAt, "出题方确认时间", "confirmed by the poster at"),
    .records("plan", \.plan, maxItems: Plan.longest, Plan.milestone, .shown, "里程碑计划", "milestones planned"),
    .integer("first_percent", \.firstPercent, 0...100, .shown, "签约后首付比例(%)", "percent paid on signing"),
    .instant("started_at", \.startedAt, "启动时间", "started at"),
    .instant("accept_by", \.acceptBy, "须在此前提交验收", "delivered before this instant"),
    Field(
      "change", .object("ProjectChange"), .shown, nullable: true, Phrase("待批准的变更", "change that waits for approval")
    ) {
      project, json in
      if let change = project.change { json.raw(change) } else { json.null() }
    },
    .instant("change_agreed_at", \.changeAgreedAt, "出题方同意变更的时间", "change agreed to by the poster at"),
    .instant("solver_consents_at", \.solverConsentsAt, "承担方同意终止的时间", "solver consents to ending it at"),
    .instant("poster_consents_at", \.posterConsentsAt, "出题方同意终止的时间", "poster consents to ending it at"),
    .code("ground", \.ground, grounds, .shown, "终止的情形", "ground of termination"),
    .text("decision", \.decision, max: 200, .shown, "终止决定文号", "reference of the decision to terminate"),
    .money("approved_cost", \.approvedCost, .shown, "淘汰时核定的成本", "cost approved when it was eliminated"),
    .text("reason", \.reason, max: 1000, .shown, "最近一次退回、淘汰、终止等的理由", "why it was last refused, eliminated, ended …"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]

  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("challenge", .reference(Challenge.idPrefix), "题目", "challenge"),
    Filter("solver", .reference(Organisation.idPrefix), "承担单位", "solver"),
    Filter("poster", .reference(Organisation.idPrefix), "出题单位", "poster"),
  ]
}
