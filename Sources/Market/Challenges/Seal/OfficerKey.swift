import Postgres

/// The public half of a key of somebody whose office it is to open bids. The other half is a file that this person keeps.
public struct OfficerKey: Identified, Sendable {
  public static let idPrefix = "ofk"
  public static let roles: [Role] = [.operator, .supervisor]
  static let noun = Phrase("开启人密钥", "officer's key")

  public let id: ID<OfficerKey>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let role: Role
  /// Who holds it; nil where it was registered for an office alone.
  public let person: ID<Person>?
  public let label: String
  public let publicKey: SealingPublicKey
  public let createdAt: Instant
  public let revokedAt: Instant?

  static let columns: SQL =
    "k.id, k.organisation, o.name, k.role, k.person, k.label, k.public_key, k.created_at, k.revoked_at"

  init(_ c: inout ColumnReader) throws {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    guard let role = Role(rawValue: try c.next()) else { throw DecodingFailure("role") }
    self.role = role
    person = try c.next()
    label = try c.next()
    publicKey = try SealingPublicKey(der: c.next(Bytea.self).bytes)
    createdAt = try c.next()
    revokedAt = try c.next()
  }

  fileprivate static func query(_ condition: SQL) -> SQL {
    """
    SELECT \(sql: columns) FROM officer_keys k JOIN organisations o ON o.id = k.organisation
    WHERE \(sql: condition) ORDER BY k.id
    """
  }

  fileprivate static func read(_ rows: Rows) throws -> [OfficerKey] {
    try rows.map { row in
      var c = row.columns
      return try OfficerKey(&c)
    }
  }

  /// Who its holder is to the market.
  public var caller: Caller { Caller(organisation: organisation, token: nil, role: role) }
}

extension Work {
  /// Takes note of an officer's key. A person holds one at a time. Challenges published from now on can be opened with it.
  public func register(
    _ key: SealingPublicKey, for organisation: ID<Organisation>, role: Role, person: ID<Person>? = nil, label: String
  ) async throws -> OfficerKey {
    let rows = try await tx.query(
      """
      WITH k AS (
        INSERT INTO officer_keys (id, organisation, role, person, label, suite, public_key)
        VALUES (\(ID<OfficerKey>()), \(organisation), \(role.rawValue), \(person), \(label), \(key.suite.rawValue), \(Bytea(key.der)))
        RETURNING *)
      SELECT \(sql: OfficerKey.columns) FROM k JOIN organisations o ON o.id = k.organisation
      """)
    guard let row = rows.first else { throw Refusal.notFound(OfficerKey.noun) }
    var c = row.columns
    return try OfficerKey(&c)
  }

  /// The keys that what is published now is sealed for.
  func officerKeys() async throws -> [OfficerKey] {
    try OfficerKey.read(await tx.query(OfficerKey.query("k.revoked_at IS NULL")))
  }
}

extension Market {
  public func officerKeys() async throws -> [OfficerKey] {
    try OfficerKey.read(await database.query(OfficerKey.query("true")))
  }

  /// The registered key whose other half this is; nil when there is none.
  public func officerKey(_ key: SealingPublicKey) async throws -> OfficerKey? {
    try OfficerKey.read(await database.query(OfficerKey.query("k.public_key = \(Bytea(key.der))"))).first
  }

  /// Ends a key at once: nothing more is sealed for it, and no share that it opened is taken. False when there was none in force.
  public func revoke(_ id: ID<OfficerKey>) async throws -> Bool {
    try await database.execute(
      "UPDATE officer_keys SET revoked_at = market_now() WHERE id = \(id) AND revoked_at IS NULL"
    ).affected == 1
  }
}
