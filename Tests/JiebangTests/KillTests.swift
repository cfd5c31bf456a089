import Foundation
import FoundationNetworking
import Glibc
import Market
import Postgres
import TestSupport
import Testing

/// The server is killed at random points while people work, again and again. `JIEBANG_KILLS` says how often.
@Suite struct KillTests {
  /// One request that somebody wants done once, however often it has to be sent.
  private struct Errand: Sendable {
    let key = UUID().uuidString
    let title = "示例成果 " + UUID().uuidString
    var id: String?
  }

  @Test func what_was_acknowledged_is_kept_what_is_repeated_happens_once_and_what_is_due_is_done_once() async throws {
    let kills = getenv("JIEBANG_KILLS").flatMap { Int(String(cString: $0)) } ?? 5
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let program = try jiebang(on: conninfo)
      let errands = Shared<[Errand]>([])
      for _ in 0..<kills {
        try await dueAchievements(40, world)
        let running = try program.start("serve", "--port", "0", "--no-limits")
        let line = try await running.says("jiebang is ready: ")
        let base = String(line.dropFirst("jiebang is ready: ".count))
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<4 {
            group.addTask {
              // Those that nobody knows the end of come first.
              var mine = errands.value.filter { $0.id == nil }.shuffled()
              while true {
                let errand = mine.popLast() ?? Errand()
                guard let id = await Self.make(errand, base, world.university.secret) else {
                  errands.change { all in if !all.contains(where: { $0.key == errand.key }) { all.append(errand) } }
                  return
                }
                errands.change { all in
                  all.removeAll { $0.key == errand.key }
                  var done = errand
                  done.id = id
                  all.append(done)
                }
              }
            }
          }
          try? await Task.sleep(for: .milliseconds(Int.random(in: 5...700)))
          running.send(signal: SIGKILL)
        }
        _ = try await running.ended()
      }
      try await settle(program, errands, world)

      let replay = try await world.replay(placed: true)
      #expect(replay.broken == [] && replay.differing == [], "the log and the tables were never apart")
      #expect(replay.events >= kills * 40)

      let all = errands.value
      #expect(all.allSatisfy { $0.id != nil } && !all.isEmpty)
      let rows = try await database.query(
        """
        SELECT a.id, a.title, count(e.id) FILTER (WHERE e.action = 'create') FROM achievements a
        LEFT JOIN events e ON e.object_id = a.id WHERE a.title LIKE '示例成果 %' GROUP BY a.id
        """)
      var made: [String: [String]] = [:]
      for row in rows {
        made[try row.get(1), default: []].append(try row.get(0, as: ID<Achievement>.self).text)
        #expect(try row.get(2, as: Int.self) == 1, "one event each")
      }
      for errand in all {
        #expect(made[errand.title] == [errand.id ?? ""], "made once, and what was told is what is there")
      }
      #expect(made.count == all.count, "nothing besides")

      let due = try #require(
        try await database.query(
          """
          SELECT count(*), count(*) FILTER (WHERE a.status = 'expired'),
            count(*) FILTER (WHERE (SELECT count(*) FROM events e WHERE e.object_id = a.id AND e.action = 'expire') = 1)
          FROM achievements a WHERE a.title = '到期成果'
          """
        ).first)
      #expect(try due.get(0, as: Int.self) == kills * 40)
      #expect(try due.get(1, as: Int.self) == kills * 40, "every due move was made")
      #expect(try due.get(2, as: Int.self) == kills * 40, "and made once")
    }
  }

  /// Lets a server run until all is done that was asked for and all that was due.
  private func settle(_ program: Program, _ errands: Shared<[Errand]>, _ world: World) async throws {
    let running = try program.start("serve", "--port", "0", "--no-limits")
    let line = try await running.says("jiebang is ready: ")
    let base = String(line.dropFirst("jiebang is ready: ".count))
    for errand in errands.value where errand.id == nil {
      let id = await Self.make(errand, base, world.university.secret)
      errands.change { all in
        if let place = all.firstIndex(where: { $0.key == errand.key }) { all[place].id = id }
      }
    }
    for _ in 0..<1200 {
      let rows = try await world.market.database.query("SELECT count(*) FROM achievements WHERE status = 'published'")
      if try rows.first?.get(0, as: Int.self) == 0 { break }
      try await Task.sleep(for: .milliseconds(50))
    }
    running.send(signal: SIGTERM)
    _ = try await running.ended()
  }

  private func dueAchievements(_ count: Int, _ world: World) async throws {
    try await world.place(
      """
      INSERT INTO achievements (id, organisation, status, rulebook, title, region, origin, confirmed_at, expires_at)
      SELECT gen_random_uuid(), \(world.university.id), 'published', 1, '到期成果', '450300', 'constructed',
        market_now() - interval '2 days', market_now() - interval '1 second' FROM generate_series(1, \(Int32(count)))
      """)
  }

  /// The id that the server gave; nil when there was no answer, and nobody knows what happened.
  private static func make(_ errand: Errand, _ base: String, _ secret: String) async -> String? {
    var request = URLRequest(url: URL(string: base + "/api/v1/achievements")!, timeoutInterval: 20)
    request.httpMethod = "POST"
    request.setValue("Bearer \(secret)", forHTTPHeaderField: "Authorization")
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.setValue(errand.key, forHTTPHeaderField: "Idempotency-Key")
    request.httpBody = Data(#"{"title":"\#(errand.title)","region":"450300"}"#.utf8)
    guard let (data, response) = try? await URLSession.shared.data(for: request),
      let http = response as? HTTPURLResponse, http.statusCode == 201
    else { return nil }
    return JSONValue.parse(Array(data))?["id"]?.string
  }
}
