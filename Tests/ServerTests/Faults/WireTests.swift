import Market
import Postgres
import TestSupport
import Testing

/// The wire between the server and PostgreSQL is cut, held up, slowed down and half-closed while people work.
@Suite struct WireTests {
  @Test func whatever_happens_to_the_wire_is_answered_503_or_done_and_never_half_done() async throws {
    try await TestDatabase.named { direct, conninfo in
      try await FaultyWire.with(to: conninfo) { wire, through in
        let database = Database(
          .init(
            conninfo: through, readers: 2, writers: 4, acquireTimeout: .seconds(2), connectTimeout: .seconds(2),
            statementTimeout: .seconds(2)))
        let world = try await World(database)
        try await TestServer.serve(world) { server in
          let statuses = Shared<[Int: Int]>([:]), isOn = Shared(true)
          try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<6 {
              group.addTask {
                while isOn.value {
                  let answer =
                    worker < 2
                    ? try await server.get("/api/v1/achievements?page_size=5", as: world.university)
                    : try await server.send(
                      "POST", "/api/v1/achievements", as: world.university, MainFlowTests.achievement)
                  statuses.change { $0[answer.status, default: 0] += 1 }
                  #expect([200, 201, 503].contains(answer.status), "\(answer.status) \(answer.code)")
                  if answer.status == 503 { #expect(answer.headers["retry-after"] != nil) }
                }
              }
            }
            group.addTask {
              defer { isOn.change { $0 = false } }
              for fault in [FaultyWire.Fault.down, .slow(milliseconds: 30), .held, .down, .held] {
                try await Task.sleep(for: .milliseconds(150))
                wire.set(fault)
                try await Task.sleep(for: .milliseconds(250))
                wire.set(.none)
                try await Self.serves(server, world)
                wire.cut()
                try await Self.serves(server, world)
                wire.halfClose()
                try await Self.serves(server, world)
              }
            }
            try await group.waitForAll()
          }
          #expect(statuses.value[201, default: 0] > 0 && statuses.value[503, default: 0] > 0)
          // Every object has its event and no event is without its object; what was acknowledged is there.
          let row = try #require(
            try await direct.query(
              """
              SELECT (SELECT count(*) FROM achievements), (SELECT count(*) FROM events WHERE kind = 'achievement'),
                (SELECT count(*) FROM achievements a JOIN events e ON e.object_id = a.id AND e.action = 'create')
              """
            ).first)
          let objects: Int = try row.get(0), events: Int = try row.get(1), pairs: Int = try row.get(2)
          #expect(objects == events && objects == pairs)
          #expect(objects >= statuses.value[201, default: 0])
        }
        await database.close()
        // What the server had opened through the wire is gone with it.
        for _ in 0..<600 {
          let rows = try await direct.query(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'jiebang'")
          if try rows.first?.get(0, as: Int.self) ?? 0 <= direct.options.readers + direct.options.writers + 1 { return }
          try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("connections were left behind")
      }
    }
  }

  private static func serves(_ server: TestServer, _ world: World) async throws {
    try await server.eventually("it serves again") {
      let read = try await server.get("/api/v1/achievements?page_size=1", as: world.university).status
      let write = try await server.send(
        "POST", "/api/v1/achievements", as: world.university, MainFlowTests.achievement
      ).status
      return read == 200 && write == 201
    }
  }
}
