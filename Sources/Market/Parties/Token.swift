import Postgres

/// A key to the API: one organisation, one role, what it is good for, an end. The secret is shown once and only its hash is kept.
public struct Token: Identified, Sendable {
  public static let idPrefix = "tok"
  /// As events know it.
  public static let kind = "token"
  /// How leaked tokens are recognised by scanners.
  public static let secretPrefix = "jb_pat_"
  /// The longest that one holds, in days.
  public static let longest = 366

  public let id: ID<Token>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let role: Role
  public let label: String
  /// Nil for everything the role may do; else words like `read`, `write`, `achievements:read`.
  public let scopes: [String]?
  /// Whose it is; nil for a token of the organisation as such.
  public let person: ID<Person>?
  public let createdAt: Instant
  public let expiresAt: Instant
  public let revokedAt: Instant?
  /// To the minute.
  public let lastUsedAt: Instant?

  static let columns: SQL =
    """
    k.id, k.organisation, o.name, k.role, k.label, k.scopes, k.person, k.created_at, k.expires_at, k.revoked_at, u.at
    """
  static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) k JOIN organisations o ON o.id = k.organisation LEFT JOIN credential_uses u ON u.credential = k.id"
  }

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    guard let role = Role(rawValue: try c.next()) else { throw DecodingFailure("role") }
    self.role = role
    label = try c.next()
    scopes = try c.next()
    person = try c.next()
    createdAt = try c.next()
    expiresAt = try c.next()
    revokedAt = try c.next()
    lastUsedAt = try c.next()
  }

  public static let fields: [Field<Token>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "单位", "organisation"),
    .code("role", \.role.rawValue, Role.allCases.map(\.rawValue), .shown, "角色", "role"),
    .text("label", \.label, max: 80, .required, "用途", "what it is for"),
    Field(
      "scopes", .texts(maxItems: 40, max: 60), .optional, nullable: true,
      Phrase("权限范围,不填为该角色的全部", "what it is good for; all the role may unless told")
    ) { token, json in
      if let scopes = token.scopes { json.strings(scopes) } else { json.null() }
    },
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("expires_at", \.expiresAt, "到期时间", "ends at"),
    .instant("last_used_at", \.lastUsedAt, "最近使用时间", "last used, to the minute"),
  ]
  public static let inputs: [InputField] =
    fields.filter(\.isWritable).map(\.input) + [
      InputField("days", .integer(1...longest), required: false, Phrase("有效天数,默认 90", "days it holds, 90 unless told"))
    ]
}

extension Market {
  public func tokens() async throws -> [Token] { try await tokens(where: "true") }

  /// The tokens of one person that are in force.
  public func tokens(of person: ID<Person>) async throws -> [Token] {
    try await tokens(where: "k.person = \(person) AND k.revoked_at IS NULL AND k.expires_at > market_now()")
  }

  private func tokens(where condition: SQL) async throws -> [Token] {
    let rows = try await database.query(
      "SELECT \(sql: Token.columns) FROM \(sql: Token.from("tokens")) WHERE \(sql: condition) ORDER BY k.id")
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try Token(&c)
    }
  }

  /// Ends a token at once. False when there is no such token, or it had ended before.
  public func revoke(_ id: ID<Token>) async throws -> Bool {
    try await work(as: .system) { work in try await work.revokeToken(id) }
  }
}

extension Work {
  /// Makes a token and gives its secret, which cannot be had again.
  /// - Parameter days: how long it holds, at most a year.
  public func issueToken(
    for organisation: ID<Organisation>, role: Role, label: String, days: Int = 365, scopes: [String]? = nil
  ) async throws -> (token: Token, secret: String) {
    try await issueToken(organisation, role, label, days, scopes, nil)
  }

  /// Makes a token for the person who has signed in, for the membership and role that the sign-in acts as; it ends with them.
  /// - Throws: `forbidden` unless somebody has signed in as a membership: no token makes another.
  public func issueOwnToken(_ input: Input, scopes: [String]?) async throws -> (token: Token, secret: String) {
    guard let session = caller.session, let organisation = caller.organisation, let role = caller.role else {
      throw Refusal.forbidden(needs: [Actor.subject.rawValue])
    }
    return try await issueToken(
      organisation, role, input.text("label") ?? "", input.integer("days") ?? 90, scopes, session)
  }

  private func issueToken(
    _ organisation: ID<Organisation>, _ role: Role, _ label: String, _ days: Int, _ scopes: [String]?,
    _ session: ID<SignIn>?
  ) async throws -> (token: Token, secret: String) {
    let secret = Token.secretPrefix + Base64URL.encode(Crypto.random(32))
    let rows = try await tx.query(
      """
      WITH k AS (
        INSERT INTO tokens (id, organisation, role, label, hash, scopes, person, membership, expires_at)
        VALUES (\(ID<Token>()), \(organisation), \(role.rawValue), \(label), \(Bytea(Crypto.sha256(secret.utf8))), \(scopes),
          (SELECT person FROM sign_ins WHERE id = \(session)), (SELECT membership FROM sign_ins WHERE id = \(session)),
          market_now() + make_interval(days => \(Int32(min(max(days, 1), Token.longest)))))
        RETURNING *)
      SELECT \(sql: Token.columns) FROM \(sql: Token.from("k"))
      """)
    guard let row = rows.first else { throw Refusal.notFound(Organisation.noun) }
    var c = row.columns
    let token = try Token(&c)
    try await note(Token.kind, ID(bits: token.id.bits), "issue", audience: [organisation]) { json in
      json.string("role", role.rawValue)
      if let scopes { json.strings("scopes", scopes) }
    }
    return (token, secret)
  }

  /// Ends a token at once. False when there is no such token, or it had ended before.
  /// - Parameter person: whose it must be; nil for anybody's.
  public func revokeToken(_ id: ID<Token>, of person: ID<Person>? = nil) async throws -> Bool {
    let whose: SQL = person.map { "person = \($0)" } ?? "true"
    let rows = try await tx.query(
      """
      UPDATE tokens SET revoked_at = market_now() WHERE id = \(id) AND revoked_at IS NULL AND \(sql: whose) RETURNING organisation
      """)
    guard let row = rows.first else { return false }
    try await note(Token.kind, ID(bits: id.bits), "revoke", audience: [try row.get(0)])
    return true
  }
}
