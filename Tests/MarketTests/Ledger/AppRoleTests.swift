import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct AppRoleTests {
  @Test func the_application_s_role_works_and_can_change_nothing_that_is_history() async throws {
    try await TestDatabase.named { owner, conninfo in
      let role = AppRole(name: "app \"\(UInt32.random(in: 0 ... .max))")
      try await role.admit(by: owner, making: true)
      try await role.admit(by: owner, making: true)
      let database = Database(.init(conninfo: conninfo + " user='\(role.name)'"))
      let outcome = await Result { try await Self.tries(database, owner) }
      await database.close()
      let quoted = "\"" + role.name.replacing("\"", with: "\"\"") + "\""
      try await owner.script("DROP OWNED BY \(quoted); DROP ROLE \(quoted)")
      try outcome.get()
    }
  }

  private static func tries(_ database: Database, _ owner: Database) async throws {
    let world = try await World(database)
    _ = try await ReadingTests.achievements(3, world)
    #expect(try await world.history(as: nil).count == 3)
    #expect(try await AppRole.canRewrite(database).isEmpty)
    #expect(try await AppRole.canRewrite(owner).contains("events"))
    for table in ["events", "ledger", "ledger_leaves", "ledger_nodes", "ledger_keys", "ledger_heads"] {
      for statement in [
        "UPDATE \(table) SET \(table == "events" ? "kind" : "singleton") = NULL", "DELETE FROM \(table)",
        "TRUNCATE \(table) CASCADE", "ALTER TABLE \(table) DISABLE TRIGGER ALL", "DROP TABLE \(table) CASCADE",
      ] {
        let error = await #expect(throws: PostgresError.self) { try await database.execute(SQL(unsafe: statement)) }
        // A column that is not there is reported before the right to change it is asked for.
        #expect(["42501", "42703"].contains(error?.sqlState), "\(statement)")
      }
    }
    for statement in [
      "SET session_replication_role = replica", "UPDATE deployment SET purpose = 'demo'",
      "DELETE FROM schema_migrations",
      "CREATE TABLE mine (a int)",
    ] {
      let error = await #expect(throws: PostgresError.self) { try await database.execute(SQL(unsafe: statement)) }
      #expect(error?.sqlState == "42501", "\(statement)")
    }
  }
}
