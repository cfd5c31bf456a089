import Postgres

extension Notice {
  public static let workflow = Workflow<Notice>(
    .on(.draft, do: .edit, by: .owner, .operator, if: [.isOurs]),
    .on(.draft, do: .publish, to: .running, by: .owner, .operator, if: [.isOurs, .saysHowToObject], then: .publish),
    .on(
      .running, .paused, do: .correct, by: .owner, .operator, needs: [.was, .becomes, .reason], if: [.isOurs],
      then: .logCorrection),
    .on(
      .running, .paused, do: .revoke, to: .revoked, by: .owner, .operator, needs: [.reason],
      if: [.isOurs, .nothingWaits], then: .takeDown),
    // What waits for a notice goes back first and takes its notice with it; an appeal may turn out right after the end.
    .on(.running, .paused, .closedClean, do: .revoke, to: .revoked, by: .system, needs: [.reason], then: .takeDown),
    .on(.running, do: .pause, to: .paused, by: .system, then: .stopClock),
    .on(.paused, do: .resume, to: .running, by: .system, then: .restartClock),
    .on(
      .running, do: .close, to: .closedClean, by: .system, if: [.hasRunItsTime, .hasNoOpenObjection],
      then: .stampClosing),
    .on(.closedClean, .revoked, do: .withdrawNames, by: .system, if: [.namesAreDue], then: .withdrawNames)
  )
}

extension InputField {
  static let was = InputField("was", .text(max: 300), Phrase("原文", "as it stands"))
  static let becomes = InputField("becomes", .text(max: 300), Phrase("更正为", "as it should read"))
}

extension Guard<Notice> {
  static let isOurs = Guard("not_yours", "只有公示单位可以办理", "only the organisation that publishes it may") {
    notice, moment in
    notice.organisation == moment.caller.organisation
  }
  static let saysHowToObject = Guard(
    "channel_missing", "须写明联系方式和异议提出途径", "it must say whom to ask and how to object"
  ) { notice, _ in !notice.contact.isEmpty && !notice.objectionChannel.isEmpty }

  static let nothingWaits = Guard("guards", "有事项以此公示为前提,请在该事项上办理退回", "something waits for it: send that back instead") {
    notice, _ in notice.subjectBits == nil
  }
  static let hasRunItsTime = Guard("notice_running", "公示期未满", "the notice is still running") { notice, moment in
    notice.endsAt.map { $0 <= moment.now } ?? false
  }
  static let hasNoOpenObjection = Guard("objection_open", "尚有异议未办结", "an objection is open") { notice, _ in
    notice.openObjections == 0
  }
}

extension Effect<Notice> {
  /// The time stands still while an objection is looked into.
  static let stopClock = Effect(set: { _, moment in "paused_at = \(moment.now)" })

  /// The days that were left run on, the day of the pause among them; or all of them once more, where the kind says so.
  static let restartClock = Effect(set: { notice, moment in
    guard let period = notice.period, let from = notice.countedFrom, let paused = notice.pausedAt,
      let end = notice.endsAt
    else { return nil }
    let last = end.adding(seconds: -1).dateInShanghai
    let before = max(from.dateInShanghai, paused.dateInShanghai.adding(days: -1))
    let left =
      switch try NoticeKind.named(notice.noticeKind).afterPause {
      case .resume: moment.rules.calendar.remaining(after: before, through: last, of: period)
      case .restart: period
      }
    return
      "ends_at = \(moment.rules.calendar.end(from: moment.now, left)), counted_from = \(moment.now), paused_at = NULL"
  })

  static let stampClosing = Effect(set: { notice, moment in
    "closed_at = \(moment.now), \(sql: try notice.namesStay(moment))"
  })

  static let takeDown = Effect(set: { notice, moment in
    "reason = \(moment.input.text("reason")), closed_at = NULL, \(sql: try notice.namesStay(moment))"
  })

  /// 勘误: what was published stays as it was; what was meant is written beside it.
  static let logCorrection = Effect(set: { _, moment in
    let was = moment.input.text("was") ?? "", becomes = moment.input.text("becomes") ?? ""
    let why = moment.input.text("reason") ?? ""
    let found = PersonalData.issues([("/was", was), ("/becomes", becomes), ("/reason", why)])
    guard found.isEmpty else { throw Refusal.invalid(found) }
    return "corrections = corrections || \("\(moment.now.dateInShanghai.text) “\(was)”更正为“\(becomes)”:\(why)")"
  })
}
