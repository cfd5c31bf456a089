import Glibc
import Testing

@testable import Postgres

@Suite struct LocalClusterTests {
  /// A folder of one's own, gone afterwards with all that was made for it.
  private func withFolder(_ name: String, _ body: (String) async throws -> Void) async throws {
    let folder = TestCluster.temporary("\(name)-\(getpid())")
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(folder)) } catch { outcome = .failure(error) }
    for place in ["data.place", "socket.place"].compactMap({ Files.read("\(folder)/\($0)")?.firstLine }) + [folder] {
      _ = try Program(path: "/bin/rm", arguments: ["-rf", "--", place]).run()
    }
    try outcome.get()
  }

  private func answer(_ conninfo: String, _ sql: SQL) async throws -> String {
    let database = Database(.init(conninfo: conninfo))
    let outcome = await Result { () async throws in try await database.one(sql, as: String.self) }
    await database.close()
    return try outcome.get()
  }

  private func process(_ folder: String) -> pid_t? {
    RunningServer(data: "\(folder)/data")?.process
  }

  @Test func the_last_to_leave_stops_the_server_that_all_share() async throws {
    try await withFolder("shared") { folder in
      let first = LocalCluster(folder: folder, database: "名 'x'")
      let second = LocalCluster(folder: folder, database: "名 'x'")
      let conninfo = try await first.start()
      let server = process(folder)
      #expect(server != nil)
      #expect(try await second.start() == conninfo)
      #expect(process(folder) == server)
      #expect(try await answer(conninfo, "SELECT current_database()::text") == "名 'x'")
      #expect(try await answer(conninfo, "SHOW listen_addresses") == "")
      #expect(try await answer(conninfo, "SHOW fsync") == "on")
      #expect(try await answer(conninfo, "SHOW data_checksums") == "on")
      #expect(try await answer(conninfo, "SHOW server_encoding") == "UTF8")
      try await first.release()
      #expect(process(folder) == server)
      try await first.release()
      #expect(process(folder) == server)
      try await second.release()
      #expect(process(folder) == nil)
    }
  }

  @Test func a_server_whose_user_died_is_used_again() async throws {
    try await withFolder("adopted") { folder in
      var lost: LocalCluster? = LocalCluster(folder: folder)
      _ = try await lost?.start()
      let server = process(folder)
      lost = nil
      #expect(server != nil && process(folder) == server)
      let next = LocalCluster(folder: folder)
      _ = try await next.start()
      #expect(process(folder) == server)
      try await next.release()
      #expect(process(folder) == nil)
    }
  }

  @Test func a_killed_server_starts_again_with_what_was_committed() async throws {
    try await withFolder("killed") { folder in
      let cluster = LocalCluster(folder: folder)
      let conninfo = try await cluster.start()
      let database = Database(.init(conninfo: conninfo))
      try await database.script("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
      let server = try #require(process(folder))
      kill(server, SIGKILL)
      try await eventually("it is dead") { process(folder) == nil }
      #expect(try await cluster.start() == conninfo)
      #expect(process(folder) != nil && process(folder) != server)
      try await eventually("it answers") { (try? await database.one("SELECT id FROM kept", as: Int.self)) == 7 }
      await database.close()
      try await cluster.release()
      #expect(process(folder) == nil)
    }
  }

  @Test func a_process_number_that_went_to_another_program_is_no_server() async throws {
    try await withFolder("reused") { folder in
      let cluster = LocalCluster(folder: folder)
      _ = try await cluster.start(forTests: true)
      let file = try #require(Files.read("\(folder)/data/postmaster.pid"))
      try await cluster.release()
      // Ours is a number that is taken, and not by PostgreSQL.
      let rest = file.drop { !$0.isNewline }
      try Files.write("\(getpid())\(rest)", to: "\(folder)/data/postmaster.pid")
      #expect(process(folder) == nil)
      _ = try await cluster.start(forTests: true)
      #expect(process(folder) != nil && process(folder) != getpid())
      try await cluster.release()
    }
  }

  @Test func a_half_made_cluster_is_made_again_and_nothing_is_deleted() async throws {
    try await withFolder("torn") { folder in
      try Files.makeFolder("\(folder)/data.new/base")
      try Files.makeFolder("\(folder)/data/base")
      try Files.write("somebody's", to: "\(folder)/data/file")
      let cluster = LocalCluster(folder: folder)
      let conninfo = try await cluster.start(forTests: true)
      #expect(try await answer(conninfo, "SELECT 'works'") == "works")
      #expect(Files.read("\(folder)/data.torn-1/file") == "somebody's")
      #expect(!Files.exists("\(folder)/data.new"))
      try await cluster.stop()
    }
  }

  @Test func a_path_too_long_or_too_odd_for_a_socket_gets_a_short_folder() async throws {
    for name in [String(repeating: "long", count: 24), "a b, 'c' 揭榜"] {
      try await withFolder(name) { folder in
        let cluster = LocalCluster(folder: folder)
        let conninfo = try await cluster.start(forTests: true)
        #expect(try await answer(conninfo, "SELECT 'works'") == "works")
        let place = try #require(
          Files.read("\(folder)/socket.place")?.firstLine ?? Files.read("\(folder)/data.place")?.firstLine)
        #expect(conninfo.contains(place))
        try await cluster.release()
        #expect(try await cluster.start(forTests: true) == conninfo)
        try await cluster.release()
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0)) func a_folder_the_server_cannot_enter_is_replaced_and_remembered() async throws {
    try await withFolder("closed") { folder in
      try Files.makeFolder(folder)
      chmod(folder, 0o700)
      let cluster = LocalCluster(folder: folder)
      let conninfo = try await cluster.start(forTests: true)
      #expect(try await answer(conninfo, "SELECT 'works'") == "works")
      try await cluster.release()
      let place = try #require(Files.read("\(folder)/data.place")?.firstLine)
      #expect(Files.exists("\(place)/data/PG_VERSION"))
      #expect(try await cluster.start(forTests: true) == conninfo)
      try await cluster.release()
      _ = try Program(path: "/bin/rm", arguments: ["-rf", "--", place]).run()
      let error = await #expect(throws: LocalClusterError.self) { try await cluster.start(forTests: true) }
      #expect(error?.description.contains("data.place") == true)
    }
  }

  @Test func a_server_whose_socket_was_swept_away_is_started_anew() async throws {
    try await withFolder("swept") { folder in
      let cluster = LocalCluster(folder: folder)
      _ = try await cluster.start(forTests: true)
      let server = process(folder)
      for name in Files.names(in: "\(folder)/socket") { unlink("\(folder)/socket/\(name)") }
      let next = LocalCluster(folder: folder)
      let conninfo = try await next.start(forTests: true)
      #expect(try await answer(conninfo, "SELECT 'works'") == "works")
      #expect(process(folder) != server)
      try await next.stop()
    }
  }

  @Test func a_server_for_tests_stops_when_nobody_is_left_to_say_so() async throws {
    try await withFolder("unattended") { folder in
      var lost: LocalCluster? = LocalCluster(folder: folder)
      _ = try await lost?.start(forTests: true)
      #expect(process(folder) != nil)
      lost = nil
      try await eventually("it stops") { process(folder) == nil }
    }
  }

  @Test func programs_that_are_missing_are_named_with_the_way_to_install_them() throws {
    let error = #expect(throws: LocalClusterError.self) { try ServerPrograms.find(for: 9) }
    #expect(error?.description.contains("sudo apt-get install -y postgresql-9") == true)
  }

  @Test func what_a_program_says_and_how_it_ends_is_known() throws {
    let said = try Program(path: "/bin/sh", arguments: ["-c", "echo out; echo err >&2; exit 3"]).run()
    #expect(said.status == 3)
    #expect(said.output == "out\nerr\n")
    #expect(try Program(path: "/bin/sh", arguments: ["-c", "kill -9 $$"]).run().status == 137)
    #expect(try Program(path: "/nowhere", arguments: []).run().status == 127)
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
