import Postgres

/// A person's place in an organisation: in which roles, and from when to when. A sign-in acts as one of them at a time.
public struct Membership: MarketObject {
  public enum State: String, CaseIterable, Sendable { case active, ended }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, end }

  public static let idPrefix = "mem"
  public static let kind = "membership"
  public static let noun = Phrase("任职", "membership")
  /// What an organisation's own manager may give: to act for the organisation itself. The rest is the platform's to give.
  static let ordinaryRoles: Set<String> = [Role.university.rawValue, Role.enterprise.rawValue]

  public let id: ID<Membership>
  public let person: ID<Person>
  public let personName: String
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let roles: [String]
  /// Whether the person answers for the organisation's people: invites them, lets them go.
  public let isManager: Bool
  public let validFrom: CivilDate
  public let validTo: CivilDate?
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "memberships"
  public static let columns: SQL =
    """
    t.id, t.person, p.name, t.organisation, o.name, t.status, t.version, t.rulebook, t.roles, t.manager, t.valid_from, t.valid_to,
    t.reason, t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN people p ON p.id = t.person JOIN organisations o ON o.id = t.organisation"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    person = try c.next()
    personName = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    roles = try c.next()
    isManager = try c.next()
    validFrom = try c.next()
    validTo = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { id.text }

  public static let policy = Policy<Membership>(
    parties: [.init(.owner, "t.organisation", \.organisation)], subject: .init("t.person", \.person),
    .show(to: .subject, .owner, .operator, .admin))

  public static let fields: [Field<Membership>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("person", \.person, .fixed, "人员标识", "person"),
    .text("person_name", \.personName, max: 60, .shown, "姓名", "person's name"),
    .reference("organisation", \.organisation, .fixed, "单位标识", "organisation"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "单位", "organisation's name"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .codes("roles", \.roles, Role.allCases.map(\.rawValue), .fixed, "角色", "roles"),
    .flag("manager", \.isManager, .fixedOptional, "是否管理本单位人员", "answers for the organisation's people"),
    .date("valid_from", \.validFrom, .fixedOptional, "任职开始日期", "from"),
    .date("valid_to", \.validTo, .optional, "任职结束日期(含当日)", "to, that day included"),
    .text("reason", \.reason, max: 1000, .shown, "终止理由", "why it was ended"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("person", .reference(Person.idPrefix), "人员", "person"),
    Filter("organisation", .reference(Organisation.idPrefix), "单位", "organisation"),
  ]

  public static let workflow = Workflow<Membership>(
    .on(.active, do: .edit, by: .manager, .admin),
    .on(.active, do: .end, to: .ended, by: .subject, .manager, .admin, .system, needs: [.reason], then: .reason)
  )

  static let constraints: [String: Refusal] = [
    "memberships_once": .conflict(
      code: "member_already", detail: Phrase("该人员已在本单位任职", "this person is a member of the organisation already")),
    "memberships_term": .invalid([
      Issue(pointer: "/valid_to", code: "ends_first", detail: Phrase("结束日期早于开始日期", "ends before it begins"))
    ]),
    "memberships_person_fkey": .invalid([
      Issue(pointer: "/person", code: "unknown_reference", detail: Phrase("没有这个人员", "no such person"))
    ]),
    "memberships_organisation_fkey": .invalid([
      Issue(pointer: "/organisation", code: "unknown_reference", detail: Phrase("没有这个单位", "no such organisation"))
    ]),
  ]
}

extension Work {
  /// Gives somebody a place in an organisation.
  /// - Throws: `forbidden` where it is not the caller's to give; `blocked` with `self_grant` where they would give it to themselves.
  public func appoint(_ input: Input) async throws -> Membership {
    guard let organisation = input.id("organisation", Organisation.self), let person = input.id("person", Person.self)
    else { throw Refusal.malformedJSON }
    try expectMayGive(input.texts("roles") ?? [], in: organisation)
    guard person != caller.person else {
      throw Refusal.blocked([
        Issue(code: "self_grant", detail: Phrase("不能给自己授予角色", "nobody gives roles to themselves"))
      ])
    }
    if !caller.isSystem, caller.role != .admin {
      let own = try await tx.query("SELECT FROM people WHERE id = \(person) AND organisation = \(organisation)")
      // Somebody of another organisation is asked, by an invitation.
      guard !own.isEmpty else { throw Refusal.notFound(Person.noun) }
    }
    return try await create(Membership.self, input, own: [], audience: [organisation])
  }

  /// Whether roles in an organisation are the caller's to give: the platform's administrators give all, a manager those that act
  /// for the organisation itself.
  func expectMayGive(_ roles: [String], in organisation: ID<Organisation>) throws(Refusal) {
    if caller.isSystem || caller.role == .admin { return }
    guard caller.isManager, caller.organisation == organisation, Membership.ordinaryRoles.isSuperset(of: roles) else {
      throw .forbidden(needs: [Role.admin.rawValue, Actor.manager.rawValue])
    }
  }
}
