import Postgres

extension Objection {
  public static let workflow = Workflow<Objection>(
    .on(.filed, do: .accept, to: .accepted, by: .operator, .supervisor, if: [.isApart], then: .takeUp),
    .on(
      .filed, do: .reject, to: .rejected, by: .operator, .supervisor, needs: [.reason], if: [.isApart], then: .decide),
    .on(.accepted, do: .investigate, to: .investigating, by: .operator, .supervisor, if: [.isApart]),
    .on(
      .accepted, .investigating, do: .extend, by: .operator, .supervisor, needs: [.reason],
      if: [.isApart, .isNotExtended], then: .allowMoreTime),
    .on(
      .accepted, .investigating, do: .dismiss, to: .dismissed, by: .operator, .supervisor, needs: [.reason],
      if: [.isApart], then: .decide),
    .on(
      .accepted, .investigating, do: .uphold, to: .upheld, by: .operator, .supervisor, needs: [.reason],
      if: [.isApart], then: .sendBack),
    // Where a part of it holds, what is on notice has to change, and what has changed is a new notice.
    .on(
      .accepted, .investigating, do: .upholdPartly, to: .partlyUpheld, by: .operator, .supervisor, needs: [.reason],
      if: [.isApart], then: .sendBack),
    .on(
      .rejected, .dismissed, .partlyUpheld, do: .appeal, to: .appealed, by: .objector, needs: [.reason],
      if: [.isInTimeToAppeal], then: .appeal),
    .on(
      .appealed, do: .conclude, to: .final, by: .supervisor, needs: [.outcome, .reason], if: [.isApart], then: .conclude
    ),
    .on(
      .filed, .accepted, .investigating, .appealed, do: .markOverdue, by: .system, if: [.isLate], then: .markOverdue)
  )
}

extension InputField {
  static let outcome = InputField("outcome", .code(["dismissed", "upheld"]), Phrase("复核结论", "outcome of the appeal"))
}

extension Guard<Objection> {
  /// Nobody decides about what they published themselves.
  static let isApart = Guard(
    "own_publication", "公示经办人不处理对它的异议", "whoever published it does not decide objections to it"
  ) { objection, moment in
    let isByToken = objection.publisher != nil && objection.publisher == moment.caller.token
    return !isByToken && (objection.publisherPerson == nil || objection.publisherPerson != moment.caller.person)
  }
  static let isNotExtended = Guard("extended_before", "办理期限只能延长一次", "the time is extended once") { objection, _ in
    !objection.isExtended
  }
  static let isLate = Guard("not_due", "尚未超期", "not late yet") { objection, moment in
    !objection.isOverdue && objection.dueAt.map { $0 <= moment.now } ?? false
  }
  static let isInTimeToAppeal = Guard("too_late", "申请复核的期限已过", "the time for an appeal is over") { objection, moment in
    guard let decided = objection.decidedAt,
      let end = try? moment.rules.end(of: .objectionAppeal, from: decided, region: objection.region)
    else { return false }
    return moment.now < end
  }
}

extension Effect<Objection> {
  private static let hold: @Sendable (Objection, Work) async throws -> Void = { _ = try await $1.hold($0.notice) }

  /// The notice stands still from this moment, and with it what waits for it.
  static let takeUp = Effect(
    first: hold,
    set: { objection, moment in
      let due = try moment.rules.end(of: .objectionDecision, from: moment.now, region: objection.region)
      return "due_at = \(due), overdue = false"
    },
    then: { objection, _, work in
      if objection.noticeState == .running { try await work.asSystem.move(objection.notice, .pause, version: nil) }
    })

  static let allowMoreTime = Effect(set: { objection, moment in
    let from = objection.dueAt.map { $0.adding(seconds: -1) } ?? moment.now
    let due = try moment.rules.end(of: .objectionExtension, from: from, region: objection.region)
    return "due_at = \(due), overdue = false, extended = true"
  })

  /// Decided against the objector: when nothing else holds the notice up, its time runs on.
  static let decide = Effect(
    first: hold,
    set: { _, moment in "decided_at = \(moment.now), reason = \(moment.input.text("reason"))" },
    then: { objection, _, work in try await work.asSystem.resumeIfFree(objection.notice) })

  /// Decided for the objector: what waited for the notice goes back, and the notice is revoked. The public reason says no more
  /// than that.
  static let sendBack = Effect(
    first: hold,
    set: { _, moment in "decided_at = \(moment.now), reason = \(moment.input.text("reason"))" },
    then: { objection, _, work in try await work.asSystem.takeDown(objection.notice) })

  static let appeal = Effect(
    first: hold,
    set: { objection, moment in
      let due = try moment.rules.end(of: .objectionDecision, from: moment.now, region: objection.region)
      return
        "due_at = \(due), overdue = false, evidence = left(evidence || E'\\n申请复核:' || \(moment.input.text("reason")), 5000)"
    })

  static let conclude = Effect(
    first: hold,
    set: { _, moment in
      """
      decided_at = \(moment.now), outcome = \(moment.input.text("outcome")), reason = \(moment.input.text("reason"))
      """
    },
    then: { objection, moment, work in
      if moment.input.text("outcome") == "upheld" { try await work.asSystem.takeDown(objection.notice) }
    })

  static let markOverdue = Effect(set: { _, _ in "overdue = true" })
}

extension Work {
  fileprivate func resumeIfFree(_ notice: ID<Notice>) async throws {
    let held = try await tx.query(
      """
      SELECT FROM notices n WHERE id = \(notice) AND status = 'paused'
        AND NOT EXISTS (SELECT FROM objections WHERE notice = n.id AND status IN ('accepted', 'investigating'))
      """)
    if !held.isEmpty { try await move(notice, .resume, version: nil) }
  }

  /// What was on notice goes back as far as it still can. Where the notice has closed meanwhile, as it may before an appeal, it is
  /// revoked as well, and nothing that waits for it goes on: what has been signed since is for its parties and the courts.
  fileprivate func takeDown(_ id: ID<Notice>) async throws {
    let (notice, now) = try await lock(id)
    let reason = JSONValue.object(["reason": .string("异议成立,公示撤销")])
    if notice.state == .closedClean {
      try await move(notice, now, .revoke, reason)
      if let undo = try NoticeKind.named(notice.noticeKind).guarded?.undo, let subject = notice.subjectBits {
        try await undo(self, ID(bits: subject.bits), reason)
      }
      return
    }
    guard [.running, .paused].contains(notice.state) else { return }
    if let guarded = try NoticeKind.named(notice.noticeKind).guarded, let subject = notice.subjectBits {
      try await guarded.sendBack(self, ID(bits: subject.bits), reason)
    } else {
      try await move(notice, now, .revoke, reason)
    }
  }
}
