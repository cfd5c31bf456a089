import Postgres

extension Deal {
  public static let workflow = Workflow<Deal>(
    .on(.intent, .negotiating, do: .edit, by: .seller, .buyer),
    .on(.intent, do: .negotiate, to: .negotiating, by: .seller, .buyer),
    .on(
      .negotiating, do: .decide, to: .internalDecision, by: .seller, needs: [.decisionRecord],
      if: [.recordsItsDecision], then: .keepDecision),
    .on(
      .internalDecision, do: .route, to: .priceRoute, by: .seller, needs: [.pricingRoute], if: [.awardStandsBehind],
      then: .keepRoute),
    .on(
      .priceRoute, do: .notice, to: .preSignNotice, by: .seller, needs: [.noticeDays], if: [.isNegotiated],
      then: .beginPriceNotice),
    .on(
      .preSignNotice, do: .sign, to: .sellerSigned, by: .seller, if: Guard.noticeIsClean + [.partiesAreVerified],
      then: Effect(first: { deal, work in try await work.closeNotice(of: deal) })),
    // A price that did not stand goes back to where it is decided how a price is found.
    .on(.preSignNotice, do: .reopen, to: .internalDecision, by: .seller, .system, needs: [.reason], then: .fallBack),
    .on(
      .priceRoute, do: .sign, to: .sellerSigned, by: .seller, if: [.needsNoNotice, .partiesAreVerified],
      then: .noNoticeNeeded),
    .on(
      .sellerSigned, do: .countersign, to: .signed, by: .buyer, if: [.partiesAreVerified], then: .conclude),
    .on(.signed, do: .register, to: .registered, by: .system),
    .on(.registered, do: .unregister, to: .terminated, by: .system, then: .release),
    .on(.registered, do: .complete, to: .completed, by: .buyer, if: [.projectHasEnded], then: .handOver),
    // The platform's where the award it was to contract has passed to somebody else.
    .on(
      .intent, .negotiating, .internalDecision, .priceRoute, .preSignNotice, .sellerSigned, do: .cancel, to: .cancelled,
      by: .seller, .buyer, .system, needs: [.reason], then: .fallBack),
    .on(
      .signed, do: .terminate, to: .terminated, by: .seller, .buyer, needs: [.reason],
      if: [.notBeingRegistered, .projectHasEnded],
      then: .release)
  )
}

extension InputField {
  static let decisionRecord = InputField(
    "decision_record", .text(max: 500), required: false, Phrase("集体决策记录(文号、日期)", "minutes of the collective decision"))
  static let pricingRoute = InputField(
    "pricing_route", .code(Deal.pricingRoutes), Phrase("定价方式", "how the price was found"))
}

extension Guard<Deal> {
  static let partiesAreVerified: Guard<Deal> = Organisation.verified { $0.sellerIsVerified && $0.buyerIsVerified }

  static let recordsItsDecision = Guard(
    "decision_missing", "高校院所须有集体决策记录", "a university or institute needs the record of a collective decision",
    readsInput: true
  ) { deal, moment in !deal.sellerIsStateUnit || !(moment.input.text("decision_record") ?? "").isEmpty }

  static let awardStandsBehind = Guard(
    "no_award", "只有出自中榜题目的交易可按中榜价成交", "only a deal out of an award is priced by it", readsInput: true
  ) { deal, moment in moment.input.text("pricing_route") != "award" || deal.challenge != nil }

  static let isNegotiated = Guard("no_notice_needed", "只有协议定价需要公示", "only a negotiated price is put on notice") {
    deal, _ in
    deal.pricingRoute == "negotiated"
  }
  /// 促进科技成果转化法 § 18: a state unit that negotiates its price makes it public first. Others need not.
  static let needsNoNotice = Guard("notice_first", "协议定价须先公示", "a negotiated price goes on notice first") { deal, _ in
    deal.pricingRoute != "negotiated" || !deal.sellerIsStateUnit
  }
  /// What was contracted out of an award ends with its project: by acceptance, or by a decision that gives the ground.
  static let projectHasEnded = Guard("project_runs", "所签项目尚未结束", "the project under it has not ended") { deal, _ in
    !deal.projectRuns
  }
  /// Once its contract counts, a deal ends by cancelling the registration.
  static let notBeingRegistered = Guard("contract_open", "合同登记办理中,请先撤销", "its contract is with the registry") {
    deal, _ in !deal.contractIsLive
  }
}

extension Effect<Deal> {
  static let keepDecision = Effect(set: { _, moment in "decision_record = \(moment.input.text("decision_record"))" })
  static let keepRoute = Effect(set: { _, moment in "pricing_route = \(moment.input.text("pricing_route"))" })

  /// 促进科技成果转化法 § 18: what is sold, and for how much.
  static let beginPriceNotice = Effect(then: { deal, moment, work in
    try await work.putOnNotice(
      deal, as: "price", title: "关于“\(deal.title)”协议定价的公示", region: deal.sellerRegion,
      parties: [deal.seller, deal.buyer],
      details: [
        "deal": .string(deal.id.text), "title": .string(deal.title), "kind": .string(deal.dealKind),
        "seller": .string(deal.sellerName), "buyer": .string(deal.buyerName), "price": .string(deal.totalAmount.yuan),
      ], days: moment.input.integer("days"))
  })

  static let fallBack = Effect(
    set: { _, moment in "reason = \(moment.input.text("reason"))" },
    then: { deal, moment, work in try await work.revokeNotice(of: deal, moment.input.text("reason")) })

  /// The schema asks every negotiated price for its notice, or for the word that none was due.
  static let noNoticeNeeded = Effect(set: { _, _ in "notice_exempt = true" })

  /// Both have signed: what can be sold once is taken off the shelf, and the project it came from is contracted.
  static let conclude = Effect(
    set: { _, _ in "signed_on = market_today()" },
    then: { deal, _, work in
      if let achievement = deal.achievement, deal.takesTheWhole {
        try await work.asSystem.move(achievement, .lock, version: nil)
      }
      if let challenge = deal.challenge { try await work.contractProject(of: challenge, by: deal) }
    })

  static let release = Effect(
    set: { _, moment in "reason = coalesce(\(moment.input.text("reason")), reason)" },
    then: { deal, _, work in
      if let achievement = deal.achievement, deal.takesTheWhole {
        try await work.asSystem.move(achievement, .release, version: nil)
      }
    })

  static let handOver = Effect(then: { deal, _, work in
    if let achievement = deal.achievement, deal.takesTheWhole {
      try await work.asSystem.move(achievement, .complete, version: nil)
    }
  })
}

extension Deal {
  /// A transfer or a contribution in kind leaves nothing to sell; an ordinary licence leaves everything.
  var takesTheWhole: Bool { dealKind == "transfer" || dealKind == "equity" }
}
