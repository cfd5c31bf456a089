import Postgres

/// A key to the API: one organisation, one role, an end. The secret is shown once and only its hash is kept.
public struct Token: Identified, Sendable {
  public static let idPrefix = "tok"
  /// How leaked tokens are recognised by scanners.
  public static let secretPrefix = "jb_pat_"

  public let id: ID<Token>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let role: Role
  public let label: String
  public let createdAt: Instant
  public let expiresAt: Instant
  public let revokedAt: Instant?

  static let columns: SQL = "k.id, k.organisation, o.name, k.role, k.label, k.created_at, k.expires_at, k.revoked_at"

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    guard let role = Role(rawValue: try c.next()) else { throw DecodingFailure("role") }
    self.role = role
    label = try c.next()
    createdAt = try c.next()
    expiresAt = try c.next()
    revokedAt = try c.next()
  }
}

extension Market {
  /// The caller that a secret stands for; nil when it is unknown, expired or revoked.
  public func caller(secret: String) async throws -> Caller? {
    guard secret.hasPrefix(Token.secretPrefix) else { return nil }
    let hash = Bytea(Crypto.sha256(secret.utf8))
    let rows = try await database.query(
      "SELECT id, organisation, role FROM tokens WHERE hash = \(hash) AND revoked_at IS NULL AND expires_at > market_now()"
    )
    guard let row = rows.first, let role = Role(rawValue: try row.get(2)) else { return nil }
    return Caller(organisation: try row.get(1), token: try row.get(0), role: role)
  }

  public func tokens() async throws -> [Token] {
    let rows = try await database.query(
      "SELECT \(sql: Token.columns) FROM tokens k JOIN organisations o ON o.id = k.organisation ORDER BY k.id")
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try Token(&c)
    }
  }

  /// Ends a token at once. False when there is no such token, or it had ended before.
  public func revoke(_ id: ID<Token>) async throws -> Bool {
    try await database.execute("UPDATE tokens SET revoked_at = market_now() WHERE id = \(id) AND revoked_at IS NULL")
      .affected == 1
  }
}

extension Work {
  /// Makes a token and gives its secret, which cannot be had again.
  /// - Parameter days: how long it holds, at most a year.
  public func issueToken(for organisation: ID<Organisation>, role: Role, label: String, days: Int = 365) async throws
    -> (token: Token, secret: String)
  {
    let secret = Token.secretPrefix + Base64URL.encode(Crypto.random(32))
    let rows = try await tx.query(
      """
      WITH k AS (
        INSERT INTO tokens (id, organisation, role, label, hash, expires_at)
        VALUES (\(ID<Token>()), \(organisation), \(role.rawValue), \(label), \(Bytea(Crypto.sha256(secret.utf8))),
          market_now() + make_interval(days => \(Int32(min(max(days, 1), 366)))))
        RETURNING *)
      SELECT \(sql: Token.columns) FROM k JOIN organisations o ON o.id = k.organisation
      """)
    guard let row = rows.first else { throw Refusal.notFound(Phrase("单位", "organisation")) }
    var c = row.columns
    return (try Token(&c), secret)
  }
}
