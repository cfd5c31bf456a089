import Postgres

/// What bids on a challenge are judged by, and how much it counts. Published with the board.
public struct Criterion: Sendable, Hashable {
  public let name: String
  /// Of 100.
  public let weight: Int
  /// Between bids of one mean, the higher mean of this one decides.
  public let decidesTies: Bool

  public static let inputs: [InputField] = [
    InputField("name", .text(max: 60), Phrase("标准", "criterion")),
    InputField("weight", .integer(1...100), Phrase("权重,各项合计 100", "weight, all together 100")),
    InputField("decides_ties", .flag, required: false, Phrase("同分时以此项为先", "decides between equals")),
  ]

  static func read(_ json: [UInt8]) -> [Criterion] {
    (JSONValue.parse(json)?.array ?? []).compactMap { row in
      guard let name = row["name"]?.string, let weight = row["weight"]?.number.flatMap({ Int(exactly: $0) }) else {
        return nil
      }
      return Criterion(name: name, weight: weight, decidesTies: row["decides_ties"]?.bool ?? false)
    }
  }

  var json: JSONValue {
    .object(["name": .string(name), "weight": .number(Double(weight)), "decides_ties": .bool(decidesTies)])
  }

  /// What holds where the poster says nothing: the rulebook's. Nothing that would tell whose bid it is.
  static func standard(_ rules: Rulebook, region: String, on date: CivilDate) throws -> [Criterion] {
    let rows: [(String, RuleKey)] = [
      ("技术方案的先进性与可行性", .reviewSolution), ("考核指标响应程度", .reviewIndicators),
      ("进度安排与风险控制", .reviewSchedule), ("应用前景与效益", .reviewBenefit),
    ]
    return try rows.map { name, key in
      Criterion(
        name: name, weight: Int(try rules.rule(key, region: region, on: date).value),
        decidesTies: key == .reviewIndicators)
    }
  }
}

extension Challenge {
  public var criterionList: [Criterion] { Criterion.read(criteria) }
  /// As a notice or a release says them: `考核指标响应程度 35 %`.
  var criterionLines: [String] { criterionList.map { "\($0.name) \($0.weight) %" } }
}

extension Guard<Challenge> {
  static let criteriaAddUp = Guard(
    "criteria_wrong", "评审标准的权重合计须为 100,名称不重复,同分优先的至多一项",
    "the criteria's weights make 100, their names differ, and one at most decides between equals"
  ) { challenge, _ in
    let criteria = challenge.criterionList
    return criteria.isEmpty
      || (criteria.reduce(0) { $0 + $1.weight } == 100 && Set(criteria.map(\.name)).count == criteria.count
        && criteria.count(where: \.decidesTies) <= 1)
  }
}

extension Effect<Challenge> {
  /// From here on everybody knows what bids are judged by.
  static let settleCriteria = Effect(set: { challenge, moment in
    guard challenge.mode != "plain_demand", challenge.criterionList.isEmpty else { return nil }
    let standard = try Criterion.standard(moment.rules, region: challenge.region, on: moment.now.dateInShanghai)
    return "criteria = \(JSONB(JSONValue.array(standard.map(\.json)).canonical))"
  })
}
