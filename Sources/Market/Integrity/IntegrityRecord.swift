import Postgres

/// 失信记录: what keeps an organisation from the board for a time. For fraud, never for a diligent failure.
public struct IntegrityRecord: MarketObject {
  public enum State: String, CaseIterable, Sendable {
    case proposed, inForce = "in_force", dismissed, lifted, expired
  }
  public enum Action: String, CaseIterable, Sendable { case impose, dismiss, lift, expire }

  public static let idPrefix = "itg"
  public static let kind = "integrity_record"
  public static let noun = Phrase("失信记录", "integrity record")
  public static let grounds = ["fraud", "false_evidence", "collusion", "bribery", "misuse_of_funds", "plagiarism"]

  public let id: ID<IntegrityRecord>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let region: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let ground: String
  public let facts: String
  public let project: ID<Project>?
  public let decision: String?
  public let inForceFrom: Instant?
  public let untilOn: CivilDate?
  public let endsAt: Instant?
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "integrity_records"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, o.region, t.status, t.version, t.rulebook, t.ground, t.facts, t.project, t.decision,
    t.in_force_from, t.until_on, t.ends_at, t.reason, t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    region = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    ground = try c.next()
    facts = try c.next()
    project = try c.next()
    decision = try c.next()
    inForceFrom = try c.next()
    untilOn = try c.next()
    endsAt = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { "\(organisationName) \(ground)" }

  /// Public while it is in force; afterwards, and before a supervisor has decided, between the one it is about and the staff.
  public static let policy = Policy<IntegrityRecord>(
    parties: [.init(.owner, "t.organisation", \.organisation)],
    .show(.inForce, to: .everyone, without: ["facts", "reason"]),
    .showAll(but: .proposed, to: .owner),
    .show(to: .operator, .supervisor, .admin))

  public static let fields: [Field<IntegrityRecord>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .fixed, "单位标识", "organisation"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "单位", "organisation's name"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .code("ground", \.ground, grounds, .fixed, "情形", "ground"),
    .text("facts", \.facts, max: 5000, .fixed, "事实与依据", "facts and what they rest on"),
    .reference("project", \.project, .fixedOptional, "所涉项目", "project"),
    .text("decision", \.decision, max: 200, .shown, "决定文号", "reference of the decision"),
    .instant("in_force_from", \.inForceFrom, "生效时间", "in force from"),
    .date("until_on", \.untilOn, .shown, "最后一日", "last day"),
    .instant("ends_at", \.endsAt, "失效时间", "in force until"),
    .text("reason", \.reason, max: 1000, .shown, "不予认定或解除的理由", "why it was dismissed or lifted"),
    .instant("created_at", \.createdAt, "提出时间", "proposed at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("organisation", .reference(Organisation.idPrefix), "单位", "organisation"),
    Filter("ground", .code(grounds), "情形", "ground"),
  ]

  public static let workflow = Workflow<IntegrityRecord>(
    .on(
      .proposed, do: .impose, to: .inForce, by: .supervisor, needs: [.decision, .untilOn], if: [.termIsLegal],
      then: .impose),
    .on(.proposed, do: .dismiss, to: .dismissed, by: .supervisor, needs: [.reason], then: .reason),
    .on(.inForce, do: .lift, to: .lifted, by: .supervisor, needs: [.reason], then: .reason),
    .on(.inForce, do: .expire, to: .expired, by: .system, if: [.isOver])
  )
}

extension InputField {
  static let untilOn = InputField("until_on", .date, Phrase("最后一日", "last day"))
}

extension Guard<IntegrityRecord> {
  static let termIsLegal = Guard(
    "term", "期限须在今天之后,且不超过规则上限", "the term ends after today and is no longer than the rule allows", readsInput: true
  ) { record, moment in
    let today = moment.now.dateInShanghai
    guard let last = moment.input.date("until_on"), today < last,
      let longest = try? moment.rules.day(after: today, .integrityTermMaximum, region: record.region)
    else { return false }
    return last <= longest
  }
  static let isOver = Guard("not_due", "尚未到期", "it is not over") { record, moment in
    record.endsAt.map { $0 <= moment.now } ?? false
  }
}

extension Effect<IntegrityRecord> {
  static let impose = Effect(set: { _, moment in
    """
    decision = \(moment.input.text("decision")), until_on = \(moment.input.date("until_on")), in_force_from = \(moment.now)
    """
  })
}
