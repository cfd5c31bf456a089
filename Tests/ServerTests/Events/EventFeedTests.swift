import Market
import Postgres
import TestSupport
import Testing

@testable import Server

/// The log as partners read it who cannot be called.
@Suite struct EventFeedTests {
  private static let good = #"{"title":"x","region":"450300"}"#

  private func ids(_ answer: TestServer.Answer) -> [String] {
    answer.json["items"]?.array?.compactMap { $0["id"]?.string } ?? []
  }

  @Test func read_in_pieces_it_is_the_same_as_in_one() async throws {
    try await TestServer.with { server in
      let me = server.world.university
      for _ in 0..<7 { _ = try await server.send("POST", "/api/v1/achievements", as: me, Self.good) }
      let all = ids(try await server.get("/api/v1/events", as: me))
      var pieces: [String] = []
      while true {
        let after = pieces.last.map { "&after=\($0)" } ?? ""
        let piece = ids(try await server.get("/api/v1/events?limit=3\(after)", as: me))
        if piece.isEmpty { break }
        pieces += piece
      }
      #expect(all.count == 7 && pieces == all)
    }
  }

  @Test func by_kind_and_by_time() async throws {
    try await TestServer.with { server in
      let me = server.world.university
      _ = try await server.send("POST", "/api/v1/achievements", as: me, Self.good)
      _ = try await server.send("POST", "/api/v1/achievement-lists", as: me, #"{"title":"x"}"#)
      try await server.world.advance(days: 1)
      _ = try await server.send("POST", "/api/v1/achievements", as: me, Self.good)
      let all = try await server.get("/api/v1/events", as: me).json["items"]?.array ?? []
      #expect(all.count == 3)
      let lists = try await server.get("/api/v1/events?kinds=achievement_list", as: me).json["items"]?.array
      #expect(lists == [all[1]])
      #expect(
        try await server.get("/api/v1/events?kinds=achievement,achievement_list", as: me).json["items"]?.array == all)
      let time = try #require(all[2]["at"]?.string)
      #expect(try await server.get("/api/v1/events?since=\(time)", as: me).json["items"]?.array == [all[2]])
      let unknown = try await server.get("/api/v1/events?kinds=achievment", as: me)
      #expect(unknown.status == 400 && String(decoding: unknown.body, as: UTF8.self).contains("achievement"))
      for query in ["since=yesterday", "wait=-1", "wait=x"] {
        #expect(try await server.get("/api/v1/events?\(query)", as: me).code == "bad_parameter", "\(query)")
      }
    }
  }

  @Test func who_waits_is_answered_when_something_happens() async throws {
    try await TestServer.with { server in
      let me = server.world.university
      _ = try await server.send("POST", "/api/v1/achievements", as: me, Self.good)
      let last = try #require(ids(try await server.get("/api/v1/events", as: me)).last)
      async let waiting = server.get("/api/v1/events?wait=25&after=\(last)", as: me)
      async let stranger = server.get("/api/v1/events?wait=2", as: server.world.rival)
      try await Task.sleep(for: .milliseconds(300))
      let made = try await server.send("POST", "/api/v1/achievements", as: me, Self.good)
      let answer = try await waiting
      #expect(ids(answer).count == 1 && answer.json["items"]?.array?.first?["object"] == made.json["id"])
      let theirs = try await stranger
      #expect(ids(theirs).isEmpty, "woken by what is not theirs, they are told nothing")
    }
  }

  @Test func what_policy_keeps_from_everyone_is_in_no_public_event() async throws {
    try await TestServer.with { server in
      let w = server.world, id = try await w.achievement(.published)
      let path = "/api/v1/achievements/\(id)"
      #expect(try await server.move(path, "suspend", as: w.operator, #""reason":"金丝雀9c1e""#).status == 200)
      for party in [nil, w.rival, w.enterprise, w.reviewer] {
        let feed = try await server.get("/api/v1/events", as: party)
        #expect(ids(feed).count == 1 && !String(decoding: feed.body, as: UTF8.self).contains("金丝雀"))
      }
      let own = try await server.get("/api/v1/events", as: w.university)
      #expect(own.json["items"]?.array?.first?["data"]?["reason"]?.string == "金丝雀9c1e")
    }
  }

  /// Each of these ends only by what it names; the hour is never waited out.
  @Test func who_waits_is_let_go_by_a_ring_by_the_server_s_end_and_by_losing_interest() async throws {
    let bell = Bell(), mark = bell.mark
    async let rung = bell.wait(since: mark, atMost: .seconds(3600))
    bell.ring()
    #expect(await rung)
    #expect(await bell.wait(since: mark, atMost: .seconds(3600)), "a ring before the wait is heard")
    let bored = Task { await bell.wait(since: bell.mark, atMost: .seconds(3600)) }
    bored.cancel()
    #expect(await !bored.value)
    #expect(await !bell.wait(since: bell.mark, atMost: .milliseconds(1)))
    let guests = (0..<Bell.most + 1).map { _ in
      Task { await bell.wait(since: bell.mark, atMost: .seconds(3600), isGuest: true) }
    }
    // One more than may wait: somebody is sent away at once.
    let first = await withTaskGroup(of: Bool.self) { group in
      for guest in guests { group.addTask { await guest.value } }
      let first = await group.next()
      bell.close()
      return first
    }
    #expect(first == false)
    #expect(await !bell.wait(since: bell.mark, atMost: .seconds(3600)), "once it is closed nobody waits")
  }
}
