import Postgres

/// Loads `Rulebook/` into the tables. Unchanged files change nothing; changed ones become the next version, and objects made
/// before keep theirs.
public struct RulebookLoader: Sendable {
  let folder: String

  public init(folder: String) { self.folder = folder }

  public func load(into database: Database) async throws {
    let files = try ["rules", "holidays", "regions", "codes"].map { try Share.read("\(folder)/\($0).csv") }
    let checksum = Bytea(Crypto.sha256(files.joined()))
    let tables = try files.map { try Table($0) }
    try await database.transaction { tx in
      _ = try await tx.query("SELECT pg_advisory_xact_lock(7305012987)")
      guard try await tx.query("SELECT FROM rulebooks WHERE checksum = \(checksum)").isEmpty else { return }
      let version = try await tx.query(
        """
        INSERT INTO rulebooks (version, checksum) SELECT coalesce(max(version), 0) + 1, \(checksum) FROM rulebooks RETURNING version
        """
      ).first!.get(0, as: Int.self)
      _ = try await tx.batch(try Self.rules(tables[0], version) + Self.holidays(tables[1], version))
      _ = try await tx.batch(try Self.regions(tables[2]) + Self.codes(tables[3]))
    }
  }

  private static func rules(_ table: Table, _ version: Int) throws -> [SQL] {
    try table.map { r in
      """
      INSERT INTO rules (rulebook, key, region, value, unit, effective_from, effective_to, legal_basis, status, note)
      VALUES (\(version), \(r("key")), \(r("region")), \(try r.integer("value")), \(r("unit")), \(try r.date("effective_from")),
        \(try r.optionalDate("effective_to")), \(r("legal_basis")), \(r("status")), \(r("note")))
      """
    }
  }

  private static func holidays(_ table: Table, _ version: Int) throws -> [SQL] {
    try table.map { r in
      "INSERT INTO holidays (rulebook, date, kind, name) VALUES (\(version), \(try r.date("date")), \(r("kind")), \(r("name")))"
    }
  }

  private static func regions(_ table: Table) throws -> [SQL] {
    try table.map { r in
      """
      INSERT INTO regions (code, name, parent, level, valid_from, valid_to, successor)
      VALUES (\(r("code")), \(r("name")), \(r.optional("parent")), \(r("level")), \(try r.optionalDate("valid_from")),
        \(try r.optionalDate("valid_to")), \(r.optional("successor")))
      ON CONFLICT (code) DO UPDATE SET name = excluded.name, parent = excluded.parent, level = excluded.level,
        valid_from = excluded.valid_from, valid_to = excluded.valid_to, successor = excluded.successor
      """
    }
  }

  private static func codes(_ table: Table) throws -> [SQL] {
    try table.map { r in
      """
      INSERT INTO codes (list, code, name_zh, name_en, parent, status)
      VALUES (\(r("list")), \(r("code")), \(r("name_zh")), \(r("name_en")), \(r.optional("parent")), \(r("status")))
      ON CONFLICT (list, code) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en, parent = excluded.parent,
        status = excluded.status
      """
    }
  }

  /// A shipped table, read by column name.
  struct Table {
    private let csv: CSV
    init(_ bytes: [UInt8]) throws { csv = try CSV(bytes) }

    func map(_ body: (Record) throws -> SQL) throws -> [SQL] {
      try csv.rows.map {
        try body(Record(number: $0.number, cells: Dictionary(zip(csv.header, $0.cells)) { a, _ in a }))
      }
    }
  }

  struct Record {
    let number: Int
    let cells: [String: String]

    func callAsFunction(_ column: String) -> String { cells[column, default: ""] }
    func optional(_ column: String) -> String? { self(column).isEmpty ? nil : self(column) }
    func integer(_ column: String) throws -> Int64 {
      guard let value = Int64(self(column)) else { throw BadCell(row: number, column: column, cell: self(column)) }
      return value
    }
    func date(_ column: String) throws -> CivilDate {
      guard let value = CivilDate(self(column)) else { throw BadCell(row: number, column: column, cell: self(column)) }
      return value
    }
    func optionalDate(_ column: String) throws -> CivilDate? { self(column).isEmpty ? nil : try date(column) }
  }

  struct BadCell: Error, CustomStringConvertible {
    let row: Int
    let column: String
    let cell: String
    var description: String { "Rulebook: row \(row), column \(column): \"\(cell)\" is not what this column holds" }
  }
}
