import Postgres

extension Milestone {
  public static let workflow = Workflow<Milestone>(
    .on(
      .planned, .due, .rectifying, do: .submit, to: .submitted, by: .solver, needs: [Measure.results],
      if: [.projectRuns, .isInTime] + Guard.isMeasured, then: .keepResults),
    .on(.planned, do: .fallDue, to: .due, by: .system, if: [.isDue], then: .beginRectification),
    .on(
      .submitted, do: .rectify, to: .rectifying, by: .poster, .operator, needs: [.rectificationDays, .reason],
      if: [.notRectified], then: .sendBack),
    .on(.submitted, do: .pass, to: .passed, by: .poster, .operator, if: [.projectRuns]),
    .on(.submitted, do: .fail, to: .failed, by: .supervisor, needs: [.reason], if: [.wasRectified], then: .reason),
    .on(.due, .rectifying, do: .lapse, to: .failed, by: .system, if: [.rectificationIsOver], then: .lapse),
    .on(.planned, .due, .submitted, .rectifying, do: .askWaiver, by: .poster, needs: [.reason], then: .askWaiver),
    .on(
      .planned, .due, .submitted, .rectifying, do: .waive, to: .waived, by: .operator, needs: [.reason],
      if: [.waiverIsAsked], then: .reason),
    // Its project has ended: nothing falls due any more.
    .on(
      .planned, .due, .submitted, .rectifying, do: .waive, to: .waived, by: .system, needs: [.reason], then: .reason)
  )
}

extension InputField {
  static let rectificationDays = InputField(
    "days", .integer(1...366), required: false, Phrase("整改天数,不超过规则上限", "days to put it right, at most the rule's"))
}

extension Milestone {
  /// The end of the time to put right what was not there on its day: counted from that day, however late somebody looks.
  func rectificationEnd(_ rules: Rulebook) throws -> Instant {
    try rules.day(after: dueOn, .rectificationMaximum, region: region).end
  }
}

extension Guard<Milestone> {
  static let projectRuns = Guard("project_not_running", "项目不在执行中", "its project is not being carried out") {
    milestone, _ in milestone.projectState == .executing
  }
  /// While nothing was said about it, it may come until the time to put it right would be over.
  static let isInTime = Guard("too_late", "已过整改期限", "the time to put it right is over") { milestone, moment in
    guard let end = milestone.rectifyBy ?? (try? milestone.rectificationEnd(moment.rules)) else { return false }
    return moment.now < end
  }
  static let isDue = Guard("not_due", "尚未到期", "it is not due yet") { milestone, moment in
    milestone.dueAt <= moment.now
  }
  static let notRectified = Guard("rectified_before", "已整改过一次,不再退回", "it was to be put right once already") {
    milestone, _ in milestone.rectifyBy == nil
  }
  static let wasRectified = Guard("rectify_first", "须先给一次整改机会", "it is to be put right once before it fails") {
    milestone, _ in milestone.rectifyBy != nil
  }
  static let rectificationIsOver = Guard("not_due", "整改期限未到", "the time to put it right is not over") {
    milestone, moment in milestone.rectifyBy.map { $0 <= moment.now } ?? false
  }
  static let waiverIsAsked = Guard("poster_first", "须由出题方先提出豁免", "the poster asks for it first") {
    milestone, _ in milestone.waiverReason != nil
  }
}

extension Effect<Milestone> {
  static let keepResults = Effect(
    set: { _, moment in "results = \(moment.input["results"]), submitted_at = \(moment.now)" },
    then: { milestone, _, work in try await work.expectKnown(milestone.results) })

  static let beginRectification = Effect(set: { milestone, moment in
    "rectify_by = \(try milestone.rectificationEnd(moment.rules))"
  })

  static let sendBack = Effect(set: { milestone, moment in
    let today = moment.now.dateInShanghai
    let most = try moment.rules.rule(.rectificationMaximum, region: milestone.region, on: today)
    let days = moment.input.integer("days") ?? Int(most.value)
    guard days <= most.value else {
      throw Refusal.invalid([
        Issue(
          pointer: "/days", code: "above_ceiling",
          detail: Phrase(
            "整改不得超过 \(most.value) 天(规则 \(most.key))", "at most \(most.value) days (rule \(most.key))"))
      ])
    }
    let end = moment.rules.calendar.end(from: moment.now, .calendarDays(days))
    return "rectify_by = \(end), reason = \(moment.input.text("reason"))"
  })

  static let lapse = Effect(set: { _, _ in "reason = \("逾期未完成整改")" })
  static let askWaiver = Effect(set: { _, moment in "waiver_reason = \(moment.input.text("reason"))" })
}

extension Work {
  /// Whoever is named as having measured is somebody that the platform knows.
  func expectKnown(_ results: [UInt8]) async throws {
    let rows = JSONValue.parse(results)?.array ?? []
    let named = rows.compactMap { $0["measured_by_organisation"]?.string.flatMap { ID<Organisation>($0) } }.unique
    guard !named.isEmpty else { return }
    let known: Int =
      try await tx.query("SELECT count(*) FROM organisations WHERE id = ANY(\(named))").first?.get(0) ?? 0
    guard known == named.count else {
      throw Refusal.invalid([
        Issue(
          pointer: "/results", code: "unknown_reference", detail: Phrase("检测单位不存在", "no such organisation measured it"))
      ])
    }
  }
}
