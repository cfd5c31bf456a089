import HTTPTypes
import Market
import Postgres
import TestSupport
import Testing

@testable import Server

/// Idempotency of every route that writes, taken from the table that serves: a route added tomorrow is tried as well.
@Suite struct RouteIdempotencyTests {
  private struct Write: Sendable {
    let route: Route
    let path: String
    var label: String { "\(route.method.rawValue) \(route.path)" }
    var takesBody: Bool { route.body != nil }
    /// What the server hashes: method, path, version and body.
    func request(_ body: String) -> [UInt8] {
      Array("\(route.method.rawValue) \(path)\n*\n\(takesBody ? body : "")".utf8)
    }
  }

  /// What comes and goes under a seal keeps its repetitions there as well, and has tests of its own.
  private static func isSealed(_ route: Route) -> Bool {
    route.path.hasPrefix("/api/v1/sealed-bids") || route.path == "/api/v1/challenges/{id}/bids"
  }

  private static let writes = Route.all.filter { $0.isWrite && $0.needsToken && !isSealed($0) }.map { route in
    Write(
      route: route,
      path: route.path.split(separator: "/").map { $0.hasPrefix("{") ? "/x" : "/\($0)" }.joined())
  }

  private func send(_ write: Write, _ server: TestServer, _ body: String, _ key: String) async throws
    -> TestServer.Answer
  {
    try await server.send(
      write.route.method.rawValue, write.path, as: server.world.university, write.takesBody ? body : nil,
      headers: ["Idempotency-Key": key, "If-Match": "*"])
  }

  private func keep(_ write: Write, _ world: World, _ body: String, _ key: String, _ answer: StoredAnswer) async throws
  {
    try await world.market.work(as: world.university.caller) { work in
      try await work.keep(answer, under: key, request: write.request(body))
    }
  }

  private var answer: StoredAnswer {
    StoredAnswer(
      status: 207, headers: ["Content-Type": "text/x-kept; a=\"b\"", "ETag": "\"kept.1\"", "Location": "/kept"],
      body: Array("\u{0}{\"kept\":\"成果\"} \n".utf8))
  }

  @Test func every_write_gives_the_answer_it_gave_before_byte_for_byte_and_does_nothing() async throws {
    try await TestServer.with { server in
      #expect(Self.writes.count > 15)
      for write in Self.writes {
        try await keep(write, server.world, "{}", write.label, answer)
        let before = try await server.world.fingerprint()
        let replayed = try await send(write, server, "{}", write.label)
        #expect(replayed.status == 207 && replayed.body == answer.body, "\(write.label)")
        #expect(replayed.headers["idempotent-replayed"] == "true", "\(write.label)")
        for (name, value) in answer.headers {
          #expect(replayed.headers[name.lowercased()] == value, "\(write.label): \(name)")
        }
        #expect(try await server.world.fingerprint() == before, "\(write.label)")
      }
    }
  }

  @Test func no_write_takes_another_body_under_a_key_that_was_used() async throws {
    try await TestServer.with { server in
      for write in Self.writes where write.takesBody {
        try await keep(write, server.world, "{}", write.label, answer)
        let refused = try await send(write, server, "{ }", write.label)
        #expect(refused.status == 422 && refused.code == "key_reused", "\(write.label)")
        expectProblem(refused, write.label)
      }
    }
  }

  @Test func while_a_key_is_held_every_write_under_it_is_told_to_come_again() async throws {
    try await TestServer.with { server in
      let world = server.world
      for write in Self.writes {
        try await world.market.work(as: world.university.caller) { work in
          #expect(try await work.answered(write.label, request: []) == nil)
          let told = try await send(write, server, "{}", write.label)
          #expect(
            told.status == 409 && told.code == "key_in_flight" && told.headers["retry-after"] != nil, "\(write.label)")
        }
      }
    }
  }

  @Test func once_a_key_is_a_day_old_it_is_as_if_it_had_never_been() async throws {
    try await TestServer.with { server in
      for write in Self.writes { try await keep(write, server.world, "{}", write.label, answer) }
      _ = try await server.world.market.database.execute(
        "UPDATE idempotency_keys SET created_at = created_at - interval '25 hours'")
      for write in Self.writes {
        let fresh = try await send(write, server, "[]", write.label)
        #expect(fresh.code != "key_reused" && fresh.headers["idempotent-replayed"] == nil, "\(write.label)")
      }
    }
  }

  /// A repeated answer is the first one in everything but what belongs to the single request.
  @Test func first_and_repeated_answer_differ_in_nothing_that_matters() async throws {
    try await TestServer.with { server in
      let w = server.world, draft = try await w.achievement(.draft)
      for (method, path, body, headers) in [
        ("POST", "/api/v1/achievements", #"{"title":"柑橘","region":"450300"}"#, [:]),
        ("PATCH", "/api/v1/achievements/\(draft)", #"{"title":"甜橙"}"#, ["If-Match": "*"]),
        ("POST", "/api/v1/achievements/\(draft)/transitions", #"{"action":"submit"}"#, ["If-Match": "*"]),
      ] {
        let headers = headers.merging(["Idempotency-Key": "k \(path) \(method)"]) { $1 }
        var first = try await server.send(method, path, as: w.university, body, headers: headers)
        var again = try await server.send(method, path, as: w.university, body, headers: headers)
        #expect((200..<300).contains(first.status) && again.status == first.status && again.body == first.body)
        #expect(again.headers["idempotent-replayed"] == "true")
        first = first.without(["date", "x-request-id"])
        again = again.without(["date", "x-request-id", "idempotent-replayed"])
        #expect(first.headers == again.headers, "\(method) \(path)")
      }
    }
  }
}

extension TestServer.Answer {
  fileprivate func without(_ names: Set<String>) -> TestServer.Answer {
    TestServer.Answer(status: status, headers: headers.filter { !names.contains($0.key) }, body: body)
  }
}
