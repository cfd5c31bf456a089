import Testing

@testable import Postgres

@Suite struct ListenTests {
  @Test func a_listener_hears_what_is_sent_to_its_channel() async throws {
    try await withDatabase { database in
      var first = database.listen("news").makeAsyncIterator()
      var second = database.listen("news").makeAsyncIterator()
      var other = database.listen("Other \"channel\"").makeAsyncIterator()
      #expect(try await first.next()?.marksGap == true)
      #expect(try await second.next()?.marksGap == true)
      #expect(try await other.next()?.channel == "Other \"channel\"")
      try await database.script("NOTIFY news, '一'; NOTIFY \"Other \"\"channel\"\"\", 'x'")
      try await database.execute("SELECT pg_notify('news', \("二"))")
      for payload in ["一", "二"] {
        #expect(try await first.next()?.payload == payload)
        #expect(try await second.next()?.payload == payload)
      }
      let heard = try #require(try await other.next())
      #expect(heard.payload == "x")
      #expect(!heard.marksGap && heard.processID > 0)
    }
  }

  @Test func a_listener_goes_on_after_its_connection_was_lost() async throws {
    try await withDatabase { database in
      var news = database.listen("news").makeAsyncIterator()
      #expect(try await news.next()?.marksGap == true)
      for number in 1...3 {
        try await database.execute("SELECT pg_notify('news', \("\(number)"))")
        #expect(try await news.next()?.payload == "\(number)")
        try await database.execute(
          """
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND query LIKE 'LISTEN%'
          """
        )
        #expect(try await news.next()?.marksGap == true)
      }
      try await database.script("NOTIFY news, 'after'")
      #expect(try await news.next()?.payload == "after")
    }
  }

  @Test func a_listener_that_leaves_is_forgotten() async throws {
    try await withDatabase { database in
      let task = Task {
        for try await notification in database.listen("news") where !notification.marksGap { return }
      }
      let count: SQL =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
      try await eventually("it listens") { try await database.one(count) == 1 }
      task.cancel()
      try await task.value
      try await eventually("its connection is gone") { try await database.one(count) == 0 }
    }
  }

  @Test func a_name_that_is_no_channel_is_an_error() async throws {
    try await withDatabase { database in
      for name in ["", String(repeating: "长", count: 22)] {
        let error = await postgresError { for try await _ in database.listen(name) {} }
        #expect(error?.kind == .server)
      }
    }
  }

  @Test func notices_reach_the_closure() async throws {
    let conninfo = try await TestCluster.conninfo
    let (notices, sink) = AsyncStream.makeStream(of: String.self)
    var options = Database.Options(conninfo: conninfo)
    options.onNotice = { sink.yield($0) }
    let database = Database(options)
    try await database.execute("DO $$ BEGIN RAISE NOTICE '注意'; END $$")
    var iterator = notices.makeAsyncIterator()
    #expect(await iterator.next()?.contains("注意") == true)
    await database.close()
  }
}
