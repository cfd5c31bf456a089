import Glibc
import Testing

@testable import Postgres

/// What callers see of a server that goes away and comes back.
@Suite struct OutageTests {
  @Test func a_server_that_stops_fails_every_caller_and_serves_again_when_it_is_back() async throws {
    let folder = TestCluster.temporary("outage")
    let cluster = LocalCluster(folder: folder)
    let database = Database(.init(conninfo: try await cluster.start(forTests: true)))
    let watcher = Database(.init(conninfo: try await cluster.start(forTests: true)))
    let calls =
      (0..<10).map { _ in Task { _ = try await database.execute("SELECT pg_sleep(600)") } }
      + [Task { _ = try await database.query("SELECT pg_sleep(600)") }]
      + [
        Task {
          try await database.transaction { tx in
            try await tx.execute("SELECT 1")
            try await tx.execute("SELECT pg_sleep(600)")
          }
        }
      ]
    try await eventually("all are at work") {
      try await watcher.one("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'") == 12
    }
    try await cluster.stop()
    for call in calls {
      let error = await postgresError { try await call.value }
      #expect(error?.kind == .connection)
      #expect(error?.isUnavailable == true)
    }
    let away = await postgresError { try await database.execute("SELECT 1") }
    #expect(away?.kind == .connection)

    _ = try await cluster.start(forTests: true)
    try await eventually("writes work again") { (try? await database.execute("SELECT 1").count) == 1 }
    try await eventually("reads work again") { (try? await database.query("SELECT 1").count) == 1 }
    await database.close()
    await watcher.close()
    try await cluster.release()
  }

  @Test func a_connection_the_server_ends_fails_its_write_and_reruns_its_read() async throws {
    try await withDatabase(readers: 1, writers: 1) { database in
      let watcher = Database(database.options)
      let write = Task { try await database.execute("SELECT pg_sleep(600) /* end me */") }
      try await eventually("the write was ended") {
        try await watcher.execute(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE '%/* end me */' AND state = 'active'
          """
        ).count == 1
      }
      let error = await postgresError { _ = try await write.value }
      #expect(error?.kind == .connection)
      #expect(error?.sqlState == "57P01")
      #expect(try await database.execute("SELECT 1").count == 1)

      let first = try await database.one("SELECT pg_backend_pid()", as: Int.self)
      try await watcher.script("SELECT pg_advisory_lock(5)")
      await watcher.close()
      try await database.session { session in
        _ = try await session.query("SELECT pg_advisory_lock(5)")
        let read = Task {
          try await database.one("SELECT pg_backend_pid() FROM pg_advisory_xact_lock(5)", as: Int.self)
        }
        try await eventually("the read was ended") {
          try await session.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE pid = \(Int32(first)) AND wait_event = 'advisory'
            """
          ).count == 1
        }
        _ = try await session.query("SELECT pg_advisory_unlock(5)")
        #expect(try await read.value != first)
      }
    }
  }

  @Test func a_server_that_is_not_there_is_an_error_that_says_so() async throws {
    let database = Database(.init(conninfo: "host=/nowhere/at/all dbname=none"))
    for call in [database.query, database.execute] {
      let error = await postgresError { _ = try await call("SELECT 1") }
      #expect(error?.kind == .connection)
      #expect(error?.message.contains("/nowhere/at/all") == true)
    }
    await database.close()
  }

  @Test func a_closed_database_is_an_error_and_not_a_hang() async throws {
    try await withDatabase { database in
      let other = Database(database.options)
      _ = try await other.query("SELECT 1")
      await other.close()
      await other.close()
      for call in [other.query, other.execute] {
        let error = await postgresError { _ = try await call("SELECT 1") }
        #expect(error?.kind == .closed)
      }
      let transaction = await postgresError { try await other.transaction { _ = try await $0.execute("SELECT 1") } }
      #expect(transaction?.kind == .closed)
      let script = await postgresError { try await other.script("SELECT 1") }
      #expect(script?.kind == .closed)
      var marks = 0
      for try await _ in other.listen("c") { marks += 1 }
      #expect(marks == 0)
    }
  }

  @Test func closing_lets_what_is_under_way_finish_and_answers_who_waits() async throws {
    try await withDatabase(writers: 2) { database in
      var options = database.options
      options.writers = 1
      options.closeTimeout = .seconds(60)
      let other = Database(options)
      try await database.script("CREATE TABLE t (id int)")
      try await database.session { session in
        _ = try await session.query("SELECT pg_advisory_lock(3)")
        let slow = Task { try await other.execute("INSERT INTO t SELECT 1 FROM pg_advisory_xact_lock(3)") }
        try await eventually("it runs") {
          try await database.one(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database AND datname = current_database() WHERE locktype = 'advisory' AND NOT granted"
          ) == 1
        }
        let waiting = Task { try await other.execute("UPDATE t SET id = 2") }
        let closing = Task { await other.close() }
        let error = await postgresError { _ = try await waiting.value }
        #expect(error?.kind == .closed)
        _ = try await session.query("SELECT pg_advisory_unlock(3)")
        #expect(try await slow.value.affected == 1)
        await closing.value
      }
      #expect(try await database.one("SELECT count(*) FROM t WHERE id = 1") == 1)
    }
  }

  @Test func a_database_let_go_closes_its_connections() async throws {
    try await withDatabase { database in
      let admin = Database(database.options)
      var other: Database? = Database(
        .init(conninfo: database.options.conninfo, database: database.options.database, applicationName: "let go"))
      try await other?.execute("SELECT 1")
      let count: SQL = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'let go'"
      #expect(try await admin.one(count) == 1)
      other = nil
      try await eventually("it is gone") { try await admin.one(count) == 0 }
      await admin.close()
    }
  }
}
