import Market
import TestSupport
import Testing

/// A wish over the wire, from the saved search to the event that says what was found.
@Suite struct WishRouteTests {
  @Test func a_saved_wish_hears_of_what_is_published_afterwards() async throws {
    try await TestServer.with { server in
      let w = server.world
      let made = try await server.send(
        "POST", "/api/v1/wishes", as: w.enterprise,
        #"{"seeks":"achievement","title":"柑橘无病毒苗木","keywords":["柑橘"],"fields":["09"],"region":"450000","score_min":20}"#
      )
      #expect(made.status == 201 && made.json["status"]?.string == "active")
      let path = try #require(made.headers["location"])
      #expect(path.hasPrefix("/api/v1/wishes/wsh_"))
      let id = try await w.achievement(.approved)
      try await w.move(id, .publish, as: w.university.caller)
      try await server.eventually("it is found") {
        try await server.get("\(path)/findings", as: w.enterprise).json["items"]?.array?.isEmpty == false
      }
      let finding = try await server.get("\(path)/findings", as: w.enterprise).json["items"]?.array?.first
      #expect(finding?["object"]?.string == id.text)
      #expect(finding?["reasons"]?.array?.first?["text"]?.string?.isEmpty == false)
      _ = try await w.history(as: nil)
      let events = try await server.get("/api/v1/events?limit=1000", as: w.enterprise).json["items"]?.array ?? []
      let told = events.first { $0["type"]?.string == "wish.found" }
      #expect(told?["data"]?["object"]?.string == id.text && path.hasSuffix(told?["object"]?.string ?? "?"))
      // Nobody else learns that there is a wish.
      for party in [w.university, w.rival, w.operator, w.supervisor, w.admin] {
        #expect(try await server.get(path, as: party).status == 404)
        #expect(try await server.get("\(path)/findings", as: party).status == 404)
        #expect(try await server.get("/api/v1/wishes", as: party).json["items"]?.array?.isEmpty == true)
      }
      #expect(try await server.get("\(path)/findings").status == 401)
      #expect(try await server.move(path, "pause", as: w.enterprise).json["status"]?.string == "paused")
      #expect(try await server.move(path, "end", as: w.enterprise).json["status"]?.string == "ended")
      #expect(try await server.move(path, "resume", as: w.enterprise).status == 409)
    }
  }

  @Test func what_makes_no_sense_is_refused_with_its_place() async throws {
    try await TestServer.with { server in
      for (body, code, pointer) in [
        (#"{"title":"x"}"#, "required", "/seeks"),
        (#"{"seeks":"deal","title":"x"}"#, "unknown_code", "/seeks"),
        (#"{"seeks":"challenge","title":"x","score_min":3}"#, "out_of_range", "/score_min"),
        (#"{"seeks":"challenge","title":"x","region":"459999"}"#, "unknown_reference", "/region"),
        (
          #"{"seeks":"challenge","title":"x","price_min":{"amount":"2.00","currency":"CNY"},"price_max":{"amount":"1.00","currency":"CNY"}}"#,
          "below_minimum", "/price_max"
        ),
      ] {
        let answer = try await server.send("POST", "/api/v1/wishes", as: server.world.enterprise, body)
        #expect(answer.status == 422, "\(body)")
        let issue = answer.json["errors"]?.array?.first
        #expect(issue?["pointer"]?.string == pointer, "\(body) \(answer.json)")
        #expect(issue?["code"]?.string == code, "\(body) \(answer.json)")
      }
    }
  }
}
