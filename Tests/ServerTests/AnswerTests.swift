import Market
import TestSupport
import Testing

/// What every answer has in common.
@Suite struct AnswerTests {
  @Test func sentences_are_chinese_unless_english_is_asked_for() async throws {
    try await TestServer.with { server in
      func title(_ language: String) async throws -> String {
        let answer = try await server.send("GET", "/api/v1/achievements/x", headers: ["Accept-Language": language])
        return answer.json["title"]?.string ?? ""
      }
      for (language, wanted) in [
        ("en", "no such achievement"), ("en-GB,zh;q=0.5", "no such achievement"), ("zh-CN,en;q=0.5", "没有这个成果"),
        ("fr", "没有这个成果"),
      ] {
        let given = try await title(language)
        #expect(given == wanted)
      }
    }
  }

  @Test func an_answer_that_has_not_changed_is_not_sent_again() async throws {
    try await TestServer.with { server in
      let id = try await server.world.achievement(.published), path = "/api/v1/achievements/\(id)"
      let first = try await server.get(path)
      #expect(first.status == 200 && first.etag == "\"\(id).1\"")
      let again = try await server.send("GET", path, headers: ["If-None-Match": first.etag])
      #expect(again.status == 304 && again.body.isEmpty && again.etag == first.etag)
      let several = try await server.send("GET", path, headers: ["If-None-Match": "\"x\", W/\(first.etag)"])
      #expect(several.status == 304)
      try await server.world.move(id, .confirm, as: server.world.university.caller)
      let changed = try await server.send("GET", path, headers: ["If-None-Match": first.etag])
      #expect(changed.status == 200 && changed.etag == "\"\(id).2\"")
    }
  }

  @Test func a_head_is_answered_as_its_get_without_the_body() async throws {
    try await TestServer.with { server in
      let id = try await server.world.achievement(.published)
      for path in [
        "/api/v1/achievements/\(id)", "/api/v1/achievements", "/healthz", "/openapi.json", "/api/v1/achievements/x",
      ] {
        let get = try await server.get(path), head = try await server.send("HEAD", path)
        #expect(head.status == get.status && head.body.isEmpty && head.etag == get.etag, "\(path)")
        #expect(head.headers["content-type"] == get.headers["content-type"], "\(path)")
      }
    }
  }

  @Test func a_patch_changes_what_it_names_clears_what_is_null_and_leaves_the_rest() async throws {
    try await TestServer.with { server in
      let me = server.world.university
      let made = try await server.send("POST", "/api/v1/achievements", as: me, MainFlowTests.achievement)
      let path = try #require(made.headers["location"])
      let patched = try await server.send(
        "PATCH", path, as: me, #"{"title":"新名称","trl":null,"summary":"","external_id":"","keywords":null}"#,
        headers: ["If-Match": made.etag, "Content-Type": "application/merge-patch+json"])
      #expect(patched.status == 200 && patched.etag != made.etag)
      let now = try await server.get(path, as: me).json
      #expect(now == patched.json)
      #expect(
        now["title"]?.string == "新名称" && now["trl"] == .null && now["summary"]?.string == ""
          && now["keywords"]?.array == [])
      #expect(now["external_id"] == .null, "an empty number is no number")
      #expect(now["region"]?.string == "450300" && now["price"]?["amount"]?.string == "300000.00")
      #expect(now["version"]?.number == 2)
    }
  }

  @Test func the_answer_to_a_move_is_what_is_read_afterwards_under_the_same_tag() async throws {
    try await TestServer.with { server in
      let w = server.world
      let made = try await w.challenge(.evaluating), path = "/api/v1/challenges/\(made.id)"
      let moved = try await server.move(path, "propose", as: w.operator, #""bids":["\#(made.bid)"]"#)
      let read = try await server.get(path)
      #expect(moved.status == 200 && moved.etag == read.etag && moved.json == read.json)
      #expect(read.json["awards"]?.array?.first?["bid"]?.string == made.bid.text)
    }
  }

  @Test func a_link_leads_through_all_pages_and_keeps_the_filters() async throws {
    try await TestServer.with { server in
      for _ in 0..<5 { _ = try await server.world.achievement(.published) }
      _ = try await server.world.achievement(.draft)
      var next: String? = "/api/v1/achievements?page_size=2&keyword=%E6%9F%91%E6%A9%98", seen: [String] = []
      while let path = next {
        let page = try await server.get(path)
        #expect(page.status == 200)
        seen += (page.json["items"]?.array ?? []).compactMap { $0["id"]?.string }
        let link = page.headers["link"]
        next = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
        #expect((page.json["next_page_token"]?.string != nil) == (link != nil))
      }
      #expect(seen.count == 5 && Set(seen).count == 5 && seen == seen.sorted(by: >))
    }
  }

  @Test func offers_name_what_is_needed_and_what_stands_against_a_move() async throws {
    try await TestServer.with { server in
      let w = server.world
      let id = try await w.challenge(.published, hasClosed: false).id, path = "/api/v1/challenges/\(id)/transitions"
      let offers = try await server.get(path, as: w.operator)
      #expect(offers.status == 200 && offers.etag == "\"\(id).1\"")
      let items = offers.json["items"]?.array ?? []
      let extend = items.first { $0["action"]?.string == "extend" },
        close = items.first { $0["action"]?.string == "close" }
      #expect(extend?["allowed"]?.bool == true && extend?["fields"]?.array?.first?["name"]?.string == "closes_on")
      #expect(close?["allowed"]?.bool == false && close?["against"]?.array?.first?["code"]?.string == "not_due")
    }
  }
}
