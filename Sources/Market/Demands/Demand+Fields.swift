import Postgres

extension Demand {
  public static let fields: [Field<Demand>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "需求单位标识", "poster's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "需求单位", "poster"),
    .reference("call", \.call, .fixedOptional, "所属征集,不填为常年需求", "the call it answers; none for a standing need"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("title", \.title, max: 200, .required, "需求名称", "title"),
    .text("summary", \.summary, max: 2000, .optional, "一句话简介", "what is needed, in a sentence"),
    .text("problem", \.problem, max: 20000, .optional, "拟解决的问题", "the problem"),
    .text("background", \.background, max: 20000, .optional, "背景与已有基础", "background and what was tried"),
    .records(
      "indicators", \.indicators, maxItems: 30, Indicator.inputs, .optional, "考核指标", "what a solution is measured by"),
    .code("field", \.field, TechnologyField.codes, .optional, "技术领域(十一类)", "technology field, one of the eleven"),
    .texts("keywords", \.keywords, maxItems: 30, max: 60, .optional, "关键词", "keywords"),
    .region("region", \.region, .required, "所在地区(行政区划代码)", "region, GB/T 2260"),
    .money("budget", \.budget, .optional, "预算", "budget"),
    .money("own_funds", \.ownFunds, .optional, "自有资金", "own funds"),
    .text("own_funds_proof", \.ownFundsProof, max: 500, .optional, "自有资金证明(文件编号)", "reference of the proof of funds"),
    .integer(
      "confidentiality", \.confidentiality, 1...3, .optional, "保密等级:1 公开,2 登录可见,3 仅经办方可见",
      "1 public, 2 for those who have logged in, 3 for those who decide"),
    .reference("chain_node", \.chainNode, .optional, "产业链环节", "node of an industry chain"),
    Field("contact_name", .text(max: 60), .optional, Phrase("联系人(脱敏显示)", "contact, shown masked")) {
      $1.string(Mask.name($0.contactName))
    },
    Field("contact_phone", .text(max: 30), .optional, Phrase("联系电话(脱敏显示)", "telephone, shown masked")) {
      $1.string(Mask.phone($0.contactPhone))
    },
    .code(
      "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
    .code("decline_reason", \.declineReason, declineReasons, .shown, "未入围原因", "why it was declined"),
    .text("advice", \.advice, max: 2000, .shown, "修改建议", "what would make it better"),
    .text("reason", \.reason, max: 1000, .shown, "撤回理由", "why it was withdrawn"),
    .text("score", \.score, max: 6, .shown, "遴选得分", "weighted score of the panel, 0 to 100"),
    .integer("sheets", \.sheets, 0...Int(Int32.max), .shown, "已打分专家数", "score sheets handed in"),
    Field("challenges", .texts(maxItems: 1000, max: 40), .shown, Phrase("由其形成的题目", "challenges made of it")) {
      $1.strings($0.challenges.map(\.text))
    },
    .instant("submitted_at", \.submittedAt, "提交时间", "submitted at"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]

  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("organisation", .reference(Organisation.idPrefix), "需求单位", "poster"),
    Filter("call", .reference(DemandCall.idPrefix), "所属征集", "call"),
    Filter("chain_node", .reference(ChainNode.idPrefix), "产业链环节", "chain node"),
    Filter("field", .code(TechnologyField.codes), "技术领域", "technology field"),
    Filter("region", .text(max: 6), match: .prefix, "行政区划代码前缀", "leading digits of the region"),
    Filter("keyword", .text(max: 60), match: .overlaps, column: "t.keywords", "关键词", "keyword"),
    Filter("origin", .code(["real", "constructed"]), "来源性质", "real or invented"),
  ]
}

/// Personal data as it may be shown (个人信息保护法 § 51): enough to recognise, not to use.
enum Mask {
  /// `张三` becomes `张*`.
  static func name(_ name: String) -> String { name.isEmpty ? "" : String(name.prefix(1)) + "*" }

  /// `13800001234` becomes `138****1234`; what is too short to mask so is hidden whole.
  static func phone(_ number: String) -> String {
    if number.isEmpty { return "" }
    guard number.count >= 10 else { return "****" }
    return number.prefix(3) + "****" + number.suffix(4)
  }
}
