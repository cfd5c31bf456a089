import Postgres

extension Market {
  /// The codes of all regions, those that were replaced included.
  public func regionCodes() async throws -> Set<String> {
    Set(try await database.query("SELECT code FROM regions").map { row throws(DecodingFailure) in try row.get(0) })
  }

  /// Writes the good rows of a plan as drafts, each with its event, in one transaction.
  /// - Parameter owner: whose the rows are that name nobody.
  /// - Returns: the rows that were not written because their number is taken already, as issues; when `validOnly` is false and
  ///   there is any, or the plan has issues of its own, nothing is written.
  public func importRows<O: Importable>(
    _ plan: ImportPlan<O>, owner: ID<Organisation>?, validOnly: Bool,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> (written: Int, refused: [Issue]) {
    guard validOnly || plan.issues.isEmpty else { return (0, []) }
    do {
      return try await work(as: .system) { work in
        let owners = try await work.owners(of: plan, default: owner)
        try await work.stage(plan.rows, owners, progress: progress)
        let refused = try await work.taken(O.self)
        if !refused.isEmpty, !validOnly { throw Refused(issues: refused) }
        return (try await work.writeStaged(O.self), refused)
      }
    } catch let refused as Refused {
      return (0, refused.issues)
    }
  }

  private struct Refused: Error {
    let issues: [Issue]
  }
}

extension Work {
  /// The organisation of each row, made where a name is new.
  fileprivate func owners<O: Importable>(of plan: ImportPlan<O>, default owner: ID<Organisation>?) async throws
    -> [String: ID<Organisation>]
  {
    var owners: [String: ID<Organisation>] = [:]
    if let owner { owners[""] = owner }
    for row in plan.rows {
      guard let name = row.owner, owners[name] == nil else { continue }
      owners[name] = try await organisationNamed(
        name, kind: row.ownerKind, region: row.input.text("region") ?? "000000",
        origin: row.input.text("origin") ?? "real")
    }
    return owners
  }

  /// Streams rows into a table of this transaction: `COPY` is an order of magnitude faster than inserting, and the table lets
  /// the database say which rows collide before any is written.
  fileprivate func stage<O: Importable>(
    _ rows: [ImportPlan<O>.Row], _ owners: [String: ID<Organisation>], progress: @escaping @Sendable (Int) -> Void
  ) async throws {
    let fields = O.fields.filter(\.isWritable)
    let columns = fields.map { "\($0.name) \($0.type.stagedColumn)" }.joined(separator: ", ")
    try await tx.script(
      "CREATE TEMP TABLE staged (number int8, id uuid, event uuid, organisation uuid, \(columns)) ON COMMIT DROP")
    let writable = fields.map { ($0.name, $0.isNullable ? FieldValue.null : $0.type.fallback) }
    _ = try await tx.copyIn("COPY staged FROM STDIN (FORMAT binary)", rows: rows.enumerated().map(\.self)) {
      element, copy in
      let (i, row) = element
      copy.append(Int64(row.number))
      copy.append(ID<O>())
      copy.append(ID<Event>())
      copy.append(owners[row.owner ?? ""])
      for (name, fallback) in writable { copy.append(row.input[name] == .null ? fallback : row.input[name]) }
      if i % 1000 == 0 { progress(i) }
    }
    progress(rows.count)
  }

  /// Rows whose number the organisation has used before.
  fileprivate func taken<O: Importable>(_: O.Type) async throws -> [Issue] {
    let rows = try await tx.query(
      """
      DELETE FROM staged s USING \(sql: O.table) t WHERE t.organisation = s.organisation AND t.external_id = s.external_id
      RETURNING s.number, s.external_id
      """)
    return try rows.map { row throws(DecodingFailure) in
      let external: String = try row.get(1)
      return Issue(
        row: try row.get(0), column: "external_id", code: "duplicate_external_id",
        detail: Phrase("编号 \(external) 已经导入过", "\(external) has been imported before"))
    }
  }

  fileprivate func writeStaged<O: Importable>(_: O.Type) async throws -> Int {
    let names = SQL(unsafe: O.fields.filter(\.isWritable).map(\.name).joined(separator: ", "))
    return try await tx.execute(
      """
      WITH t AS (
        INSERT INTO \(sql: O.table) (id, rulebook, organisation, \(sql: names))
        SELECT id, \(market.rulebook.version), organisation, \(sql: names) FROM staged ORDER BY number RETURNING id, version, status, organisation)
      INSERT INTO events (id, kind, object_id, action, to_state, version, actor_role, actor_org, actor_token, actor_person,
        acted_for, public, audience)
      SELECT s.event, \(O.kind), t.id, 'import', t.status, t.version, \(caller.roleName), \(caller.actingOrganisation),
        \(caller.token), \(caller.person), \(caller.principal), false, ARRAY[t.organisation]
      FROM t JOIN staged s ON s.id = t.id
      """
    ).affected
  }
}

extension FieldType {
  /// The column of the staging table: the type under which the value travels.
  fileprivate var stagedColumn: String {
    switch self {
    case .integer, .money: "int8"
    case .date: "date"
    case .instant: "timestamptz"
    case .flag: "bool"
    case .texts, .codes: "text[]"
    case .reference: "uuid"
    case .records: "jsonb"
    case .text, .code, .region, .creditCode, .object: "text"
    }
  }

  /// What a column without null holds when a cell is empty.
  fileprivate var fallback: FieldValue {
    switch self {
    case .texts, .codes: .texts([])
    case .records: .json(Array("[]".utf8))
    case .code(let words): .text(words[0])
    case .integer(let range): .integer(Int64(range.lowerBound))
    default: .text("")
    }
  }
}

extension CopyRow {
  fileprivate mutating func append(_ value: FieldValue) {
    switch value {
    case .null: append(nil)
    case .text(let v): append(v)
    case .integer(let v): append(v)
    case .money(let v): append(v)
    case .date(let v): append(v)
    case .instant(let v): append(v)
    case .flag(let v): append(v)
    case .texts(let v): append(v)
    case .reference(let v): append(ID<Anything>(bits: v))
    case .json(let v): append(JSONB(v))
    }
  }
}
