import Testing

@testable import Postgres

@Suite struct CancellationTests {
  /// The number of statements of a name at work in this database.
  private func running(_ mark: String, in database: Database) async throws -> Int {
    try await database.one(
      """
      SELECT count(*) FROM pg_stat_activity
      WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
        AND query LIKE '%' || \(mark) || '%'
      """)
  }

  @Test func a_cancelled_write_stops_on_the_server_and_the_pool_stays_whole() async throws {
    try await withDatabase(writers: 2) { database in
      for _ in 0..<5 {
        let task = Task { try await database.execute("SELECT pg_sleep(600) /* mark1 */") }
        try await eventually("it runs") { try await running("mark1", in: database) == 1 }
        task.cancel()
        let error = await postgresError { _ = try await task.value }
        #expect(error?.kind == .cancelled)
        try await eventually("it is stopped") { try await running("mark1", in: database) == 0 }
      }
      try await database.transaction { tx in
        try await tx.execute("SELECT 1")
        try await database.execute("SELECT 2")
      }
    }
  }

  @Test func a_cancelled_transaction_rolls_back() async throws {
    try await withDatabase(writers: 1) { database in
      try await database.script("CREATE TABLE t (id int)")
      let task = Task {
        try await database.transaction { tx in
          try await tx.execute("INSERT INTO t VALUES (1)")
          try await tx.execute("SELECT pg_sleep(600) /* mark2 */")
        }
      }
      try await eventually("it runs") { try await running("mark2", in: database) == 1 }
      task.cancel()
      let error = await postgresError { _ = try await task.value }
      #expect(error?.kind == .cancelled)
      #expect(try await database.execute("SELECT * FROM t").isEmpty)
    }
  }

  @Test func a_cancelled_read_stops_and_its_neighbours_are_answered() async throws {
    try await withDatabase(readers: 1) { database in
      let watcher = Database(database.options)
      let slow = Task { try await database.query("SELECT pg_sleep(600) /* mark3 */") }
      try await eventually("it runs") { try await running("mark3", in: watcher) == 1 }
      let neighbours = (0..<20).map { number in Task { try await database.one("SELECT \(number)", as: Int.self) } }
      slow.cancel()
      let error = await postgresError { _ = try await slow.value }
      #expect(error?.kind == .cancelled)
      for (number, task) in neighbours.enumerated() { #expect(try await task.value == number) }
      try await eventually("it is stopped") { try await running("mark3", in: watcher) == 0 }
      await watcher.close()
    }
  }

  @Test func a_cancelled_wait_leaves_the_queue() async throws {
    try await withDatabase(writers: 1) { database in
      try await database.transaction { tx in
        try await tx.execute("SELECT 1")
        let waiting = (0..<10).map { _ in Task { try await database.execute("SELECT 1") } }
        let transaction = Task { try await database.transaction { _ = try await $0.execute("SELECT 1") } }
        for task in waiting {
          task.cancel()
          let error = await postgresError { _ = try await task.value }
          #expect(error?.kind == .cancelled)
        }
        transaction.cancel()
        let error = await postgresError { _ = try await transaction.value }
        #expect(error?.kind == .cancelled)
      }
      #expect(try await database.execute("SELECT 1").count == 1)
    }
  }

  @Test func a_task_cancelled_before_it_calls_sends_nothing() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TABLE t (id int)")
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        try await database.execute("INSERT INTO t VALUES (1)")
      }
      task.cancel()
      let error = await postgresError { _ = try await task.value }
      #expect(error?.kind == .cancelled)
      #expect(try await database.one("SELECT count(*) FROM t") == 0)
    }
  }

  @Test func calls_cancelled_at_any_moment_leave_everybody_else_their_answer() async throws {
    try await withDatabase(readers: 2, writers: 3) { database in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<300 {
          group.addTask {
            let call = Task {
              if number.isMultiple(of: 2) { return try await database.one("SELECT \(number)", as: Int.self) }
              return try await database.execute("SELECT \(number), pg_sleep(0.001)")[0].get(0, as: Int.self)
            }
            if number.isMultiple(of: 3) {
              for _ in 0..<(number % 40) { await Task.yield() }
              call.cancel()
            }
            switch await call.result {
            case .success(let answer): #expect(answer == number)
            case .failure(let error):
              #expect((error as? PostgresError)?.kind == .cancelled)
              #expect(number.isMultiple(of: 3))
            }
          }
        }
        try await group.waitForAll()
      }
    }
  }
}
