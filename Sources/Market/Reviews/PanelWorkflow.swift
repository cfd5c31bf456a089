import Postgres

extension Panel {
  public static let workflow = Workflow<Panel>(
    .on(
      .frozen, do: .draw, to: .drawn, by: .operator, .supervisor, needs: [.outsideValue],
      if: [.isUnderSignedHead, .hasItsOutsideNumber],
      then: .drawSeats),
    // The last member has declared.
    .on(.drawn, do: .begin, to: .reviewing, by: .system, if: [.everySeatIsTaken], then: .labelBids),
    .on(.reviewing, do: .close, to: .closed, by: .operator, if: [.hasQuorum], then: .countSheets),
    // A member's sheets fall away after an objection.
    .on(.closed, do: .recount, by: .system, if: [.hasQuorum], then: .recountSheets),
    // Whoever could dissolve a panel and draw another could choose: it takes the supervisor, in public and with a reason.
    .on(
      .frozen, .drawn, .reviewing, do: .dissolve, to: .dissolved, by: .supervisor, needs: [.reason], then: .reason)
  )
}

extension InputField {
  static let outsideValue = InputField(
    "outside_value", .text(max: 100), required: false, Phrase("外部公开数", "the number that was published"))
}

extension Guard<Panel> {
  static let hasItsOutsideNumber = Guard(
    "outside_number", "须且仅在事先指定了外部公开数时填写该数", "the outside number goes with a source named beforehand, and only with it",
    readsInput: true
  ) { panel, moment in (panel.outsideSource == nil) == ((moment.input.text("outside_value") ?? "").trimmed.isEmpty) }

  static let isUnderSignedHead = Guard(
    "not_sealed", "名单冻结事件尚未进入已签名的账本,请稍候", "the freezing is not under a signed head of the ledger yet: wait a moment"
  ) { panel, _ in panel.isSealedIn }

  static let everySeatIsTaken = Guard("seats_vacant", "尚有席位未确认", "a member has not declared yet") { panel, _ in
    panel.accepted >= panel.size
  }

  static let hasQuorum = Guard(
    "no_quorum", "完成全部评分的专家未达到法定人数", "too few members have judged every bid"
  ) { panel, moment in
    guard
      let share = try? moment.rules.rule(.reviewQuorum, region: panel.region, on: moment.now.dateInShanghai).value
    else { return false }
    return Int64(panel.complete) * 100 >= Int64(panel.size) * share
  }
}
