extension Notice {
  public static let fields: [Field<Notice>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .text("number", \.number, max: 40, .shown, "公示编号", "number"),
    .reference("organisation", \.organisation, .shown, "公示单位标识", "publisher's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "公示单位", "publisher"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .code("kind", \.noticeKind, NoticeKind.names, .fixed, "公示类别", "kind"),
    .text("subject", \.subject, max: 40, .shown, "所涉事项标识", "id of what waits for it"),
    .text("title", \.title, max: 200, .required, "标题", "title"),
    .text("body", \.body, max: 20_000, .optional, "正文,不得含个人电话、证件号码", "text, without personal numbers"),
    .records(
      "persons", \.persons, maxItems: 200, NoticePerson.inputs, .optional, "所涉人员:姓名和单位,公示期满后按期撤下",
      "people it names, taken down some time after it has closed"),
    .text(
      "persons_salt", \.personsSalt, max: 64, .shown, "人员摘要所用的随机数,与姓名一同撤下",
      "salt of the digests of people, gone with them"),
    .instant("persons_until", \.personsUntil, "姓名撤下的时间", "the names come down at"),
    .region("region", \.region, .required, "行政区划代码", "region"),
    .text("contact", \.contact, max: 200, .optional, "联系方式(单位的,非个人手机)", "an office to ask, not a person's telephone"),
    .text("objection_channel", \.objectionChannel, max: 500, .optional, "异议提出途径", "how to object"),
    .integer("days", \.days, 1...366, .optional, "公示天数,不少于规则下限,缺省为下限", "days asked for, the rule's least unless told"),
    .integer("period_days", \.periodDays, 1...366, .shown, "公示期天数", "days it runs"),
    .code(
      "period_unit", \.periodUnit, ["calendar_days", "working_days"], .shown, "自然日或工作日", "calendar or working days"),
    .text("rule", \.rule, max: 80, .shown, "适用规则", "rule"),
    .text("legal_basis", \.legalBasis, max: 500, .shown, "法律依据", "legal basis"),
    .instant("published_at", \.publishedAt, "公示开始时间", "published at"),
    .instant("ends_at", \.endsAt, "公示截止时间(此刻起不再受理异议)", "objections are taken before this instant"),
    .instant("paused_at", \.pausedAt, "因异议暂停的时间", "paused at"),
    .instant("closed_at", \.closedAt, "无异议期满的时间", "closed without objection at"),
    Field(
      "content", .object("NoticeContent"), .shown, nullable: true,
      Phrase("公示内容(规范 JSON)", "what was published, canonical")
    ) { notice, json in
      if let content = notice.content { json.raw(content.utf8) } else { json.null() }
    },
    .text("hash", \.hash, max: 80, .shown, "公示内容的摘要", "digest of the content"),
    .reference("supersedes", \.supersedes, .fixedOptional, "所替代的公示", "the notice it takes the place of"),
    .reference("superseded_by", \.supersededBy, .shown, "替代它的公示", "the notice that took its place"),
    .texts("corrections", \.corrections, maxItems: 50, max: 1000, .shown, "勘误记录(非实质)", "slips that were put right"),
    .text("reason", \.reason, max: 1000, .shown, "撤销的理由", "why it was revoked"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]

  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("kind", .code(NoticeKind.names), "公示类别", "kind"),
    Filter("region", .text(max: 6), match: .prefix, "行政区划代码前缀", "leading digits of the region"),
    Filter("organisation", .reference(Organisation.idPrefix), "公示单位", "publisher"),
  ]
}
