import Postgres

extension Market {
  /// The caller that a secret stands for; nil when it is unknown, expired, revoked, or its person or membership no longer is.
  public func caller(secret: String) async throws -> Caller? {
    let hash = Bytea(Crypto.sha256(secret.utf8))
    if secret.hasPrefix(Token.secretPrefix) { return try await tokenCaller(hash) }
    if secret.hasPrefix(SignIn.secretPrefix) { return try await signedInCaller(hash) }
    return nil
  }

  /// Where a person belongs now.
  private static let affiliations: SQL =
    "ARRAY(SELECT a.organisation FROM memberships a WHERE a.person = p.id AND membership_holds(a))"
  /// Whether others have given the organisation anything to do at all.
  private static func hasGrants(_ organisation: SQL) -> SQL {
    "EXISTS (SELECT FROM delegations d WHERE d.delegate = \(sql: organisation) AND d.status = 'active')"
  }
  /// A use is put down once a minute.
  private static let isStale: SQL = "u.at IS NULL OR u.at < market_now() - interval '1 minute'"

  private func tokenCaller(_ hash: Bytea) async throws -> Caller? {
    let rows = try await database.query(
      """
      SELECT k.id, k.organisation, k.role, k.scopes, k.person, m.manager, \(sql: Self.affiliations),
        \(sql: Self.hasGrants("k.organisation")), \(sql: Self.isStale)
      FROM tokens k LEFT JOIN people p ON p.id = k.person LEFT JOIN memberships m ON m.id = k.membership
        LEFT JOIN credential_uses u ON u.credential = k.id
      WHERE k.hash = \(hash) AND k.revoked_at IS NULL AND k.expires_at > market_now()
        AND (k.person IS NULL OR (p.status = 'active' AND membership_holds(m) AND k.role = ANY(m.roles)))
      """)
    guard let row = rows.first else { return nil }
    var c = row.columns
    let token: ID<Token> = try c.next(), organisation: ID<Organisation> = try c.next()
    guard let role = Role(rawValue: try c.next()) else { return nil }
    let scopes: [String]? = try c.next(), person: ID<Person>? = try c.next(), isManager: Bool? = try c.next()
    let affiliations: [ID<Organisation>] = try c.next(), hasGrants: Bool = try c.next(), isStale: Bool = try c.next()
    if isStale { try await putDown(token.bits) }
    let grants = hasGrants ? try await grants(to: organisation) : []
    guard let person else {
      return Caller(organisation: organisation, token: token, role: role).with(grants: grants, scopes: scopes.map(Set.init))
    }
    return Caller(
      person: person, token: token, organisation: organisation, role: role, isManager: isManager ?? false,
      affiliations: affiliations, grants: grants, scopes: scopes.map(Set.init))
  }

  private func signedInCaller(_ hash: Bytea) async throws -> Caller? {
    let rows = try await database.query(
      """
      SELECT s.id, s.person, s.factor, s.role, m.organisation, m.manager, \(sql: Self.affiliations),
        \(sql: Self.hasGrants("m.organisation")), \(sql: Self.isStale)
      FROM sign_ins s JOIN people p ON p.id = s.person AND p.status = 'active'
        LEFT JOIN memberships m ON m.id = s.membership LEFT JOIN credential_uses u ON u.credential = s.id
      WHERE s.hash = \(hash) AND s.revoked_at IS NULL AND s.expires_at > market_now()
        AND coalesce(u.at, s.created_at) > market_now() - make_interval(mins => \(Int32(try rulebook.setting(.sessionIdleMinutes))))
        AND (s.membership IS NULL OR (membership_holds(m) AND s.role = ANY(m.roles)))
      """)
    guard let row = rows.first else { return nil }
    var c = row.columns
    let session: ID<SignIn> = try c.next(), person: ID<Person> = try c.next(), factor: String = try c.next()
    let role = try c.next(String?.self).flatMap(Role.init(rawValue:))
    let organisation: ID<Organisation>? = try c.next(), isManager: Bool? = try c.next()
    let affiliations: [ID<Organisation>] = try c.next(), hasGrants: Bool = try c.next(), isStale: Bool = try c.next()
    if isStale { try await putDown(session.bits) }
    if let role, SignIn.guarded.contains(role), factor == "password" {
      return Caller(person: person, session: session, owesSecondFactor: true)
    }
    return Caller(
      person: person, session: session, organisation: organisation, role: role, isManager: isManager ?? false,
      affiliations: affiliations, grants: hasGrants ? try await grants(to: organisation ?? ID(bits: 0)) : [])
  }

  private func putDown(_ credential: UInt128) async throws {
    _ = try await database.execute(
      """
      INSERT INTO credential_uses (credential, at) VALUES (\(ID<Anything>(bits: credential)), market_now())
      ON CONFLICT (credential) DO UPDATE SET at = excluded.at WHERE credential_uses.at < excluded.at - interval '1 minute'
      """)
  }
}
