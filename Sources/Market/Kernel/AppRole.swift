import Postgres

/// The role that the application connects as: it reads and writes, and can change nothing that is history. Tables are made by their
/// owner, which is another role; what is history is known by its guard, so that a table that comes with one is covered.
public struct AppRole: Sendable {
  public let name: String
  /// The private cluster's.
  public static let own = AppRole(name: "jiebang_app")

  public init(name: String) { self.name = name }

  /// The tables that may be added to but never changed, as a query of their names: those whose guard refuses every update (16 among
  /// the bits of a trigger's kind), and not only the updates of what has been published.
  private static let history: SQL = """
    SELECT c.relname::text FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND EXISTS (
      SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgfoid = to_regproc('refuse_rewriting_history')
        AND t.tgqual IS NULL AND t.tgtype & 16 > 0)
    """

  /// Gives the role what it needs in the tables there are, called by their owner after every migration.
  /// - Parameter making: whether to make the role if it is missing.
  public func admit(by owner: Database, making: Bool) async throws {
    let role = Self.quoted(name)
    let isThere = try await owner.query("SELECT FROM pg_roles WHERE rolname = \(name)").count > 0
    let history = try await owner.query(Self.history).map { row in Self.quoted(try row.get(0, as: String.self)) }
    let schema = try await owner.query("SELECT current_schema()").first.map { row in try row.get(0, as: String.self) }
    guard let schema = schema.map(Self.quoted) else { return }
    var statements = [
      "GRANT USAGE ON SCHEMA \(schema) TO \(role)",
      "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(schema) TO \(role)",
      "GRANT USAGE ON ALL SEQUENCES IN SCHEMA \(schema) TO \(role)",
    ]
    if making, !isThere { statements.insert("CREATE ROLE \(role) LOGIN", at: 0) }
    if !history.isEmpty {
      statements += [
        "REVOKE UPDATE, DELETE, TRUNCATE ON \(history.joined(separator: ", ")) FROM \(role)",
        // Whether this is a production database, and what was migrated, is the owner's to say.
        "REVOKE INSERT, UPDATE, DELETE ON deployment, schema_migrations FROM \(role)",
      ]
    }
    try await owner.script(statements.joined(separator: ";\n"))
  }

  /// Tables of history that whoever is connected could change.
  public static func canRewrite(_ database: Database) async throws -> [String] {
    try await database.query(
      """
      SELECT h.relname FROM (\(sql: history)) h(relname)
      WHERE has_table_privilege(h.relname, 'UPDATE') OR has_table_privilege(h.relname, 'DELETE')
        OR has_table_privilege(h.relname, 'TRUNCATE') ORDER BY 1
      """
    ).map { row in try row.get(0) }
  }

  private static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
