import Testing

@testable import Postgres

@Suite struct TransactionTests {
  @Test func what_returns_is_committed_and_what_throws_is_not() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE t (id int PRIMARY KEY)")
      let value = try await database.transaction { tx in
        try await tx.execute("INSERT INTO t VALUES (1)")
        #expect(try await tx.query("SELECT count(*) FROM t")[0].get(0) == 1)
        return "kept"
      }
      #expect(value == "kept")
      await #expect(throws: Refusal.self) {
        try await database.transaction { tx in
          try await tx.execute("INSERT INTO t VALUES (2)")
          throw Refusal()
        }
      }
      #expect(try await database.one("SELECT count(*) FROM t") == 1)
    }
  }

  struct Refusal: Error {}

  @Test func a_transaction_that_swallowed_a_failure_does_not_pretend_to_commit() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE t (id int PRIMARY KEY)")
      let error = await postgresError {
        try await database.transaction { tx in
          try await tx.execute("INSERT INTO t VALUES (1)")
          _ = try? await tx.execute("INSERT INTO t VALUES (1)")
        }
      }
      #expect(error?.sqlState == "25P02")
      #expect(try await database.one("SELECT count(*) FROM t") == 0)
      #expect(try await database.execute("SELECT 1").count == 1)
    }
  }

  @Test func a_transaction_that_does_nothing_takes_no_connection() async throws {
    try await withDatabase(writers: 1, acquireTimeout: .seconds(5)) { database in
      try await database.transaction { tx in
        try await tx.execute("SELECT 1")
        try await database.transaction { _ in }
      }
    }
  }

  @Test func a_batch_answers_in_order_and_fails_whole() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE t (id int PRIMARY KEY)")
      let sums = try await database.transaction { tx in
        let rows = try await tx.batch([
          "INSERT INTO t VALUES (\(Int32(1)))", "INSERT INTO t VALUES (\(Int32(2)))", "SELECT sum(id) FROM t",
        ])
        return (rows.map(\.affected), try rows[2][0].get(0, as: Int.self))
      }
      #expect(sums == ([1, 1, 1], 3))
      let error = await postgresError {
        try await database.transaction { tx in
          _ = try await tx.batch(["INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (4)"])
        }
      }
      #expect(error?.sqlState == "23505")
      #expect(try await database.one("SELECT count(*) FROM t") == 2)
    }
  }

  @Test func statements_called_at_once_run_one_after_the_other() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE t (id int)")
      try await database.transaction { tx in
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<50 { group.addTask { try await tx.execute("INSERT INTO t VALUES (\(Int32(number)))") } }
          try await group.waitForAll()
        }
      }
      #expect(try await database.one("SELECT sum(id) FROM t") == 49 * 50 / 2)
    }
  }

  @Test func a_transaction_used_after_its_end_is_an_error() async throws {
    try await withDatabase { database in
      let kept = try await database.transaction { tx in
        try await tx.execute("SELECT 1")
        return tx
      }
      let error = await postgresError { try await kept.execute("SELECT 1") }
      #expect(error?.kind == .closed)
    }
  }

  @Test func a_serialisation_failure_is_run_again() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE c (n int); INSERT INTO c VALUES (0)")
      for isolation in [Isolation.repeatableRead, .serializable] {
        try await database.script("UPDATE c SET n = 0")
        let attempts = Counter()
        try await database.transaction(isolation) { tx in
          attempts.increment()
          let n = try await tx.query("SELECT n FROM c")[0].get(0, as: Int.self)
          // Somebody else is quicker, once.
          if attempts.count == 1 { try await database.execute("UPDATE c SET n = n + 10") }
          try await tx.execute("UPDATE c SET n = \(Int32(n + 1))")
        }
        #expect(attempts.count == 2)
        #expect(try await database.one("SELECT n FROM c") == 11)
      }
    }
  }

  @Test func retries_come_to_an_end() async throws {
    try await withDatabase { database in
      let attempts = Counter()
      let error = await postgresError {
        try await database.transaction(retries: 2) { tx in
          attempts.increment()
          try await tx.execute("DO $$ BEGIN RAISE 'again' USING ERRCODE = '40001'; END $$")
        }
      }
      #expect(error?.isRetryable == true)
      #expect(attempts.count == 3)
    }
  }

  @Test func a_transaction_sees_what_its_isolation_allows() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE t (id int)")
      for (isolation, seen) in [(Isolation.readCommitted, 1), (.repeatableRead, 0), (.serializable, 0)] {
        try await database.script("DELETE FROM t")
        try await database.transaction(isolation) { tx in
          try await tx.execute("SELECT count(*) FROM t")
          try await database.execute("INSERT INTO t VALUES (1)")
          let count = try await tx.query("SELECT count(*) FROM t")[0].get(0, as: Int.self)
          #expect(count == seen, "\(isolation)")
        }
      }
    }
  }

  @Test func a_script_runs_many_statements_or_none() async throws {
    try await withDatabase { database in
      let error = await postgresError { try await database.script("CREATE TABLE a (); CREATE TABLE b (; ") }
      #expect(error?.sqlState == "42601")
      #expect(try await database.one("SELECT to_regclass('a') IS NULL") == true)
      try await database.transaction { tx in
        try await tx.script("CREATE TABLE a (id int); INSERT INTO a VALUES (1), (2)")
        try await tx.execute("INSERT INTO a VALUES (\(Int32(3)))")
      }
      #expect(try await database.one("SELECT count(*) FROM a") == 3)
    }
  }

  @Test func a_session_keeps_its_settings_and_takes_them_with_it() async throws {
    try await withDatabase(writers: 1) { database in
      let inside = try await database.session { session in
        try await session.execute("SET work_mem = '9MB'")
        _ = try await session.query("SELECT pg_advisory_lock(1)")
        return try await session.query("SHOW work_mem")[0].get(0, as: String.self)
      }
      #expect(inside == "9MB")
      #expect(try await database.execute("SHOW work_mem")[0].get(0, as: String.self) != "9MB")
      try await eventually("the lock is free") {
        try await database.one(
          "SELECT count(*) = 0 FROM pg_locks JOIN pg_database d ON d.oid = database AND datname = current_database() WHERE locktype = 'advisory'"
        )
      }
    }
  }
}
