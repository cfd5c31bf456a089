import Postgres

/// A sign-in: a person at one place, acting as one membership in one role, until it has been idle or has lasted too long.
public struct SignIn: Identified {
  public static let idPrefix = "ses"
  public static let secretPrefix = "jb_ses_"
  /// What a device shows at its next sign-in to be known again.
  static let devicePrefix = "jb_dev_"
  /// Roles that decide in other people's matters: nobody is one by a password alone.
  public static let guarded: Set<Role> = [.operator, .supervisor, .registry, .admin]

  public let id: ID<SignIn>
  public let person: ID<Person>
  public let membership: ID<Membership>?
  public let role: Role?
  /// How the person was proved: `password`, `totp` or `recovery_code`.
  public let factor: String
  public let label: String
  public let createdAt: Instant
  public let expiresAt: Instant
  public let lastUsedAt: Instant?

  static let columns: SQL =
    "s.id, s.person, s.membership, s.role, s.factor, s.label, s.created_at, s.expires_at, u.at"

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    person = try c.next()
    membership = try c.next()
    role = try c.next(String?.self).flatMap(Role.init(rawValue:))
    factor = try c.next()
    label = try c.next()
    createdAt = try c.next()
    expiresAt = try c.next()
    lastUsedAt = try c.next()
  }

  /// Whether it may do nothing yet but give its second factor.
  public var owesSecondFactor: Bool { role.map(Self.guarded.contains) == true && factor == "password" }

  public static let fields: [Field<SignIn>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("person", \.person, .shown, "人员", "person"),
    .reference("membership", \.membership, .shown, "以哪个任职身份", "the membership it acts as"),
    .code("role", \.role?.rawValue, Role.allCases.map(\.rawValue), .shown, "角色", "role"),
    .code("factor", \.factor, ["password", "totp", "recovery_code"], .shown, "验证方式", "how the person was proved"),
    .flag("owes_second_factor", \.owesSecondFactor, .shown, "还须设置两步验证", "has to set up its second factor first"),
    .text("label", \.label, max: 80, .shown, "设备说明", "device"),
    .instant("created_at", \.createdAt, "登录时间", "signed in at"),
    .instant("expires_at", \.expiresAt, "最迟到期时间", "ends at the latest"),
    .instant("last_used_at", \.lastUsedAt, "最近使用时间", "last used, to the minute"),
  ]
}

extension Market {
  /// The sign-ins of a person that are open.
  public func signIns(of person: ID<Person>) async throws -> [SignIn] {
    let rows = try await database.query(
      """
      SELECT \(sql: SignIn.columns) FROM sign_ins s LEFT JOIN credential_uses u ON u.credential = s.id
      WHERE s.person = \(person) AND s.revoked_at IS NULL AND s.expires_at > market_now()
        AND coalesce(u.at, s.created_at) > market_now() - make_interval(mins => \(Int32(try rulebook.setting(.sessionIdleMinutes))))
      ORDER BY s.id DESC
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try SignIn(&c)
    }
  }
}

extension Work {
  /// Ends one of a person's sign-ins at once.
  public func endSignIn(_ id: ID<SignIn>, of person: ID<Person>) async throws {
    let ended = try await tx.execute(
      "UPDATE sign_ins SET revoked_at = market_now() WHERE id = \(id) AND person = \(person) AND revoked_at IS NULL")
    guard ended.affected == 1 else { throw Refusal.notFound(Phrase("登录", "sign-in")) }
    try await note(Person.kind, ID(bits: person.bits), "sign_out", isSealed: true) { $0.string("sign_in", id.text) }
  }

  /// Ends all of them, but the one that says so.
  func endSignIns(of person: ID<Person>, but kept: ID<SignIn>? = nil) async throws {
    _ = try await tx.execute(
      """
      UPDATE sign_ins SET revoked_at = market_now()
      WHERE person = \(person) AND revoked_at IS NULL AND id <> \(kept ?? ID(bits: 0))
      """)
  }
}
