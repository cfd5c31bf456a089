import Market
import Postgres
import TestSupport
import Testing

/// A client that did not hear the answer asks again.
@Suite struct IdempotencyTests {
  @Test func the_same_request_under_the_same_key_has_one_effect_and_one_answer() async throws {
    try await TestServer.with { server in
      let me = server.world.university
      func send(_ body: String, _ key: String, as party: World.Party) async throws -> TestServer.Answer {
        try await server.send("POST", "/api/v1/achievements", as: party, body, headers: ["Idempotency-Key": key])
      }
      let first = try await send(MainFlowTests.achievement, "k 1", as: me),
        before = try await server.world.fingerprint()
      let second = try await send(MainFlowTests.achievement, "k 1", as: me)
      #expect(first.status == 201 && second.status == 201 && first.body == second.body)
      #expect(first.headers["idempotent-replayed"] == nil && second.headers["idempotent-replayed"] == "true")
      for header in ["etag", "location", "content-type"] {
        #expect(first.headers[header] == second.headers[header], "\(header)")
      }
      let other = try await send(#"{"title":"x","region":"450300"}"#, "k 1", as: me)
      #expect(other.status == 422 && other.code == "key_reused")
      expectProblem(other, "another body under the key")
      #expect(try await server.world.fingerprint() == before)
      let theirs = try await send(MainFlowTests.achievement, "k 1", as: server.world.rival)
      #expect(
        theirs.status == 201 && theirs.headers["idempotent-replayed"] == nil && theirs.json["id"] != first.json["id"])
    }
  }

  @Test func a_move_that_is_repeated_under_its_key_is_not_made_again_although_the_version_has_moved_on() async throws {
    try await TestServer.with { server in
      let id = try await server.world.achievement(.submitted), path = "/api/v1/achievements/\(id)/transitions"
      let headers = ["Idempotency-Key": "k", "If-Match": "\"\(id).1\""]
      let first = try await server.send(
        "POST", path, as: server.world.operator, #"{"action":"claim"}"#, headers: headers)
      let second = try await server.send(
        "POST", path, as: server.world.operator, #"{"action":"claim"}"#, headers: headers)
      #expect(first.status == 200 && second.status == 200 && first.body == second.body && first.etag == second.etag)
      #expect(try await server.world.history(as: nil).count == 1)
    }
  }

  @Test func what_was_refused_leaves_the_key_free() async throws {
    try await TestServer.with { server in
      let me = server.world.university, headers = ["Idempotency-Key": "k"]
      let refused = try await server.send("POST", "/api/v1/achievements", as: me, #"{"title":"x"}"#, headers: headers)
      let made = try await server.send(
        "POST", "/api/v1/achievements", as: me, #"{"title":"x","region":"450300"}"#, headers: headers)
      #expect(refused.status == 422 && made.status == 201)
    }
  }

  @Test func twenty_at_once_have_exactly_one_effect() async throws {
    try await TestServer.with { server in
      let me = server.world.university
      let answers = try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
        for _ in 0..<20 {
          group.addTask {
            try await server.send(
              "POST", "/api/v1/achievements", as: me, MainFlowTests.achievement, headers: ["Idempotency-Key": "k"])
          }
        }
        return try await group.reduce(into: [TestServer.Answer]()) { $0.append($1) }
      }
      let made = answers.filter { $0.status == 201 }
      let first = made.count { $0.headers["idempotent-replayed"] != "true" }
      #expect(first == 1)
      #expect(Set(made.map(\.body)).count == 1)
      #expect(
        answers.allSatisfy {
          $0.status == 201 || ($0.status == 409 && $0.code == "key_in_flight" && $0.headers["retry-after"] != nil)
        })
      #expect(try await server.world.rowCounts()["achievements"] == 1)
      #expect(try await server.world.history(as: nil).count == 1)
    }
  }
}
