import Market
import Postgres
import Server
import TestSupport
import Testing

@Suite struct SearchTests {
  /// Two published achievements of one field and one of another.
  private func publish(_ server: TestServer) async throws {
    let w = server.world
    for (title, field, trl) in [
      ("柑橘黄龙病快速检测试剂", "04", 6), ("柑橘采后保鲜工艺", "09", 8), ("数控机床主轴热误差补偿", "03", 7),
    ] {
      let body = """
        {"title":"\(title)","summary":"示例成果","field":"\(field)","keywords":["\(title.prefix(4))"],"trl":\(trl),"region":"450300",
         "transfer_modes":["licence"],"price":{"amount":"300000.00","currency":"CNY"},"origin":"constructed"}
        """
      let made = try await server.send("POST", "/api/v1/achievements", as: w.university, body)
      let path = try #require(made.headers["location"])
      for (action, party) in [
        ("submit", w.university), ("claim", w.operator), ("approve", w.operator), ("publish", w.university),
      ] {
        #expect(try await server.move(path, action, as: party).status == 200)
      }
    }
    try await server.eventually("all three are found") { server.server.matcher.counts.achievements == 3 }
  }

  @Test func a_search_counts_what_it_found_and_marks_it() async throws {
    try await TestServer.with { server in
      try await publish(server)
      let found = try await server.get("/api/v1/search?q=%E6%9F%91%E6%A9%98").json
      #expect(found["total"]?.number == 2)
      #expect(found["items"]?.array?.count == 2)
      let title = found["items"]?.array?.first?["highlight"]?["title"]?.string ?? ""
      #expect(title.hasPrefix("<em>柑橘</em>"), "\(title)")
      let fields = found["facets"]?["field"]?.array?.compactMap { $0["value"]?.string } ?? []
      #expect(Set(fields) == ["04", "09"])
      #expect(found["facets"]?["region"]?.array?.first?["value"]?.string == "450000")
      #expect(found["facets"]?["price_band"]?.array?.first?["value"]?.string == "100000-499999")
      #expect(found["facets"]?["transfer_mode"]?.array?.first?["count"]?.number == 2)
    }
  }

  @Test func a_condition_is_hard_and_one_character_is_enough() async throws {
    try await TestServer.with { server in
      try await publish(server)
      let mature = try await server.get("/api/v1/search?q=%E6%9F%91&trl_min=7").json
      #expect(mature["total"]?.number == 1)
      #expect(mature["items"]?.array?.first?["achievement"]?["field"]?.string == "09")
      #expect(try await server.get("/api/v1/search?q=%E6%9F%91&trl_min=12").status == 400)
      #expect(try await server.get("/api/v1/search?q=%E6%9F%91&region=45").status == 400)
      let nearest = try await server.get("/api/v1/search?q=%E6%9F%91&trl_mim=7")
      #expect(nearest.code == "unknown_parameter")
    }
  }

  @Test func the_answer_comes_a_page_at_a_time_and_a_token_is_for_one_question() async throws {
    try await TestServer.with { server in
      try await publish(server)
      let ask = "/api/v1/search?q=%E6%9F%91%E6%A9%98&limit=1"
      let first = try await server.get(ask).json
      let token = try #require(first["next_page_token"]?.string)
      let second = try await server.get("\(ask)&page_token=\(token)").json
      let titles = [first, second].compactMap { $0["items"]?.array?.first?["achievement"]?["title"]?.string }
      #expect(Set(titles) == ["柑橘黄龙病快速检测试剂", "柑橘采后保鲜工艺"])
      #expect(second["next_page_token"] == .null && second["total"]?.number == 2)
      for other in [
        "/api/v1/search?q=%E6%9F%91&limit=1", "\(ask)&kind=challenge", "\(ask)&trl_min=1",
        "/api/v1/achievements?page_size=1",
      ] {
        #expect(try await server.get("\(other)&page_token=\(token)").code == "page_token_mismatch", "\(other)")
      }
      #expect(try await server.get("\(ask)&page_token=AAAA").code == "page_token_mismatch")
    }
  }

  @Test func another_word_is_proposed_only_when_one_is_unknown() async throws {
    try await TestServer.with { server in
      try await publish(server)
      // 柑橘 is known and so is 黄龙病; 黄龙兵 is in nothing.
      #expect(try await server.get("/api/v1/search?q=%E6%9F%91%E6%A9%98").json["suggestion"] == .null)
      let slip = "%E6%9F%91%E6%A9%98%E9%BB%84%E9%BE%99%E5%85%B5"
      #expect(try await server.get("/api/v1/search?q=\(slip)").json["suggestion"]?.string?.hasPrefix("柑橘黄龙") == true)
    }
  }

  @Test func what_became_of_a_match_is_taken_down_with_the_reason_of_a_no() async throws {
    try await TestServer.with { server in
      try await publish(server)
      let w = server.world
      let achievement = try await server.get("/api/v1/achievements").json["items"]?.array?.first?["id"]?.string ?? ""
      let challenge = try await server.send("POST", "/api/v1/challenges", as: w.enterprise, MainFlowTests.challenge)
      let id = challenge.json["id"]?.string ?? ""
      func say(_ more: String, as party: World.Party) async throws -> TestServer.Answer {
        try await server.send(
          "POST", "/api/v1/matches/feedback", as: party,
          "{\"challenge\":\"\(id)\",\"achievement\":\"\(achievement)\",\(more)}")
      }
      #expect(try await say(#""kind":"declined""#, as: w.enterprise).status == 422)
      let no = try await say(#""kind":"declined","reason":"too_early","comment":"尚需中试""#, as: w.enterprise)
      #expect(no.status == 201 && no.json["reason"]?.string == "too_early")
      #expect(try await say(#""kind":"viewed","reason":"too_early""#, as: w.enterprise).status == 422)
      #expect(try await say(#""kind":"viewed""#, as: w.rival).status == 404, "somebody else's draft")
    }
  }

  @Test func the_reasons_of_a_no_are_the_rulebooks() async throws {
    try await World.with { world in
      let rows = try await world.market.database.query("SELECT code FROM codes WHERE list = 'decline_reason'")
      #expect(try Set(rows.map { try $0.get(0, as: String.self) }) == Set(MatchFeedback.reasons))
    }
  }
}
