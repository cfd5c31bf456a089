import Market
import Postgres
import TestSupport
import Testing

/// A panel over HTTP, by the people who sit on it.
@Suite struct PanelFlowTests {
  /// Forms a panel on a challenge under evaluation, draws it, and lets everybody accept.
  /// - Returns: its path, the members, and the whole pool.
  static func drawn(
    _ challenge: String, _ server: TestServer, pool count: Int = 7
  ) async throws -> (path: String, members: [World.PoolMember], pool: [World.PoolMember]) {
    let w = server.world, pool = try await w.pool(count, industry: 3)
    let formed = try await server.send("POST", challenge + "/panels", as: w.operator, "{}")
    #expect(formed.status == 201, "\(String(decoding: formed.body, as: UTF8.self))")
    let path = try #require(formed.headers["location"])
    try await server.eventually("the freezing is sealed and the panel drawn") {
      try await server.move(path, "draw", as: w.operator).status == 200
    }
    let seats = try await server.get(path + "/seats", as: w.operator).json["items"]?.array ?? []
    let members = seats.compactMap { seat in pool.first { $0.id.text == seat["expert"]?.string } }
    #expect(members.count == 5)
    for member in members {
      let said = try await server.send("POST", path + "/declaration", as: member.party, #"{"accepts":true}"#)
      #expect(said.status == 200, "\(String(decoding: said.body, as: UTF8.self))")
    }
    return (path, members, pool)
  }

  /// Every member gives every bid this score on every criterion, a little apart; then the panel closes.
  static func judge(_ path: String, _ members: [World.PoolMember], score: Int, _ server: TestServer) async throws {
    for (i, member) in members.enumerated() {
      for sheet in try await server.get(path + "/sheets", as: member.party).json["items"]?.array ?? [] {
        let label = sheet["label"]?.string ?? "", criteria = sheet["criteria"]?.array?.count ?? 0
        let rows = (1...max(criteria, 1)).map { #"{"criterion":\#($0),"score":\#(score + i),"comment":"路线可行"}"# }
        let handed = try await server.send(
          "POST", path + "/sheets/" + label, as: member.party, #"{"scores":[\#(rows.joined(separator: ","))]}"#)
        #expect(handed.status == 201, "\(String(decoding: handed.body, as: UTF8.self))")
      }
    }
    #expect(try await server.move(path, "close", as: server.world.operator).status == 200)
  }

  static func with(_ body: @escaping @Sendable (TestServer) async throws -> Void) async throws {
    try await Folder.with { folder in try await TestServer.with(folder: folder.path) { try await body($0) } }
  }

  @Test func before_the_panel_closes_nobody_sees_a_score_and_no_reviewer_ever_sees_whose_bid_it_is() async throws {
    try await Self.with { server in
      let w = server.world
      let made = try await w.challenge(.evaluating, pricesOpen: false, isJudged: false), other = ID<Bid>()
      try await w.placeBid(other, of: w.rival, on: made.id, price: nil)
      try await w.place(
        "UPDATE bids SET team = '金丝雀团队', plan = plan || ' 秘密词'",
        "UPDATE organisations SET name = '金丝雀大学' WHERE id = \(w.university.id)")
      let challenge = "/api/v1/challenges/\(made.id)"
      let (path, members, pool) = try await Self.drawn(challenge, server)
      let score =
        #"{"scores":[{"criterion":1,"score":37,"comment":"金丝雀意见"},{"criterion":2,"score":91,"comment":"金丝雀意见"}]}"#
      let handed = try await server.send("POST", path + "/sheets/A", as: members[0].party, score)
      #expect(handed.status == 201 && handed.json["scores"]?.array?.count == 2)
      let again = try await server.send("POST", path + "/sheets/A", as: members[0].party, score)
      #expect(again.status == 409 && again.code == "already_reviewed")

      let bids = ["/api/v1/bids/\(made.bid)", "/api/v1/bids/\(other)"]
      let paths =
        [
          path, path + "/draw", path + "/seats", path + "/sheets", path + "/results", path + "/transitions",
          "/api/v1/panels",
          "/api/v1/me/panels", challenge, challenge + "/bids", "/api/v1/bids", "/api/v1/events?limit=200",
        ]
        + bids + bids.map { $0 + "/result" }
      let reviewers = pool.map { ("reviewer", $0.party) }
      for (name, party) in w.everybody + reviewers where party.secret != members[0].party.secret {
        for path in paths {
          let answer = try await server.get(path, as: party), text = String(decoding: answer.body, as: UTF8.self)
          #expect(!text.contains("金丝雀意见") && !text.contains("\"score\":37"), "\(name) \(path)")
          if name == "reviewer" {
            for word in ["金丝雀大学", "示例研究所", "金丝雀团队", "\"price\"", made.bid.text, w.university.id.text, w.rival.id.text]
            where !path.contains(word) {
              #expect(!text.contains(word), "a reviewer sees \(word) at \(path)")
            }
          }
        }
      }
      let own = try await server.get(path + "/sheets", as: members[1].party)
      #expect(own.status == 200 && own.json["items"]?.array?.count == 2)
      #expect(own.json["items"]?.array?.first?["plan"]?.string?.contains("秘密词") == true)
      let drawn = pool.first { member in !members.contains { $0.id == member.id } }
      #expect(try await server.get(path + "/sheets", as: drawn?.party).status == 403)
      for party in [w.operator, w.supervisor, w.admin, w.enterprise] {
        #expect(try await server.get(path + "/sheets", as: party).status == 403)
        #expect(try await server.get(path + "/results", as: party).status == 404)
      }
    }
  }

  @Test func a_conflicted_reviewer_is_refused_with_the_ground() async throws {
    try await Self.with { server in
      let w = server.world
      let made = try await w.challenge(.evaluating, pricesOpen: false, isJudged: false)
      let conflicted = try await w.expert("industry", employer: w.university.id)
      let (path, members, _) = try await Self.drawn("/api/v1/challenges/\(made.id)", server)
      let excluded = try await server.send("POST", path + "/declaration", as: conflicted.party, #"{"accepts":true}"#)
      #expect(excluded.status == 403 && excluded.code == "conflict_of_interest")
      #expect(excluded.json["ground"]?.array?.first?.string == "employer")
      let body = #"{"organisation":"\#(w.university.id)","ground":"litigation","note":"示例"}"#
      let related = try await server.send("POST", "/api/v1/experts/\(members[0].id)/relations", as: w.operator, body)
      #expect(related.status == 201 && related.json["source"]?.string == "graph")
      let late = try await server.send(
        "POST", path + "/sheets/A", as: members[0].party,
        #"{"scores":[{"criterion":1,"score":1,"comment":"x"},{"criterion":2,"score":1,"comment":"x"}]}"#)
      #expect(late.status == 403 && late.json["ground"]?.array?.first?.string == "litigation")
      let out = try await server.send(
        "POST", path + "/recusals", as: w.supervisor,
        #"{"expert":"\#(members[0].id)","ground":"litigation","statement":"核实"}"#)
      #expect(out.status == 200)
      let record = try await server.get(path + "/draw").json
      #expect(try DrawRecord.verify(record).count == 5)
      #expect(record["pool"]?.array?.count { $0["status"]?.string == "recused" } == 1)
    }
  }
}
