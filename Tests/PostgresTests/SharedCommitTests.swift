import Testing

@testable import Postgres

/// Plain INSERTs of several callers may commit together; no caller may notice.
@Suite struct SharedCommitTests {
  @Test func each_of_many_inserts_gets_its_own_answer() async throws {
    try await withDatabase(writers: 2) { database in
      try await database.script("CREATE TABLE t (id int8 PRIMARY KEY, name text NOT NULL)")
      let refused = Counter()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<400 {
          group.addTask {
            // Every key from 0 to 99 comes twice, and every tenth row has no name.
            let key = number < 200 ? number % 100 : number
            let name: String? = number >= 200 && number.isMultiple(of: 10) ? nil : "name \(number)"
            let sql: SQL = "INSERT INTO t VALUES (\(key), \(name)) RETURNING id, name"
            do {
              let row = try await database.execute(sql)[0]
              #expect(try row.get(0, as: Int.self) == key)
              #expect(try row.get(1, as: String.self) == name)
            } catch let error as PostgresError {
              #expect(error.sqlState == (name == nil ? "23502" : "23505"))
              refused.increment()
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(refused.count == 120)
      #expect(try await database.one("SELECT count(*) FROM t") == 280)
    }
  }

  @Test func inserts_that_wait_for_one_connection_commit_together() async throws {
    try await withDatabase(writers: 1) { database in
      try await database.script("CREATE TABLE t (id int8)")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<300 { group.addTask { try await database.execute("INSERT INTO t VALUES (\(number))") } }
        try await group.waitForAll()
      }
      #expect(try await database.one("SELECT count(*) FROM t") == 300)
      #expect(try await database.one("SELECT count(DISTINCT xmin::text) < 300 FROM t") == true)
    }
  }

  @Test func a_constraint_checked_at_commit_fails_only_its_own() async throws {
    try await withDatabase(writers: 1) { database in
      try await database.script(
        """
        CREATE TABLE a (id int8 PRIMARY KEY);
        INSERT INTO a SELECT generate_series(0, 99);
        CREATE TABLE b (a int8 REFERENCES a DEFERRABLE INITIALLY DEFERRED);
        """)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<100 {
          group.addTask {
            let key = number.isMultiple(of: 25) ? 1000 : number
            let error = await postgresError { try await database.execute("INSERT INTO b VALUES (\(key))") }
            #expect(error?.sqlState == (key == 1000 ? "23503" : nil))
          }
        }
        try await group.waitForAll()
      }
      #expect(try await database.one("SELECT count(*) FROM b") == 96)
    }
  }

  @Test func an_insert_that_waits_for_a_lock_does_not_keep_the_others() async throws {
    try await withDatabase(writers: 3) { database in
      try await database.script("CREATE TABLE t (id int8 PRIMARY KEY)")
      let blocked = try await database.transaction { tx in
        try await tx.execute("INSERT INTO t VALUES (\(0))")
        let blocked = Task { try await database.execute("INSERT INTO t VALUES (\(0))") }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 1...200 { group.addTask { try await database.execute("INSERT INTO t VALUES (\(number))") } }
          try await group.waitForAll()
        }
        return blocked
      }
      let error = await postgresError { _ = try await blocked.value }
      #expect(error?.sqlState == "23505")
      #expect(try await database.one("SELECT count(*) FROM t") == 201)
    }
  }

  @Test func a_cancelled_insert_takes_no_other_with_it() async throws {
    try await withDatabase(writers: 1) { database in
      try await database.script("CREATE TABLE t (id int8)")
      let tasks = (0..<200).map { number in
        Task { try await database.execute("INSERT INTO t SELECT \(number) FROM pg_sleep(0.001)") }
      }
      for (number, task) in tasks.enumerated() where number.isMultiple(of: 7) { task.cancel() }
      for (number, task) in tasks.enumerated() {
        switch await task.result {
        case .success(let rows): #expect(rows.affected == 1)
        case .failure(let error):
          #expect((error as? PostgresError)?.kind == .cancelled)
          #expect(number.isMultiple(of: 7))
        }
      }
      let kept = try await database.one("SELECT count(*) FROM t WHERE id % 7 <> 0", as: Int.self)
      #expect(kept == (0..<200).count { !$0.isMultiple(of: 7) })
      #expect(try await database.one("SELECT count(*) = count(DISTINCT id) FROM t") == true)
    }
  }

  @Test func only_plain_inserts_share() {
    for text in ["INSERT INTO t VALUES (1)", "\n  insert into t select 1", "Insert INTO t DEFAULT VALUES RETURNING id"]
    {
      #expect(SQL(unsafe: text).isPlainInsert)
    }
    for text in [
      "", "INSER", "UPDATE t SET a = 1", "SELECT 1", "WITH x AS (INSERT INTO t VALUES (1)) SELECT 1",
      "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", "INSERT INTO t VALUES (1) on cONflict (a) DO UPDATE SET b = 1",
    ] {
      #expect(!SQL(unsafe: text).isPlainInsert)
    }
  }
}
