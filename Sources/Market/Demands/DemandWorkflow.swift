import Postgres

extension Demand {
  public static let workflow = Workflow<Demand>(
    .on(.draft, do: .edit, by: .poster),
    .on(
      .draft, do: .submit, to: .submitted, by: .poster,
      if: [.describesItself, .isMeasurable, .namesItsNode, .fundsAreSecured]),
    .on(.submitted, do: .screen, to: .screening, by: .operator),
    .on(
      .submitted, .screening, do: .decline, to: .declined, by: .operator, needs: [.declineReason, .advice],
      then: .declineWithAdvice),
    // What was declined goes back to its poster, who may do better and hand it in again.
    .on(.declined, do: .revise, to: .draft, by: .poster),
    .on(.screening, do: .shortlist, to: .shortlisted, by: .operator, if: [.panelIsComplete], then: .takeScore),
    .on(.shortlisted, do: .consolidate, to: .consolidated, by: .system),
    .on(.shortlisted, do: .convert, to: .converted, by: .system),
    .on(
      .draft, .submitted, .screening, .declined, .shortlisted, do: .withdraw, to: .withdrawn, by: .poster,
      needs: [.reason], then: .reason)
  )
}

extension InputField {
  static let declineReason = InputField(
    "decline_reason", .code(Demand.declineReasons), Phrase("未入围原因", "why it is declined"))
  static let advice = InputField("advice", .text(max: 2000), Phrase("修改建议", "what would make it better"))
}

extension Guard<Demand> {
  static let describesItself = Guard(
    "incomplete", "需填写简介、拟解决的问题、技术领域和至少一个关键词", "a summary, the problem, a field and a keyword are needed"
  ) { demand, _ in
    !demand.summary.isEmpty && !demand.problem.isEmpty && demand.field != nil && !demand.keywords.isEmpty
  }
  static let isMeasurable = Guard(
    "not_measurable", "可考核指标少于规则要求", "fewer measurable indicators than the rule asks for"
  ) { demand, moment in
    guard let least = demand.rule(.indicatorsMinimum, moment) else { return false }
    return Indicator.lines(demand.indicators).count >= least
  }
  static let namesItsNode = Guard(
    "chain_node_missing", "正式征集须填写所属产业链环节", "an official call asks for the chain node"
  ) { demand, _ in !demand.callIsOfficial || demand.chainNode != nil }

  static let fundsAreSecured = Guard(
    "funds_not_secured", "正式征集须填写预算、自有资金及其证明,自有资金占比不低于规则下限",
    "an official call asks for a budget and proven own funds of at least the rule's share"
  ) { demand, moment in
    guard demand.callIsOfficial else { return true }
    guard let share = demand.rule(.ownFundingMinimum, moment), let budget = demand.budget, let own = demand.ownFunds
    else { return false }
    return !demand.ownFundsProof.isEmpty && budget.fen > 0 && own.fen * 100 >= budget.fen * Int64(share)
  }
  static let panelIsComplete = Guard(
    "panel_incomplete", "打分专家人数不足", "fewer members of the panel have scored it than the rule asks for"
  ) { demand, moment in
    guard let least = demand.rule(.screeningPanelMinimum, moment) else { return false }
    return demand.sheets >= least
  }
}

extension Demand {
  /// A number of the rulebook for this demand; nil where the rulebook lacks it, and then nothing goes on.
  fileprivate func rule(_ key: RuleKey, _ moment: Moment) -> Int? {
    (try? moment.rules.rule(key, region: region, on: moment.now.dateInShanghai)).map { Int($0.value) }
  }
}

extension Effect<Demand> {
  static let declineWithAdvice = Effect(set: { _, moment in
    "decline_reason = \(moment.input.text("decline_reason")), advice = \(moment.input.text("advice"))"
  })

  /// The weighted mean of the sheets of this submission, by the weights that the demand pinned.
  static let takeScore = Effect(set: { demand, moment in
    let weights = try ScreeningAxis.all.map { axis in
      let rule = try moment.rules.rule(axis.weight, region: demand.region, on: moment.now.dateInShanghai)
      return "(\(axis.name), \(rule.value))" as SQL
    }
    return """
      score = (SELECT round(sum(w.weight * a.mean) / sum(w.weight), 2)
        FROM (VALUES \(sql: weights.joined(separator: ", "))) w (axis, weight)
        JOIN (SELECT axis, avg(score) AS mean FROM demand_scores
              WHERE demand = \(demand.id) AND round = \(demand.submittedAt) GROUP BY axis) a USING (axis)),
      decline_reason = NULL, advice = NULL
      """
  })
}
