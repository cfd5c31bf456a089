import Postgres

/// A secret that is shown once, works once and ends: the way into a fresh deployment, an invitation, a new password.
public struct OneTimeLink: Identified {
  public static let idPrefix = "lnk"
  public static let kind = "link"

  public enum Purpose: String, Sendable {
    case setUp = "setup", invitation, passwordReset = "password_reset"

    var prefix: String {
      switch self {
      case .setUp: "jb_set_"
      case .invitation: "jb_inv_"
      case .passwordReset: "jb_rst_"
      }
    }
    var hours: RuleKey {
      switch self {
      case .setUp: .setUp
      case .invitation: .invitation
      case .passwordReset: .passwordReset
      }
    }
  }

  public let id: ID<OneTimeLink>
  public let purpose: Purpose
  public let person: ID<Person>?
  let login: Login?
  public let organisation: ID<Organisation>?
  public let roles: [String]
  public let isManager: Bool
  public let createdAt: Instant
  public let expiresAt: Instant

  static let columns: SQL =
    "l.id, l.purpose, l.person, l.login, l.organisation, l.roles, l.manager, l.created_at, l.expires_at"

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    guard let purpose = Purpose(rawValue: try c.next()) else { throw DecodingFailure("purpose") }
    self.purpose = purpose
    person = try c.next()
    login = try c.next(String?.self).map(Login.init(stored:))
    organisation = try c.next()
    roles = try c.next([String]?.self) ?? []
    isManager = try c.next()
    createdAt = try c.next()
    expiresAt = try c.next()
  }

  /// As an invitation is listed.
  public static let fields: [Field<OneTimeLink>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .text("login", \.login?.masked, max: 120, .shown, "邀请对象的登录名(已遮盖)", "whom it invites, masked"),
    .reference("organisation", \.organisation, .shown, "单位", "organisation"),
    .codes("roles", \.roles, Role.allCases.map(\.rawValue), .shown, "角色", "roles"),
    .flag("manager", \.isManager, .shown, "是否管理本单位人员", "answers for the organisation's people"),
    .instant("created_at", \.createdAt, "发出时间", "made at"),
    .instant("expires_at", \.expiresAt, "到期时间", "ends at"),
  ]
}

extension Work {
  /// Makes one and gives its secret, which cannot be had again.
  func issueLink(
    _ purpose: OneTimeLink.Purpose, person: ID<Person>? = nil, login: Login? = nil,
    organisation: ID<Organisation>? = nil, roles: [String]? = nil, isManager: Bool = false
  ) async throws -> (link: OneTimeLink, secret: String) {
    let secret = purpose.prefix + Base64URL.encode(Crypto.random(32))
    let rows = try await tx.query(
      """
      INSERT INTO one_time_links AS l (id, purpose, hash, person, login, organisation, roles, manager, created_by, expires_at)
      VALUES (\(ID<OneTimeLink>()), \(purpose.rawValue), \(Bytea(Crypto.sha256(secret.utf8))), \(person), \(login?.text),
        \(organisation), \(roles), \(isManager), \(caller.person),
        market_now() + make_interval(hours => \(Int32(try market.rulebook.setting(purpose.hours)))))
      RETURNING \(sql: OneTimeLink.columns)
      """)
    guard let row = rows.first else { throw Refusal.notFound(Phrase("链接", "link")) }
    var c = row.columns
    let link = try OneTimeLink(&c)
    try await note(
      OneTimeLink.kind, ID(bits: link.id.bits), "\(purpose.rawValue)_issued",
      audience: [organisation].compactMap(\.self)
    ) { json in if let person { json.string("person", person.text) } }
    return (link, secret)
  }

  /// Uses one up. Of two who come with it, one gets it.
  /// - Throws: `notFound` for a secret that is unknown, used, revoked or over: which of these is nobody's to know.
  func useLink(_ secret: String, _ purpose: OneTimeLink.Purpose) async throws -> OneTimeLink {
    let rows = try await tx.query(
      """
      UPDATE one_time_links l SET used_at = market_now()
      WHERE hash = \(Bytea(Crypto.sha256(secret.utf8))) AND purpose = \(purpose.rawValue) AND used_at IS NULL
        AND revoked_at IS NULL AND expires_at > market_now()
      RETURNING \(sql: OneTimeLink.columns)
      """)
    guard let row = rows.first else { throw Refusal.notFound(Phrase("有效链接", "link in force")) }
    var c = row.columns
    return try OneTimeLink(&c)
  }
}
