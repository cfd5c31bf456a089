import Postgres

/// 变更: another leader or other targets. The solver asks, the poster agrees, the operator approves, all of it before the last part
/// of the term begins.
enum ProjectChange {
  static let inputs: [InputField] = [
    InputField("leader", .text(max: 60), required: false, Pledge.leader.doc),
    InputField("indicators", Pledge.indicators.type, required: false, Pledge.indicators.doc), .reason,
  ]

  static func asked(_ input: Input) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in input.write(inputs, into: &json) }
    return json.bytes
  }
}

extension Project {
  /// From when on nothing is changed any more: the rule's share of the term is left then.
  func frozenFrom(_ moment: Moment) -> Instant? {
    guard let start = startedAt, let end = endsOn?.end, let share = moment.number(.changeFreeze, in: region) else {
      return nil
    }
    let term = (end.microseconds - start.microseconds) / 100 * Int64(100 - share)
    return Instant(microseconds: start.microseconds + term)
  }
}

extension Guard<Project> {
  static let changesSomething = Guard(
    "nothing_changed", "须写明新的负责人或新的指标", "another leader or other indicators", readsInput: true
  ) { project, moment in
    let leader = moment.input.text("leader") ?? ""
    return (!leader.isEmpty && leader != project.leader) || moment.input.records("indicators") != nil
  }
  static let isNotFrozen = Guard(
    "change_frozen", "执行期末段不再变更负责人和指标", "nothing is changed in the last part of the term"
  ) { project, moment in project.frozenFrom(moment).map { moment.now < $0 } ?? false }

  static let hasChange = Guard("no_change", "没有待批准的变更", "no change waits for approval") { project, _ in
    project.change != nil
  }
  static let changeIsAgreed = Guard("poster_first", "须先经出题方同意", "the poster agrees first") { project, _ in
    project.changeAgreedAt != nil
  }
}

extension Effect<Project> {
  static let requestChange = Effect(set: { _, moment in
    "change = \(JSONB(ProjectChange.asked(moment.input))), change_agreed_at = NULL"
  })
  static let agreeChange = Effect(set: { _, moment in "change_agreed_at = \(moment.now)" })
  static let applyChange = Effect(set: { _, _ in
    """
    leader = coalesce(nullif(change->>'leader', ''), leader), indicators = coalesce(change->'indicators', indicators),
    change = NULL, change_agreed_at = NULL
    """
  })
  static let dropChange = Effect(set: { _, moment in
    "change = NULL, change_agreed_at = NULL, reason = \(moment.input.text("reason"))"
  })
}
