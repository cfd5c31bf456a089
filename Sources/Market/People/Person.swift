import Postgres

/// A person with an account. What they may do comes from their memberships; how they are reached is shown to nobody as it stands.
public struct Person: MarketObject {
  public enum State: String, CaseIterable, Sendable { case active, disabled }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, disable, enable }

  public static let idPrefix = "per"
  public static let kind = "person"
  public static let noun = Phrase("人员", "person")

  public let id: ID<Person>
  /// The organisation that answers for the account.
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let name: String
  let login: Login
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "people"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, t.status, t.version, t.rulebook, t.name, t.login, t.reason, t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    name = try c.next()
    login = Login(stored: try c.next())
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  /// As it is shown: `138****5678`.
  public var maskedLogin: String { login.masked }
  public var headline: String { id.text }

  /// 个人信息保护法 第6条: a person is known to themselves, to the organisation that answers for them, and to those who run the
  /// platform.
  public static let policy = Policy<Person>(
    parties: [.init(.owner, "t.organisation", \.organisation)], subject: .init("t.id", \.id),
    .show(to: .subject, .owner, .operator, .admin))

  public static let fields: [Field<Person>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "所属单位标识", "the organisation that answers for the account"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "所属单位", "its name"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("name", \.name, max: 60, .required, "姓名", "name"),
    .text("login", \.maskedLogin, max: 120, .shown, "登录名(已遮盖)", "login, masked"),
    .text("reason", \.reason, max: 1000, .shown, "停用理由", "why it was disabled"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("organisation", .reference(Organisation.idPrefix), "所属单位", "organisation"),
  ]

  public static let workflow = Workflow<Person>(
    .on(.active, do: .edit, by: .subject, .manager, .admin),
    .on(.active, do: .disable, to: .disabled, by: .manager, .admin, .system, needs: [.reason], then: .signOut),
    .on(.disabled, do: .enable, to: .active, by: .manager, .admin, .system, then: .clearReason)
  )

  static let constraints: [String: Refusal] = [
    "people_login": .conflict(
      code: "duplicate_login", detail: Phrase("该登录名已有账号", "there is an account with this login already"))
  ]
}

extension Effect<Person> {
  /// A disabled account is out at once, everywhere.
  static let signOut = Effect(
    set: { _, moment in "reason = \(moment.input.text("reason"))" },
    then: { person, _, work in try await work.endSignIns(of: person.id) })
  static let clearReason = Effect(set: { _, _ in "reason = NULL" })
}
