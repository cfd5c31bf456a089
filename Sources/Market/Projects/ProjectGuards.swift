import Postgres

extension Guard<Project> {
  static let isPledged = Guard("not_pledged", "承担方尚未立军令状", "the solver has not pledged") { project, _ in
    project.pledgedAt != nil
  }
  static let isUnconfirmed = Guard("confirmed", "军令状已经确认", "the pledge has been confirmed") { project, _ in
    project.pledgeConfirmedAt == nil
  }
  static let isConfirmed = Guard(
    "pledge_first", "须先由承担方立军令状并经出题方确认", "the solver pledges and the poster confirms before they contract"
  ) { project, _ in project.pledgeConfirmedAt != nil }

  static let contractIsInTime = Guard("contract_overdue", "已过签约期限", "the time to contract is over") { project, moment in
    moment.now < project.contractDueAt
  }
  static let contractIsOverdue = Guard("not_due", "签约期限未到", "the time to contract is not over") { project, moment in
    project.contractDueAt <= moment.now
  }

  static let isPlanned = Guard("no_plan", "承担方尚未提交里程碑计划", "the solver has not planned its milestones") {
    project, _ in !Plan.rows(project.plan).isEmpty
  }
  static let planIsAhead = Guard("plan_is_stale", "首个里程碑已到期,请重新提交计划", "the first milestone is due already: plan anew") {
    project, moment in
    Plan.rows(project.plan).first.map { moment.now < $0.dueOn.end } ?? false
  }

  static let milestonesAreClosed = Guard("milestones_open", "尚有里程碑未通过", "milestones are neither passed nor waived") {
    project, _ in project.milestones.open == 0
  }
  static let isInWindow = Guard("window_over", "已过提交验收的期限", "the time to deliver is over") { project, moment in
    project.acceptBy.map { moment.now < $0 } ?? false
  }

  static let isInRace = Guard("no_race", "没有并行的承担单位", "nobody runs beside it") { project, _ in project.rivals > 0 }
  static let isAtGate = Guard("no_gate", "尚未到赛马节点", "no gate of the race has come up") { project, _ in
    project.milestones.gates > 0
  }
  static let raceIsDecided = Guard("race_open", "赛马尚未决出", "others still run beside it") { project, _ in
    project.rivals == 0
  }

  static let groundStands = Guard(
    "ground_missing", "所述情形不成立:须有未通过的里程碑、逾期未交验收、双方同意或欺诈", "the ground does not hold", readsInput: true
  ) { project, moment in
    switch moment.input.text("ground") {
    case "missed_milestone": project.milestones.failed > 0
    case "missed_acceptance":
      project.state == .executing && (project.acceptBy.map { $0 <= moment.now } ?? false)
    case "mutual": project.solverConsentsAt != nil && project.posterConsentsAt != nil
    default: moment.input.text("ground") == "fraud"
    }
  }
}

extension Moment {
  /// A number of the rulebook for a region; nil where the rulebook lacks it, and then nothing goes on.
  func number(_ key: RuleKey, in region: String) -> Int? {
    (try? rules.rule(key, region: region, on: now.dateInShanghai)).map { Int($0.value) }
  }
}
