import Market
import Postgres
import TestSupport
import Testing

@Suite struct WebhookTests {
  private static let root = "/api/v1/webhooks"

  private func add(_ server: TestServer, _ url: String, as party: World.Party, headers: [String: String] = [:])
    async throws
    -> TestServer.Answer
  {
    try await server.send("POST", Self.root, as: party, #"{"url":"\#(url)"}"#, headers: headers)
  }

  @Test func from_making_one_to_its_first_letter_over_the_wire() async throws {
    try await Receiver.with { receiver in
      try await TestServer.with { server in
        let me = server.world.university
        let made = try await add(server, receiver.url, as: me)
        #expect(made.status == 201 && made.json["secret"]?.string?.hasPrefix("whsec_") == true)
        let path = try #require(made.headers["location"])
        let seen = try await server.get(path, as: me)
        #expect(
          seen.json["secret"] == nil && seen.json["status"]?.string == "active"
            && seen.json["url"]?.string == receiver.url)
        let tested = try await server.send("POST", path + "/test", as: me, "{}")
        #expect(tested.status == 202)
        let event = try #require(tested.json["event"]?.string)
        try await server.eventually("the test arrives") { receiver.messages.contains { $0.id == event } }
        try await server.eventually("and is written down") {
          try await server.get(path + "/deliveries?status=delivered", as: me).json["items"]?.array?.count == 1
        }
        let again = try await server.send("POST", path + "/redeliver", as: me, #"{"event":"\#(event)"}"#)
        #expect(again.status == 202 && again.json["event"]?.string == event)
        try await server.eventually("it arrives again") { receiver.messages.count == 2 }
        #expect(receiver.messages[0].body == receiver.messages[1].body)
        try await server.eventually("with both attempts") {
          let items = try await server.get(path + "/deliveries", as: me).json["items"]?.array
          return items?.first?["attempts"]?.array?.count == 2
        }
        #expect(try await server.move(path, "pause", as: me).json["status"]?.string == "paused")
        #expect(try await server.send("POST", path + "/test", as: me, "{}").code == "blocked")
      }
    }
  }

  @Test func its_secret_is_in_one_answer_and_in_no_stored_one() async throws {
    try await TestServer.with { server in
      let me = server.world.university, url = "https://hooks.example.edu.cn/a"
      let made = try await add(server, url, as: me, headers: ["Idempotency-Key": "k"])
      let secret = try #require(made.json["secret"]?.string), path = try #require(made.headers["location"])
      let again = try await add(server, url, as: me, headers: ["Idempotency-Key": "k"])
      #expect(again.status == 201 && again.json["secret"] == .null && again.headers["location"] == path)
      #expect(again.json["id"] == made.json["id"] && again.headers["idempotent-replayed"] == "true")
      let other = try await add(server, url + "b", as: me, headers: ["Idempotency-Key": "k"])
      #expect(other.status == 422 && other.code == "key_reused")
      let headers = ["Idempotency-Key": "r", "If-Match": made.etag]
      let rotated = try await server.send("POST", path + "/rotate", as: me, "{}", headers: headers)
      let second = try #require(rotated.json["secret"]?.string)
      #expect(rotated.status == 200 && second != secret && rotated.json["generation"]?.number == 2)
      let repeated = try await server.send("POST", path + "/rotate", as: me, "{}", headers: headers)
      #expect(repeated.status == 200 && repeated.json["secret"] == .null && repeated.json["generation"]?.number == 2)
      #expect(try await server.get(path, as: me).json["generation"]?.number == 2)
      let kept = try await server.world.market.database.query(
        "SELECT count(*), count(*) FILTER (WHERE position('whsec_'::bytea in body) > 0) FROM idempotency_keys")
      #expect(try kept.first?.get(0, as: Int.self) == 2 && kept.first?.get(1, as: Int.self) == 0)
    }
  }

  @Test(arguments: [
    "http://hooks.example.edu.cn/", "https://user:pass@hooks.example.edu.cn/", "ftp://hooks.example.edu.cn/", "hooks",
    "https://hooks.example.edu.cn/#x", "https://例子.cn/",
  ])
  func an_address_that_cannot_be_used_is_refused_with_what_to_do(url: String) async throws {
    try await TestServer.with { server in
      let before = try await server.world.fingerprint()
      let refused = try await add(server, url, as: server.world.university)
      #expect(refused.status == 422 && String(decoding: refused.body, as: UTF8.self).contains("/url"))
      expectProblem(refused, url)
      #expect(try await server.world.fingerprint() == before)
    }
  }

  @Test func a_change_of_address_is_checked_like_the_first_one() async throws {
    try await TestServer.with { server in
      let made = try await add(server, "https://hooks.example.edu.cn/", as: server.world.university)
      let path = try #require(made.headers["location"])
      func change(_ body: String) async throws -> TestServer.Answer {
        try await server.send("PATCH", path, as: server.world.university, body, headers: ["If-Match": "*"])
      }
      #expect(try await change(#"{"url":"http://10.0.0.1/"}"#).status == 422)
      #expect(try await change(#"{"kinds":["challange"]}"#).status == 422)
      let changed = try await change(#"{"url":"https://hooks.example.edu.cn/b","kinds":["challenge"]}"#)
      #expect(changed.status == 200 && changed.json["version"]?.number == 2)
    }
  }

  @Test func it_is_its_owner_s_affair_and_the_operator_may_stop_it() async throws {
    try await TestServer.with { server in
      let w = server.world
      let made = try await add(server, "https://hooks.example.edu.cn/", as: w.university)
      let path = try #require(made.headers["location"])
      for party in [w.enterprise, w.rival, w.reviewer, w.registry] {
        for (method, way) in [("GET", ""), ("GET", "/deliveries"), ("POST", "/test"), ("POST", "/rotate")] {
          let answer = try await server.send(
            method, path + way, as: party, method == "GET" ? nil : "{}", headers: ["If-Match": "*"])
          #expect(answer.status == 404, "\(method) \(way)")
        }
      }
      #expect(try await add(server, "https://hooks.example.edu.cn/o", as: w.operator).status == 403)
      #expect(try await server.send("POST", path + "/test", as: w.operator, "{}").status == 403)
      #expect(try await server.move(path, "pause", as: w.operator).status == 200)
      #expect(try await server.move(path, "resume", as: w.operator).status == 403)
      #expect(try await server.move(path, "remove", as: w.university).status == 200)
      #expect(try await server.move(path, "resume", as: w.university).code == "illegal_transition")
    }
  }

  @Test func two_servers_on_one_database_deliver_everything_once() async throws {
    try await Receiver.with { receiver in
      try await TestServer.with { first in
        try await TestServer.serve(first.world) { second in
          let me = first.world.university
          let made = try await add(first, receiver.url, as: me)
          let path = try #require(made.headers["location"])
          for n in 0..<30 {
            let made = try await (n.isMultiple(of: 2) ? first : second).send(
              "POST", "/api/v1/achievements", as: me, #"{"title":"\#(n)","region":"450300"}"#)
            #expect(made.status == 201)
          }
          try await first.eventually("all have arrived") {
            try await second.get(path + "/deliveries?status=delivered&limit=200", as: me).json["items"]?.array?.count
              == 30
          }
          let history = try await first.world.market.events.read(
            after: .start, limit: 100, as: nil, kinds: ["achievement"])
          #expect(receiver.messages.map(\.id) == history.map(\.id.text))
        }
      }
    }
  }
}
