import Postgres

/// 里程碑计划: what is due when, measured by what, and how much is paid for it. What is left after the first payment and the
/// milestones' is paid after the acceptance.
public struct Plan: Sendable {
  public static let longest = 24

  /// One row as it is sent and stored.
  public static let milestone: [InputField] = [
    InputField("title", .text(max: 200), Phrase("里程碑名称", "title")),
    InputField("due_on", .date, Phrase("到期日", "due on")),
    InputField("pay_percent", .integer(0...100), Phrase("通过后支付比例(%)", "percent paid when it has passed")),
    InputField("gate", .flag, required: false, Phrase("是否赛马节点", "whether a race may be decided here")),
    InputField("indicators", .records(maxItems: 30, Indicator.inputs), Phrase("考核指标", "what it is measured by")),
  ]

  static let inputs: [InputField] = [
    InputField("first_percent", .integer(0...100), Phrase("签约后首付比例(%)", "percent paid on signing")),
    InputField("plan", .records(maxItems: longest, milestone), Phrase("里程碑", "milestones")),
  ]

  struct Row: Sendable {
    let title: String
    let dueOn: CivilDate
    let payPercent: Int
    let isGate: Bool
    let indicators: [UInt8]
    let indicatorCount: Int
  }

  static func rows(_ json: [UInt8]) -> [Row] {
    (JSONValue.parse(json)?.array ?? []).compactMap { row in
      guard let title = row["title"]?.string, let due = row["due_on"]?.string.flatMap({ CivilDate($0) }),
        let percent = row["pay_percent"]?.number, let indicators = row["indicators"]
      else { return nil }
      return Row(
        title: title, dueOn: due, payPercent: Int(percent), isGate: row["gate"]?.bool ?? false,
        indicators: indicators.canonical, indicatorCount: indicators.array?.count ?? 0)
    }
  }

  /// What the rulebook allows.
  struct Limits: Sendable {
    /// Months between one milestone and the next.
    let interval: ClosedRange<Int>
    /// Percent paid on signing.
    let first: ClosedRange<Int>
    let needsGate: Bool
  }

  /// What is wrong with a plan that begins on a day and has to end with the term.
  static func issues(_ rows: [Row], first: Int, from start: CivilDate, until end: CivilDate, _ limits: Limits)
    -> [Issue]
  {
    var issues: [Issue] = []
    func find(_ pointer: String, _ code: String, _ zh: String, _ en: String) {
      issues.append(Issue(pointer: pointer, code: code, detail: Phrase(zh, en)))
    }
    if rows.isEmpty { find("/plan", "required", "至少列出一个里程碑", "a plan has a milestone") }
    if !limits.first.contains(first) {
      let (low, high) = (limits.first.lowerBound, limits.first.upperBound)
      find("/first_percent", "out_of_range", "首付比例应在 \(low)% 与 \(high)% 之间", "between \(low) and \(high) percent")
    }
    let paid = rows.reduce(first) { $0 + $1.payPercent }
    if paid > 100 { find("/plan", "over_paid", "各项支付比例合计 \(paid)%,超过 100%", "the payments add up to \(paid) percent") }
    if limits.needsGate, !rows.contains(where: \.isGate) {
      find("/plan", "gate_missing", "赛马项目须至少设一个赛马节点", "a race has a gate")
    }
    var before = start
    let (least, most) = (limits.interval.lowerBound, limits.interval.upperBound)
    for (i, row) in rows.enumerated() {
      let place = "/plan/\(i)/due_on"
      if row.indicatorCount == 0 {
        find("/plan/\(i)/indicators", "required", "第 \(i + 1) 个里程碑没有指标", "milestone \(i + 1) has no indicator")
      }
      if row.dueOn > end { find(place, "after_the_term", "晚于完成期限", "after the end of the term") }
      if row.dueOn > before.adding(months: most) {
        find(place, "interval_too_long", "距上一节点不得超过 \(most) 个月", "at most \(most) months after the one before")
      }
      // The last one may come with the end of the term, however short the rest of it is.
      let closesTheTerm = i == rows.count - 1 && row.dueOn == end
      if row.dueOn < before.adding(months: least), !closesTheTerm || row.dueOn <= before {
        find(place, "interval_too_short", "距上一节点不得少于 \(least) 个月", "at least \(least) months after the one before")
      }
      before = row.dueOn
    }
    return issues
  }
}

extension Effect<Project> {
  static let plan = Effect(set: { project, moment in
    let today = moment.now.dateInShanghai
    func number(_ key: RuleKey) throws -> Int {
      Int(try moment.rules.rule(key, region: project.region, on: today).value)
    }
    let limits = Plan.Limits(
      interval: try number(.milestoneIntervalMinimum)...number(.milestoneIntervalMaximum),
      first: try number(.firstPaymentMinimum)...number(.firstPaymentMaximum), needsGate: project.rivals > 0)
    let rows = Plan.rows(moment.input.records("plan") ?? [])
    let issues = Plan.issues(
      rows, first: moment.input.integer("first_percent") ?? 0, from: today, until: project.endsOn ?? today, limits)
    guard issues.isEmpty else { throw Refusal.invalid(issues) }
    return "plan = \(moment.input["plan"]), first_percent = \(moment.input["first_percent"])"
  })
}

extension Work {
  /// The plan becomes what is owed.
  func makeMilestones(of project: Project) async throws {
    for (i, row) in Plan.rows(project.plan).enumerated() {
      _ = try await create(
        Milestone.self, Input(),
        own: [
          ("project", .reference(project.id.bits)), ("number", .integer(Int64(i + 1))), ("title", .text(row.title)),
          ("gate", .flag(row.isGate)), ("indicators", .json(row.indicators)), ("due_on", .date(row.dueOn)),
          ("pay_percent", .integer(Int64(row.payPercent))),
        ], audience: [project.solver, project.poster])
    }
  }
}
