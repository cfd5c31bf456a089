import Postgres

/// 评审专家: a person in the pool that panels are drawn from. Enrolled by an operator, listed once the person has agreed.
public struct Expert: MarketObject {
  public enum State: String, CaseIterable, Sendable { case proposed, listed, paused, removed }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, confirm, pause, resume, remove }

  public static let idPrefix = "exp"
  public static let kind = "expert"
  public static let noun = Phrase("评审专家", "expert")
  public static let kinds = ["academia", "industry", "user", "finance"]
  /// Those who count towards the seats of industry: makers and users of technology.
  static let industryKinds: Set<String> = ["industry", "user"]

  public let id: ID<Expert>
  public let person: ID<Person>
  let name: String
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let expertKind: String
  public let technologyFields: [String]
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "experts"
  public static let columns: SQL =
    """
    t.id, t.person, p.name, t.organisation, o.name, t.status, t.version, t.rulebook, t.kind, t.fields, t.reason, t.created_at,
    t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN people p ON p.id = t.person JOIN organisations o ON o.id = t.organisation"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    person = try c.next()
    name = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    expertKind = try c.next()
    technologyFields = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { id.text }
  /// The family name and no more: 张**.
  public var maskedName: String { Self.masked(name) }
  static func masked(_ name: String) -> String { name.prefix(1) + "**" }

  /// Who is in the pool is known to those who run it and to the expert: nobody else has anybody to call.
  public static let policy = Policy<Expert>(
    parties: [], subject: .init("t.person", \.person), .show(to: .subject, .operator, .supervisor, .admin))

  public static let fields: [Field<Expert>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("person", \.person, .fixed, "人员标识", "person"),
    .text("name", \.maskedName, max: 60, .shown, "姓名(已遮盖)", "name, masked"),
    .reference("organisation", \.organisation, .fixed, "所在单位标识", "employer"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "所在单位", "employer's name"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .code("kind", \.expertKind, kinds, .required, "类别:学术、产业、用户、财务", "academia, industry, user or finance"),
    .codes("fields", \.technologyFields, TechnologyField.codes, .required, "技术领域(十一类)", "technology fields"),
    .text("reason", \.reason, max: 1000, .shown, "暂停或移出的理由", "why paused or removed"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("kind", .code(kinds), "类别", "kind"),
    Filter("organisation", .reference(Organisation.idPrefix), "所在单位", "employer"),
    Filter("fields", .code(TechnologyField.codes), match: .overlaps, "技术领域", "technology field"),
  ]

  public static let workflow = Workflow<Expert>(
    .on(.proposed, .listed, .paused, do: .edit, by: .operator),
    .on(.proposed, do: .confirm, to: .listed, by: .subject),
    .on(.listed, do: .pause, to: .paused, by: .subject, .operator, needs: [.reason], then: .reason),
    .on(.paused, do: .resume, to: .listed, by: .subject),
    .on(
      .proposed, .listed, .paused, do: .remove, to: .removed, by: .subject, .operator, needs: [.reason], then: .reason)
  )

  static let constraints: [String: Refusal] = [
    "experts_once": .conflict(
      code: "expert_already", detail: Phrase("该人员已在专家库中", "this person is in the pool already")),
    "experts_fields_check": .invalid([
      Issue(pointer: "/fields", code: "required", detail: Phrase("至少选择一个技术领域", "at least one technology field"))
    ]),
  ]
}

extension Work {
  /// Proposes a person for the pool; listed is who agrees.
  public func enrol(_ input: Input) async throws -> Expert {
    guard caller.isSystem || caller.role == .operator else { throw Refusal.forbidden(needs: [Role.operator.rawValue]) }
    guard input.id("person", Person.self) != caller.person else {
      throw Refusal.blocked([
        Issue(code: "self_grant", detail: Phrase("不能推荐本人入库", "nobody proposes themselves"))
      ])
    }
    return try await create(Expert.self, input, own: [])
  }
}
