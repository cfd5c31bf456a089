import Postgres

extension Market {
  public func organisation(_ id: ID<Organisation>) async throws -> Organisation {
    try await find(id, for: .system)
  }
}

extension Work {
  /// Registers an organisation, unverified.
  public func register(_ input: Input) async throws -> Organisation {
    if let region = input.text("region") { try await expectCurrent(region) }
    return try await create(Organisation.self, input, own: [])
  }

  /// An abolished region stays where old dates speak of it; what is registered today is registered where it lies today.
  private func expectCurrent(_ region: String) async throws {
    let rows = try await tx.query(
      """
      SELECT r.code, r.name FROM regions old JOIN regions r ON r.code = region_now(old.code)
      WHERE old.code = \(region) AND old.valid_to <= market_today()
      """)
    guard let row = rows.first else { return }
    let code: String = try row.get(0), name: String = try row.get(1)
    throw Refusal.invalid([
      Issue(
        pointer: "/region", code: "region_replaced",
        detail: Phrase("该行政区划已撤销,现为 \(code) \(name)", "this region is no more: it is \(code) \(name) now"))
    ])
  }

  /// Takes an organisation of a demonstration or a test as verified, of which a published list gives the name and no more.
  /// - Throws: `conflict` on a production database: there somebody looks at papers.
  public func takeAsVerified(_ id: ID<Organisation>, evidence: String) async throws {
    guard market.purpose != .production else {
      throw Refusal.conflict(
        code: "verification_of_production", detail: Phrase("生产库的单位须凭证照核验", "a production database asks for papers"))
    }
    let (organisation, _) = try await lock(id)
    guard organisation.state == .unverified else { return }
    let _: Organisation = try await write(
      """
      UPDATE organisations SET status = 'verified', evidence = \(evidence), verified_at = market_now(),
        version = version + 1, updated_at = market_now() WHERE id = \(id) RETURNING *
      """, action: Organisation.Action.verify.rawValue, from: organisation, to: .verified, input: Input())
  }

  /// The organisation of this name that has no credit code, made when there is none: published lists name holders and no more.
  public func organisationNamed(_ name: String, kind: String, region: String, origin: String) async throws -> ID<
    Organisation
  > {
    let known = try await tx.query("SELECT id FROM organisations WHERE name = \(name) AND uscc IS NULL")
    if let row = known.first { return try row.get(0) }
    let rows = try await tx.query(
      """
      INSERT INTO organisations AS t (id, rulebook, name, kind, region, origin)
      VALUES (\(ID<Organisation>()), \(market.rulebook.version), \(name), \(kind), coalesce(region_now(\(region)), \(region)), \(origin))
      ON CONFLICT (name) WHERE uscc IS NULL DO UPDATE SET name = excluded.name RETURNING t.id, t.xmax = 0
      """)
    guard let row = rows.first else { throw Refusal.notFound(Organisation.noun) }
    let id: ID<Organisation> = try row.get(0)
    if try row.get(1) {
      try await note(Organisation.kind, ID(bits: id.bits), "create", to: "unverified", isPublic: true)
    }
    return id
  }
}
