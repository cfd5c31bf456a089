import Testing

@testable import Postgres

@Suite struct QueryTests {
  @Test func five_hundred_readers_get_each_their_own_row() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE t AS SELECT i AS id, 'row ' || i AS name FROM generate_series(1, 500) i")
      let names = try await withThrowingTaskGroup(of: (Int, String).self) { group in
        for id in 1...500 {
          group.addTask {
            (id, try await database.query("SELECT name FROM t WHERE id = \(Int32(id))")[0].get(0))
          }
        }
        return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      #expect(names.count == 500)
      for (id, name) in names { #expect(name == "row \(id)") }
    }
  }

  @Test func neighbours_of_a_failing_statement_get_their_own_answers() async throws {
    try await withDatabase(readers: 1) { database in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<200 {
          group.addTask {
            switch number % 5 {
            case 0:
              let error = await postgresError { _ = try await database.query("SELECT 1 / \(0)") }
              #expect(error?.sqlState == "22012")
            case 1:
              let error = await postgresError { _ = try await database.query("SELECT nonsense FROM nowhere") }
              #expect(error?.sqlState == "42P01")
            default:
              let answer = try await database.one("SELECT \(number)", as: Int.self)
              #expect(answer == number)
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test func a_read_cannot_write() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE t (id int)")
      let error = await postgresError { _ = try await database.query("INSERT INTO t VALUES (1)") }
      #expect(error?.sqlState == "25006")
      #expect(try await database.one("SELECT count(*) FROM t") == 0)
    }
  }

  @Test func a_reader_that_was_left_in_a_transaction_is_not_used_again() async throws {
    try await withDatabase(readers: 1) { database in
      _ = try await database.query("BEGIN")
      let first = try await database.query("SELECT now()::text, pg_sleep(0.01)")[0].get(0, as: String.self)
      let second = try await database.query("SELECT now()::text")[0].get(0, as: String.self)
      #expect(first != second)
    }
  }

  @Test func the_fields_of_an_error_are_kept_apart() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE person (id int PRIMARY KEY, email text CONSTRAINT one_email UNIQUE)")
      try await database.execute("INSERT INTO person VALUES (1, \("secret@example.org"))")
      let error = await postgresError {
        try await database.execute("INSERT INTO person VALUES (2, \("secret@example.org"))")
      }
      #expect(error?.kind == .server)
      #expect(error?.sqlState == "23505")
      #expect(error?.constraint == "one_email")
      #expect(error?.table == "person")
      #expect(error?.detail?.contains("secret") == true)
      #expect(error?.description.contains("secret") == false)
      #expect(error?.description.contains("one_email") == true)
      #expect(error?.isRetryable == false && error?.isUnavailable == false)
      let quoted = await postgresError { _ = try await database.query("SELECT \("secret")::int") }
      #expect(quoted?.sqlState == "22P02")
      #expect(quoted?.description.contains("secret") == false)
    }
  }

  @Test func a_deferred_constraint_fails_the_write_it_belongs_to() async throws {
    try await withDatabase(writers: 1) { database in
      try await database.script(
        """
        CREATE TABLE a (id int PRIMARY KEY);
        CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
        """)
      for _ in 0..<3 {
        let error = await postgresError { try await database.execute("INSERT INTO b VALUES (\(1))") }
        #expect(error?.sqlState == "23503")
      }
      #expect(try await database.execute("INSERT INTO a VALUES (\(1))").affected == 1)
      #expect(try await database.one("SELECT count(*) FROM b") == 0)
    }
  }

  @Test func a_changed_table_does_not_break_prepared_statements() async throws {
    try await withDatabase(readers: 1, writers: 1) { database in
      try await database.script("CREATE TABLE t (a int); INSERT INTO t VALUES (1)")
      for _ in 0..<3 {
        #expect(try await database.query("SELECT * FROM t")[0].count == 1)
        #expect(try await database.execute("SELECT * FROM t")[0].count == 1)
      }
      try await database.script("ALTER TABLE t ADD b text DEFAULT 'x'")
      for _ in 0..<3 {
        #expect(try await database.query("SELECT * FROM t")[0].count == 2)
        #expect(try await database.execute("SELECT * FROM t")[0].count == 2)
      }
      try await database.execute("DEALLOCATE ALL")
      for _ in 0..<3 { #expect(try await database.execute("SELECT * FROM t")[0].count == 2) }
    }
  }

  @Test func more_statements_than_the_cache_holds_are_forgotten_on_the_server() async throws {
    try await withDatabase(readers: 1) { database in
      for _ in 0..<2 {
        for number in 0..<300 {
          let sql = SQL(unsafe: "SELECT \(number)")
          #expect(try await database.one(sql) == number)
          #expect(try await database.one(sql) == number)
        }
      }
      for number in 300..<900 {
        let sql = SQL(unsafe: "SELECT \(number)")
        _ = try await database.query(sql)
        _ = try await database.query(sql)
      }
      let kept = try await database.query("SELECT count(*) FROM pg_prepared_statements")[0].get(0, as: Int.self)
      #expect(kept > 400 && kept <= 512)
    }
  }

  private func expect(_ wanted: String, _ got: String) {
    #expect(wanted == got)
  }

  @Test func one_text_with_other_types_is_another_statement() async throws {
    try await withDatabase(readers: 1) { database in
      for _ in 0..<3 {
        try await expect("bigint", database.one("SELECT pg_typeof(\(1))::text"))
        try await expect("integer", database.one("SELECT pg_typeof(\(Int32(1)))::text"))
        try await expect("text", database.one("SELECT pg_typeof(\("a"))::text"))
      }
    }
  }

  @Test func a_read_held_up_by_a_slow_one_finds_another_connection() async throws {
    // The view shows the locks of all databases, and other tests take some in theirs.
    let here: SQL = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    try await withDatabase(readers: 1) { database in
      let lock = Task {
        try await database.transaction { tx in
          try await tx.execute("SELECT pg_advisory_xact_lock(7)")
          try await eventually("a reader waits for the lock") {
            try await tx.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND \(sql: here)")
              .count == 1
          }
          #expect(try await database.one("SELECT 42") == 42)
        }
      }
      try await eventually("the lock is held") {
        try await database.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND \(sql: here)")
          .count == 1
      }
      _ = try await database.query("SELECT pg_advisory_xact_lock(7)")
      try await lock.value
    }
  }

  @Test func the_wait_for_a_connection_is_bounded() async throws {
    try await withDatabase(writers: 1, acquireTimeout: .milliseconds(500)) { database in
      try await eventually("it is connected") { (try? await database.execute("SELECT 1")) != nil }
      try await database.transaction { tx in
        try await tx.execute("SELECT 1")
        let error = await postgresError { try await database.execute("SELECT 2") }
        #expect(error?.kind == .timeout)
        #expect(error?.isUnavailable == true)
        let second = await postgresError {
          try await database.transaction { _ = try await $0.execute("SELECT 3") }
        }
        #expect(second?.kind == .timeout)
      }
      #expect(try await database.execute("SELECT 4")[0].get(0) == 4)
    }
  }

  @Test func a_statement_that_takes_too_long_is_stopped_by_the_server() async throws {
    try await withDatabase(statementTimeout: .milliseconds(100)) { database in
      for run in [database.query, database.execute] {
        let error = await postgresError { _ = try await run("SELECT pg_sleep(600)") }
        #expect(error?.kind == .server)
        #expect(error?.sqlState == "57014")
      }
    }
  }

  @Test func rows_outlive_their_database() async throws {
    let rows = try await withDatabase { try await $0.query("SELECT 'kept' FROM generate_series(1, 3)") }
    #expect(try rows.map { try $0.get(0, as: String.self) } == ["kept", "kept", "kept"])
    #expect(rows.affected == 3)
  }
}
