import Postgres

/// The second net under the policy tables: PostgreSQL itself keeps from anonymous reading what nobody without a name may know.
///
/// What the public asks for is read over connections of a user that may do nothing else: row-level security shows it only rows in
/// public states, by the same tables that filter everything else, and what is sealed is not granted to it at all. A query that
/// forgot its filter gives it nothing more, and there is no way from there to another user.
public enum PublicNet {
  public static let role = "jiebang_public"

  /// A table that public answers are made of besides the objects' own.
  struct Companion: Sendable {
    let table: String
    /// What holds of a row that everybody may read; nil for every row.
    let rule: String?
    /// The columns that are read; nil for all.
    let columns: [String]?

    init(_ table: String, where rule: String? = nil, columns: [String]? = nil) {
      (self.table, self.rule, self.columns) = (table, rule, columns)
    }

    /// Rows of something that is public itself: what the role sees of the parent says what it sees of them.
    static func part(_ table: String, of parent: String, by column: String, columns: [String]? = nil) -> Companion {
      Companion(table, where: "EXISTS (SELECT FROM \(parent) p WHERE p.id = \(table).\(column))", columns: columns)
    }
  }

  /// What a new query of a public answer needs is a new line here.
  static let companions: [Companion] = [
    Companion("market_clock"), Companion("regions"), Companion("codes"), Companion("ocds_publisher"),
    Companion("ocds_releases"), Companion("ocds_months"),
    Companion(
      "events", where: "public AND NOT sealed",
      columns: [
        "position", "id", "at", "kind", "object_id", "action", "from_state", "to_state", "version", "actor_role",
        "public",
        "sealed", "payload",
      ]),
    Companion("ledger_leaves", columns: ["seq", "position", "hash"]),
    .part("awards", of: "challenges", by: "challenge"),
    .part("challenge_amendments", of: "challenges", by: "challenge"),
    .part("expert_opinions", of: "challenges", by: "challenge"),
    .part("challenge_sources", of: "challenges", by: "challenge"),
    .part("challenge_board_items", of: "challenge_boards", by: "list"),
    .part("achievement_list_items", of: "achievement_lists", by: "list"),
    .part("chain_nodes", of: "chains", by: "chain"),
    .part("chain_entries", of: "chains", by: "chain"),
    // Read beside a public row, and nothing of them is for everybody.
    Companion("contracts", where: "false", columns: ["id", "deal", "status", "total_amount"]),
    Companion("milestones", where: "false", columns: ["id", "project", "status", "gate"]),
    Companion(
      "outlays", where: "false",
      columns: ["organisation", "status", "challenge", "deal", "paid_on", "relation", "issuer_code", "issuer_name"]),
    Companion("claim_outlays", where: "false", columns: ["claim", "live", "amount"]),
    Companion("demand_sheets", where: "false", columns: ["demand", "round"]),
    Companion("bid_members", where: "false", columns: ["bid", "organisation", "position"]),
    Companion("acceptance_seats", where: "false"),
    Companion("acceptance_votes", where: "false", columns: ["acceptance", "organisation", "verdict"]),
  ]

  /// Rows that no answer is about and that public rows name: who was verified once has been public under its name.
  static let named = ["organisations": "verified_at IS NOT NULL"]

  /// Every table the role reads, with what holds of a row that it sees.
  static var rules: [(table: String, rule: String?, columns: [String]?)] {
    func own<O: MarketObject>(_: O.Type) -> (String, String) { (O.table.text, O.policy.publicRule()) }
    let objects = Objects.all.map { own($0) }.filter { $0.1 != "false" }
    return objects.map { table, rule in
      (table, rule == "true" ? nil : named[table].map { "\(rule) OR \($0)" } ?? rule, nil)
    } + companions.map { ($0.table, $0.rule, $0.columns) }
  }

  private static var statements: [String] {
    rules.flatMap { table, rule, columns in
      let grant = "GRANT SELECT \(columns.map { "(\($0.joined(separator: ", "))) " } ?? "")ON \(table) TO \(role)"
      guard let rule else { return [grant] }
      return [
        grant, "ALTER TABLE \(table) ENABLE ROW LEVEL SECURITY",
        // For every other role row security changes nothing.
        "CREATE POLICY everybody ON \(table) USING (true) WITH CHECK (true)",
        "CREATE POLICY public_net ON \(table) AS RESTRICTIVE FOR SELECT TO \(role) USING (\(rule))",
      ]
    }
  }

  /// By what a database is known to have the net that this program's tables make.
  private static var mark: String { "net " + Crypto.sha256(statements.joined(separator: ";").utf8).hex }

  /// Lays the net out anew where it is missing or made of other tables; called by the owner of the tables after every migration.
  /// - Returns: false where there is no such role and the owner may not make it.
  @discardableResult
  public static func cast(by owner: Database) async throws -> Bool {
    try await owner.script(
      """
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '\(role)') THEN CREATE ROLE \(role) LOGIN; END IF;
      EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
      END $$
      """)
    guard try await owner.query("SELECT FROM pg_roles WHERE rolname = \(role)").count > 0 else { return false }
    try await owner.transaction { tx in try await lay(in: tx) }
    return true
  }

  private static func lay(in tx: Transaction) async throws {
    _ = try await tx.query(Migrator.oneAtATime)
    let known: String? = try await tx.query("SELECT obj_description('deployment'::regclass, 'pg_class')").first?.get(0)
    guard known != mark else { return }
    let old = try await tx.query(
      """
      SELECT format('DROP POLICY %I ON %I', polname, c.relname) FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
      WHERE c.relnamespace = current_schema()::regnamespace AND polname IN ('everybody', 'public_net')
      UNION ALL
      SELECT format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', relname) FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity
      UNION ALL SELECT format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM \(sql: SQL(unsafe: role))', current_schema())
      UNION ALL SELECT format('GRANT CONNECT ON DATABASE %I TO \(sql: SQL(unsafe: role))', current_database())
      UNION ALL SELECT format('GRANT USAGE ON SCHEMA %I TO \(sql: SQL(unsafe: role))', current_schema())
      """
    ).map { row throws(DecodingFailure) in try row.get(0, as: String.self) }
    // REVOKE ALL on tables leaves what was granted on columns.
    let columns = try await tx.query(
      """
      SELECT format('REVOKE ALL (%I) ON %I FROM \(sql: SQL(unsafe: role))', a.attname, c.relname)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid, aclexplode(a.attacl) x
      WHERE c.relnamespace = current_schema()::regnamespace AND x.grantee = to_regrole(\(role))::oid
      """
    ).map { row throws(DecodingFailure) in try row.get(0, as: String.self) }
    try await tx.script(
      (old + columns + statements + ["COMMENT ON TABLE deployment IS '\(mark)'"]).joined(separator: ";\n"))
  }

  /// Lets the role in by this password, where there is the role and it is the owner's to say.
  public static func admit(_ password: String, by owner: Database) async throws {
    let rows = try await owner.query(
      "SELECT format('ALTER ROLE %I PASSWORD %L', rolname, \(password)) FROM pg_roles WHERE rolname = \(role)")
    guard let row = rows.first else { return }
    do { try await owner.script(try row.get(0)) } catch let error as PostgresError where error.sqlState == "42501" {}
  }

  /// Why anonymous reading has no net here; nil when it has one.
  public static func missing(in database: Database) async throws -> Missing? {
    let found = try await readers(of: database)
    guard case .failure(let why) = found else {
      await (try found.get()).close()
      return nil
    }
    return why
  }

  /// A few connections of their own to the same database, for what everybody may read.
  static func readers(of database: Database) async throws -> Result<Database, Missing> {
    let rows = try await database.query(
      """
      SELECT to_regrole(\(role)) IS NOT NULL,
        coalesce(obj_description('deployment'::regclass, 'pg_class') = \(mark), false)
      """)
    guard let row = rows.first, try row.get(0) else { return .failure(.role) }
    guard try row.get(1) else { return .failure(.outdated) }
    var options = database.options
    (options.user, options.applicationName) = (role, options.applicationName + " public")
    let readers = Database(options)
    do {
      let user: String? = try await readers.query("SELECT current_user::text").first?.get(0)
      if user == role { return .success(readers) }
    } catch let error as PostgresError where error.isUnavailable {}
    await readers.close()
    return .failure(.login)
  }

  public enum Missing: Error, Sendable {
    /// There is no such role.
    case role
    /// The net is made of other tables than this program's, or was never laid out.
    case outdated
    /// The role cannot connect from here.
    case login
  }
}
