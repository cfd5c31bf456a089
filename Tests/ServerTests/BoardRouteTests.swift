import Market
import TestSupport
import Testing

/// Joint bids and invitations over the wire.
@Suite struct BoardRouteTests {
  @Test func a_month_of_releases_is_one_file_with_the_hash_by_which_it_is_known() async throws {
    try await TestServer.with { server in
      let w = server.world
      let plain = try await w.challenge(.selected, isPlain: true, withBid: false).id
      try await w.move(plain, .publish, as: w.operator.caller)
      let open = try await server.get("/ocds/months").json["items"]?.array?.first
      let name = try #require(open?["month"]?.string)
      #expect(open?["frozen"]?.bool == false && open?["hash"] == .null)
      let before = try await server.get("/ocds/months/\(name).jsonl")
      #expect(before.status == 200 && before.etag.isEmpty && before.body.last == 10)
      try await w.advance(days: 32)
      try await server.eventually("the month is frozen") {
        try await server.get("/ocds/months").json["items"]?.array?.first?["frozen"]?.bool == true
      }
      let after = try await server.get("/ocds/months/\(name).jsonl")
      #expect(
        after.body == before.body
          && after.etag == "\"\(Notice.digest(of: String(decoding: after.body, as: UTF8.self)))\"")
      #expect(after.headers["content-type"] == "application/jsonl")
      let known = try await server.send(
        "GET", "/ocds/months/\(name).jsonl", headers: ["If-None-Match": after.etag])
      #expect(known.status == 304)
      for missing in ["1999-01.jsonl", name, "x.jsonl"] {
        #expect(try await server.get("/ocds/months/\(missing)").status == 404)
      }
    }
  }

  @Test func a_member_consents_a_lead_bids_for_both_and_an_invitation_says_in_the_end_that_they_came() async throws {
    try await TestServer.with { server in
      let w = server.world
      let achievement = try await w.achievement(.approved)
      try await w.move(achievement, .publish, as: w.university.caller)
      let challenge = try await w.challenge(.published, hasClosed: false, withBid: false).id
      let path = "/api/v1/challenges/\(challenge)"
      try await server.eventually("the university is proposed") {
        let items = try await server.get("\(path)/proposals", as: w.enterprise).json["items"]?.array ?? []
        return items.first?["organisation"]?.string == w.university.id.text
      }
      #expect(try await server.get("\(path)/proposals", as: w.rival).status == 403)
      #expect(try await server.get("\(path)/proposals").status == 401)

      let invited = try await server.send(
        "POST", "\(path)/invitations", as: w.enterprise,
        #"{"organisation":"\#(w.university.id)","message":"示例:已有相近成果"}"#)
      #expect(invited.status == 201 && invited.json["came"] == .null)
      #expect(invited.json["match"]?["achievement"]?.string == achievement.text)
      let invitation = try #require(invited.headers["location"])
      #expect(try await server.get(invitation, as: w.university).status == 200)
      #expect(try await server.get(invitation, as: w.reviewer).status == 404)

      let consent = try await server.send(
        "POST", "\(path)/consortium-consents", as: w.university,
        #"{"lead":"\#(w.rival.id)","cost_percent":40}"#)
      let word = try #require(consent.json["consent"]?.string)
      func bid(_ share: Int) -> String {
        #"{"price":{"amount":"800000.00","currency":"CNY"},"plan":"示例方案","cost_percent":\#(share),"ip_terms":"示例","#
          + #""members":[{"organisation":"\#(w.university.id)","role":"research","cost_percent":40,"consent":"\#(word)"}]}"#
      }
      let wrong = try await server.send("POST", "\(path)/bids", as: w.rival, bid(50))
      #expect(wrong.status == 422 && wrong.json["errors"]?.array?.first?["code"]?.string == "consortium_shares")
      let placed = try await server.send("POST", "\(path)/bids", as: w.rival, bid(60))
      #expect(placed.status == 201 && placed.json["must_be_made_anew"]?.bool == false)
      #expect(try await server.get(invitation, as: w.enterprise).json["status"]?.string == "sent")

      try await w.advance(days: 30)
      try await w.open(of: challenge)
      let id = try #require(placed.json["bid"]?.string)
      let opened = try await server.get("/api/v1/bids/\(id)", as: w.enterprise)
      #expect(
        opened.json["parties"]?.array?.compactMap { $0["organisation"]?.string }
          == [w.rival.id.text, w.university.id.text])
      let report = try await server.get("\(path)/invitations", as: w.operator).json["items"]?.array ?? []
      #expect(report.count == 1 && report.first?["came"]?.bool == true, "a member came, too")
      #expect(try await server.get("\(path)/invitations", as: w.reviewer).json["items"]?.array?.isEmpty == true)
    }
  }
}
