import Postgres

extension Challenge {
  /// What a challenge's mode, its history of attempts and its amendments add to it.
  public struct Terms: Sendable, Hashable {
    /// 定向委托: the solver that is named, and why.
    public let solver: ID<Organisation>?
    public let entrustmentReason: String?
    /// Minutes of the collective decision: number and date.
    public let decisionRecord: String?
    public let reissueOf: ID<Challenge>?
    public let reissuedAs: ID<Challenge>?
    /// 1 at first, one more with every reissue.
    public let attempt: Int
    /// 1 at first, one more with every material amendment: a bid made under an older one has to be made anew.
    public let version: Int
    /// Experts who have said in writing that they support the entrustment.
    public let supportingOpinions: Int
    /// Bids that were opened and not found invalid; nil before the opening.
    public let validBids: Int?
    /// What a joint bid has to be made of.
    let composition: Composition
    /// Whether an integrity record against the poster is in force.
    let posterIsBarred: Bool
    /// Projects of it that are contracted and have not ended.
    let runningProjects: Int

    static let columns: SQL =
      """
      t.solver, t.entrustment_reason, t.decision_record, t.reissue_of,
      (SELECT r.id FROM challenges r WHERE r.reissue_of = t.id), t.attempt, t.terms_version,
      (SELECT count(*) FROM expert_opinions e WHERE e.challenge = t.id AND e.supports),
      CASE WHEN t.opened_at IS NOT NULL THEN valid_bids(t.id) END,
      t.consortium_lead, t.consortium_universities, t.consortium_enterprises,
      EXISTS (SELECT FROM integrity_records i
        WHERE i.organisation = t.organisation AND i.status = 'in_force' AND market_now() < i.ends_at),
      (SELECT count(*) FROM projects p WHERE p.challenge = t.id AND p.status IN ('contracted', 'executing', 'acceptance'))
      """

    init(_ c: inout ColumnReader) throws(DecodingFailure) {
      solver = try c.next()
      entrustmentReason = try c.next()
      decisionRecord = try c.next()
      reissueOf = try c.next()
      reissuedAs = try c.next()
      attempt = try c.next()
      version = try c.next()
      supportingOpinions = try c.next()
      validBids = try c.next()
      composition = Composition(lead: try c.next(), universities: try c.next(), enterprises: try c.next())
      posterIsBarred = try c.next()
      runningProjects = try c.next()
    }
  }

  static let termsFields: [Field<Challenge>] = [
    .reference("solver", \.terms.solver, .optional, "定向委托:受托单位", "directed entrustment: the solver named"),
    .text("entrustment_reason", \.terms.entrustmentReason, max: 5000, .optional, "定向委托:书面理由", "why this solver"),
    .text(
      "decision_record", \.terms.decisionRecord, max: 500, .optional, "集体决策记录(文号、日期)",
      "minutes of the collective decision"),
    .integer(
      "supporting_opinions", \.terms.supportingOpinions, 0...Int(Int32.max), .shown, "支持委托的专家意见数",
      "experts who support the entrustment"),
    .reference("reissue_of", \.terms.reissueOf, .shown, "流榜前的题目", "the challenge this is issued again for"),
    .reference("reissued_as", \.terms.reissuedAs, .shown, "重新发榜的题目", "the challenge issued again"),
    .integer("attempt", \.terms.attempt, 1...100, .shown, "第几次发榜", "attempt"),
    .integer(
      "terms_version", \.terms.version, 1...Int(Int32.max), .shown, "条件版本,实质修改后加一",
      "version of the terms, one more with every material amendment"),
    .integer(
      "valid_bids", \.terms.validBids, 0...Int(Int32.max), .shown, "有效揭榜书份数(开启后)",
      "bids that count, once they are open"),
    .code(
      "consortium_lead", \.terms.composition.lead, ["university", "enterprise"], .optional, "联合体牵头单位类别:高校院所或企业",
      "who may lead or bid: universities and institutes, or enterprises; anybody unless told"),
    .integer(
      "consortium_universities", \.terms.composition.universities, 0...20, .optional, "联合体须有的高校院所成员数(不含牵头单位)",
      "universities and institutes a joint bid must have besides its lead"),
    .integer(
      "consortium_enterprises", \.terms.composition.enterprises, 0...20, .optional, "联合体须有的企业成员数(不含牵头单位)",
      "enterprises a joint bid must have besides its lead"),
  ]

  static let termsConstraints: [String: Refusal] = [
    "challenges_solver_mode": .invalid([
      Issue(
        pointer: "/solver", code: "wrong_mode",
        detail: Phrase("只有定向委托可以指定受托单位", "only a directed entrustment names its solver"))
    ]),
    "challenges_solver_is_another": .invalid([
      Issue(
        pointer: "/solver", code: "own_organisation",
        detail: Phrase("受托单位不能是出题单位", "the solver is another organisation"))
    ]),
    "challenges_reissued_once": .conflict(
      code: "already_reissued", detail: Phrase("该题目已重新发榜", "this challenge has been issued again already")),
    "challenges_mode_stays": .conflict(
      code: "mode_fixed", detail: Phrase("组织方式一经确定不得转换", "the mode of a challenge is never converted")),
    "expert_opinions_once": .conflict(
      code: "already_given", detail: Phrase("您已提交过意见", "you have given your opinion already")),
  ]

  /// How many valid bids this challenge needs before it is evaluated.
  func bidsNeeded(_ moment: Moment) -> Int? {
    let key: RuleKey? =
      switch mode {
      case "open_challenge": .validClaimsOpen
      case "directed_entrustment": .validClaimsDirected
      case "open_competition": terms.attempt > 1 ? .validClaimsCompetitionReissued : .validClaimsCompetition
      default: nil
      }
    guard let key else { return 1 }
    return (try? moment.rules.rule(key, region: region, on: moment.now.dateInShanghai)).map { Int($0.value) }
  }
}

extension Guard<Challenge> {
  /// 定向委托 names its solver, says why, and rests on experts and on a decision that one person cannot take.
  static let isEntrusted: [Guard<Challenge>] = [
    Guard("solver_missing", "定向委托须写明受托单位和书面理由", "an entrustment names its solver and says why") { challenge, _ in
      challenge.mode != "directed_entrustment"
        || (challenge.terms.solver != nil && !(challenge.terms.entrustmentReason ?? "").isEmpty)
    },
    Guard("opinions_missing", "支持委托的专家意见不足", "fewer experts support the entrustment than the rule asks for") {
      challenge, moment in
      guard challenge.mode == "directed_entrustment" else { return true }
      let least = try? moment.rules.rule(
        .expertOpinionsMinimum, region: challenge.region, on: moment.now.dateInShanghai
      ).value
      return least.map { challenge.terms.supportingOpinions >= $0 } ?? false
    },
    Guard("decision_missing", "定向委托须有集体决策记录", "an entrustment rests on a collective decision") { challenge, _ in
      challenge.mode != "directed_entrustment" || !(challenge.terms.decisionRecord ?? "").isEmpty
    },
  ]

  static let mayBeReissued = Guard("reissued_often", "已达到重新发榜的次数上限", "issued again as often as the rules allow") {
    challenge, moment in
    let most = try? moment.rules.rule(
      .reissuesMaximum, region: challenge.region, on: moment.now.dateInShanghai
    ).value
    return challenge.terms.attempt <= most ?? 0
  }
  static let notReissued = Guard("already_reissued", "该题目已重新发榜", "it has been issued again already") {
    challenge, _ in challenge.terms.reissuedAs == nil
  }
}

extension Work {
  /// A directed entrustment takes a bid from the solver it names alone.
  func expectInvited(_ organisation: ID<Organisation>, to challenge: Challenge) throws(Refusal) {
    guard challenge.mode == "directed_entrustment", challenge.terms.solver != organisation else { return }
    throw .conflict(
      code: "not_entrusted",
      detail: Phrase("定向委托题目只接受受托单位揭榜", "a directed entrustment takes a bid from the solver it names alone"))
  }
}
