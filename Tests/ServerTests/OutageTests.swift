import Foundation
import Logging
import Market
import MatchEngine
import Postgres
import Server
import TestSupport
import Testing

/// The database goes away and comes back; the server stays.
@Suite struct OutageTests {
  @Test func while_all_connections_are_being_cut_every_answer_is_whole_and_no_write_is_half_done() async throws {
    try await TestServer.with { server in
      let w = server.world
      let isCutting = Shared(true)
      let statuses = Shared<[Int]>([])
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for _ in 0..<30 {
            // By a connection of its own that does not cut itself off.
            _ = try? await w.market.database.query(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            try await Task.sleep(for: .milliseconds(30))
          }
          isCutting.change { $0 = false }
        }
        for i in 0..<4 {
          group.addTask {
            while isCutting.value {
              let answer =
                i < 2
                ? try await server.get("/api/v1/achievements", as: w.university)
                : try await server.send("POST", "/api/v1/achievements", as: w.university, MainFlowTests.achievement)
              statuses.change { $0.append(answer.status) }
              if answer.status == 503 {
                #expect(answer.headers["retry-after"] != nil)
                expectProblem(answer, "an outage")
              } else {
                #expect(answer.status == 200 || answer.status == 201, "\(answer.status) \(answer.code)")
              }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(statuses.value.contains(200) || statuses.value.contains(201))
      let made = statuses.value.count { $0 == 201 }
      try await server.eventually("it serves again") {
        try await server.get("/api/v1/achievements", as: w.university).status == 200
      }
      // Every object has its event. A write whose answer was lost may have happened; one that was answered has.
      let counts = try await w.rowCounts()
      #expect(counts["achievements"] == counts["events"])
      #expect(counts["achievements", default: 0] >= made)
    }
  }

  @Test func without_a_database_every_request_is_answered_503_and_served_again_when_it_is_back() async throws {
    try await Folder.with { folder in
      let cluster = LocalCluster(folder: folder.path)
      // Not `forTests`, which may forget the last writes when it is stopped.
      let conninfo = try await cluster.start()
      let database = Database(.init(conninfo: conninfo, acquireTimeout: .seconds(2)))
      _ = try await database.prepare(share: try Share.folder(), purpose: .test)
      let world = try await World(database)
      try await TestServer.serve(world) { server in
        let id = try await world.achievement(.published), path = "/api/v1/achievements/\(id)"
        #expect(try await server.get(path).status == 200)
        let before = try await world.fingerprint()
        try await cluster.stop()
        for _ in 0..<3 {
          for answer in [
            try await server.get(path), try await server.get("/api/v1/achievements", as: world.university),
            try await server.send("POST", "/api/v1/achievements", as: world.university, MainFlowTests.achievement),
            try await server.send(
              "POST", path + "/transitions", as: world.university, #"{"action":"confirm"}"#, headers: ["If-Match": "*"]),
          ] {
            #expect(
              answer.status == 503 && answer.code == "database_unavailable" && answer.headers["retry-after"] != nil,
              "\(answer.status) \(answer.code)")
            expectProblem(answer, "an outage")
          }
        }
        #expect(try await server.get("/healthz").status == 200, "the process is well")
        let readiness = try await server.get("/readyz")
        #expect(
          readiness.status == 503 && readiness.json["database"]?.string == "unreachable"
            && readiness.headers["retry-after"] != nil)

        let again = LocalCluster(folder: folder.path)
        let same = try await again.start()
        #expect(same == conninfo)
        try await server.eventually("it serves again") { try await server.get(path).status == 200 }
        try await server.eventually("it is ready again") { try await server.get("/readyz").status == 200 }
        #expect(try await world.fingerprint() == before, "nothing of what was refused has happened")
        let made = try await server.send(
          "POST", "/api/v1/achievements", as: world.university, MainFlowTests.achievement)
        #expect(made.status == 201)
        try await again.stop()
      }
      await database.close()
    }
  }
}
