import Market
import Postgres
import TestSupport
import Testing

/// Notices over HTTP, as the public and an objector meet them.
@Suite struct NoticeTests {
  @Test func a_cash_award_goes_from_the_draft_over_an_objection_to_its_certificate() async throws {
    try await TestServer.with { server in
      let w = server.world
      let made = try await server.send("POST", "/api/v1/notices", as: w.university, Self.draft)
      #expect(made.status == 201)
      let path = try #require(made.headers["location"])
      #expect(try await server.get(path).status == 404, "a draft is nobody else's business")
      let published = try await server.move(path, "publish", as: w.university)
      #expect(published.status == 200 && published.json["status"]?.string == "running")
      let number = try #require(published.json["number"]?.string)
      let year = try #require(number.split { !$0.isNumber }.first)
      let named = try await server.get("/api/v1/notices/by-number/\(year)/1")
      #expect(named.json["id"] == published.json["id"])
      #expect(try await server.get("/api/v1/notices/by-number/\(year)/2").status == 404)
      #expect(try await server.get(path + "/certificate").status == 404, "nothing to certify yet")

      let filed = try await server.send(
        "POST", path + "/objections", as: w.rival, #"{"statement":"示例异议","evidence":"示例线索"}"#)
      #expect(filed.status == 201)
      let objection = try #require(filed.headers["location"])
      #expect(try await server.get(objection, as: w.university).status == 404)
      #expect(try await server.get(path + "/objections", as: w.university).json["items"]?.array == [])
      #expect(try await server.get(path + "/objections", as: w.operator).json["items"]?.array?.count == 1)
      #expect(try await server.move(objection, "accept", as: w.operator).status == 200)
      #expect(try await server.get(path).json["status"]?.string == "paused")
      #expect(try await server.move(objection, "dismiss", as: w.operator, #""reason":"示例理由""#).status == 200)
      try await w.advance(days: 60)
      try await server.eventually("it closes by the clock") {
        try await server.get(path).json["status"]?.string == "closed_clean"
      }
      let certificate = try await server.get(path + "/certificate")
      #expect(certificate.status == 200 && certificate.json["objections_received"]?.number == 1)
      #expect(certificate.json["hash"] == published.json["hash"])
      let text = String(decoding: try await server.get(path + "/text").body, as: UTF8.self)
      #expect(text.hasPrefix(number) && text.contains("<示例> & 奖励") && !text.contains("示例研究所"))
      let page = try await server.get(path + "/page")
      #expect(page.headers["content-type"]?.hasPrefix("text/html") == true)
      #expect(String(decoding: page.body, as: UTF8.self).contains("&lt;示例&gt; &amp; 奖励"))
      #expect(String(decoding: try await server.get(path + "/certificate.txt").body, as: UTF8.self).contains("公示无异议证明"))
    }
  }

  @Test func what_is_too_short_or_personal_or_not_ones_own_is_refused_with_its_place() async throws {
    try await TestServer.with { server in
      let w = server.world
      let short = try await server.send(
        "POST", "/api/v1/notices", as: w.university, Self.draft.replacing("\"days\":16", with: "\"days\":14"))
      #expect(short.status == 422 && short.json["errors"]?.array?.first?["pointer"]?.string == "/days")
      #expect(short.json["errors"]?.array?.first?["code"]?.string == "below_legal_floor")
      let board = try await server.send(
        "POST", "/api/v1/notices", as: w.university, Self.draft.replacing("cash_award", with: "board"))
      #expect(board.status == 422 && board.json["errors"]?.array?.first?["pointer"]?.string == "/kind")
      let subsidy = try await server.send(
        "POST", "/api/v1/notices", as: w.operator, Self.draft.replacing("cash_award", with: "subsidy"))
      #expect(subsidy.status == 422 && subsidy.json["errors"]?.array?.first?["code"]?.string == "made_by_its_subject")
      let exemption = Self.draft.replacing("cash_award", with: "exemption")
      #expect(try await server.send("POST", "/api/v1/notices", as: w.registry, exemption).status == 403)
      let own = try await server.send("POST", "/api/v1/notices", as: w.operator, exemption)
      #expect(own.status == 201)
      #expect(try await server.move(try #require(own.headers["location"]), "publish", as: w.operator).status == 200)
    }
  }

  @Test func the_feed_is_atom_that_others_can_read() async throws {
    try await TestServer.with { server in
      let w = server.world
      let made = try await server.send("POST", "/api/v1/notices", as: w.university, Self.draft)
      #expect(try await server.move(try #require(made.headers["location"]), "publish", as: w.university).status == 200)
      let feed = try await server.get("/notices.atom"), again = try await server.get("/notices.atom")
      #expect(feed.headers["content-type"] == "application/atom+xml; charset=utf-8" && feed.body == again.body)
      // RFC 4287, § 4.1: what a feed and an entry must have, once each, and dates as RFC 3339 has them.
      let reader = """
        import sys, re
        import xml.etree.ElementTree as E
        a = '{http://www.w3.org/2005/Atom}'
        root = E.fromstring(sys.stdin.buffer.read())
        def one(node, name):
            found = node.findall(a + name)
            assert len(found) == 1, (node.tag, name, len(found))
            return found[0].text or ''
        assert root.tag == a + 'feed'
        stamp = re.compile(r'^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$')
        for node in [root] + root.findall(a + 'entry'):
            assert re.match(r'^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', one(node, 'id'))
            assert stamp.match(one(node, 'updated')), one(node, 'updated')
            one(node, 'title')
        entries = root.findall(a + 'entry')
        for entry in entries:
            assert entry.find(a + 'author').find(a + 'name').text
            assert [l for l in entry.findall(a + 'link') if l.get('rel') == 'alternate' and l.get('href')]
        assert [l for l in root.findall(a + 'link') if l.get('rel') == 'self']
        assert len(set(one(e, 'id') for e in entries)) == len(entries)
        print(len(entries), '<示例> & 奖励' in one(entries[0], 'content'), end='')
        """
      if let said = try Python.run(reader, input: feed.body) {
        #expect(String(decoding: said, as: UTF8.self) == "1 True")
      }
    }
  }

  @Test func a_clock_that_was_moved_is_told_in_every_answer_and_the_due_are_counted() async throws {
    try await TestServer.with { server in
      #expect(try await server.get("/healthz").headers["market-clock-shift"] == nil)
      try await server.world.advance(days: 3)
      try await server.eventually("the server has looked") {
        try await server.get("/healthz").headers["market-clock-shift"] == "259200"
      }
      for path in ["/api/v1/notices", "/nothing", "/api/v1/notices/x"] {
        #expect(try await server.get(path).headers["market-clock-shift"] == "259200", "\(path)")
      }
      let ready = try await server.get("/readyz").json
      #expect(ready["clock_shift_seconds"]?.number == 259_200 && ready["stalled"]?.number == 0)
    }
  }

  static let draft = """
    {"kind":"cash_award","title":"<示例> & 奖励","region":"450300","days":16,"contact":"示例大学成果处",
     "objection_channel":"书面提出","body":"示例正文"}
    """
}
