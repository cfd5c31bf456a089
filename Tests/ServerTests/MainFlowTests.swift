import Market
import Postgres
import Server
import TestSupport
import Testing

/// The main job from end to end, over HTTP, by the people who do it.
@Suite struct MainFlowTests {
  @Test func an_achievement_is_published_matched_bid_with_awarded_dealt_and_counted() async throws {
    try await PanelFlowTests.with { server in
      let w = server.world
      // The university offers, the operator checks.
      let made = try await server.send("POST", "/api/v1/achievements", as: w.university, Self.achievement)
      #expect(made.status == 201)
      let achievement = try #require(made.headers["location"])
      #expect(try await server.get(achievement).status == 404, "a draft is nobody else's business")
      for (action, party) in [
        ("submit", w.university), ("claim", w.operator), ("approve", w.operator), ("publish", w.university),
      ] {
        #expect(try await server.move(achievement, action, as: party).status == 200, "\(action)")
      }
      #expect(try await server.get(achievement).json["status"]?.string == "published")

      // The list of the institution, first issue.
      let list = try #require(
        try await server.send("POST", "/api/v1/achievement-lists", as: w.university, #"{"title":"2026 年第一批成果清单"}"#)
          .headers["location"])
      let issued = try await server.move(list, "issue", as: w.university)
      #expect(
        issued.json["issue"]?.number == 1 && issued.json["items"]?.number == 1 && issued.json["added"]?.number == 1)

      // The enterprise asks, the board is noticed, the notice runs, the challenge opens by itself.
      let challenge = try #require(
        try await server.send("POST", "/api/v1/challenges", as: w.enterprise, Self.challenge).headers["location"])
      for (action, party) in [
        ("submit", w.enterprise), ("select", w.operator), ("choose", w.supervisor), ("open_notice", w.operator),
      ] {
        #expect(try await server.move(challenge, action, as: party).status == 200, "\(action)")
      }
      let early = try await server.move(challenge, "publish", as: w.operator)
      #expect(early.status == 422 && early.code == "blocked", "a notice runs its full time")
      try await w.advance(days: 30)
      try await server.eventually("the challenge is published by the clock") {
        try await server.get(challenge).json["status"]?.string == "published"
      }

      // The match finds the answer and says why.
      try await server.eventually("the achievement is found") {
        let found = try await server.get(challenge + "/matches?limit=5").json["items"]?.array?.first
        return found?["achievement"]?["title"]?.string == "柑橘无病毒苗木繁育技术"
          && !(found?["reasons"]?.array ?? []).isEmpty
      }
      try await server.eventually("the challenge is found from the other side") {
        try await server.get(achievement + "/matches").json["items"]?.array?.first?["challenge"]?["status"]?.string
          == "published"
      }

      // A sealed bid, and nobody the wiser.
      let placed = try await server.send(
        "POST", challenge + "/bids", as: w.university,
        #"{"price":{"amount":"800000.00","currency":"CNY"},"plan":"两年内建成示范苗圃"}"#)
      #expect(placed.status == 201)
      let receipt = try #require(placed.headers["location"]), bidID = try #require(placed.json["bid"]?.string)
      let bid = "/api/v1/bids/\(bidID)"
      #expect(try await server.get(receipt, as: w.university).json["commitment"] == placed.json["commitment"])
      for (name, party) in w.everybody {
        #expect(try await server.get(bid, as: party).status == 404, "\(name) must not see the bid")
        #expect(try await server.get(receipt, as: party).status == (name == "university" ? 200 : 404), "\(name)")
        #expect(
          try await server.get(challenge + "/bids", as: party).json["items"]?.array == [],
          "\(name) must not see it in the list")
      }
      #expect(try await server.get(challenge).json["bids_received"] == .null)
      try await w.advance(days: 40)
      try await server.eventually("the challenge closes by the clock") {
        try await server.get(challenge).json["status"]?.string == "closed"
      }
      #expect(try await server.get(challenge).json["bids_received"] == .null, "the officers have not come yet")
      #expect(try await server.move(challenge, "evaluate", as: w.operator).code == "blocked")
      try await Self.open("technical", challenge, server)
      #expect(try await server.get(challenge).json["bids_received"]?.number == 1)
      let opened = try await server.get(bid, as: w.enterprise).json
      #expect(opened["status"]?.string == "opened" && opened["price"] == .null)
      #expect(opened["commitment"] == placed.json["commitment"])

      // Review, proposal, notice, award.
      #expect(try await server.move(challenge, "evaluate", as: w.operator).status == 200)
      let (panel, members, _) = try await PanelFlowTests.drawn(challenge, server)
      try await PanelFlowTests.judge(panel, members, score: 84, server)
      let sheets = try await w.market.database.query(
        "SELECT payload::text FROM events WHERE kind = 'panel' AND action = 'score' AND sealed AND audience = '{}'")
      #expect(
        try sheets.map { try $0.get(0, as: String.self) } == Array(repeating: "{}", count: 5),
        "that it was reviewed is remembered, not how")
      try await Self.open("financial", challenge, server)
      #expect(try await server.move(challenge, "propose", as: w.operator, #""bids":["\#(bidID)"]"#).status == 200)
      #expect(try await server.get(bid + "/result", as: w.university).json["mean"]?.string == "86.00")
      #expect(try await server.move(challenge, "award", as: w.supervisor).status == 422)
      try await w.advance(days: 30)
      #expect(try await server.move(challenge, "award", as: w.supervisor).status == 200)
      #expect(try await server.get(bid, as: w.university).json["status"]?.string == "won")

      // What the winner commits itself to, confirmed by the poster.
      let challengeID = try #require(try await server.get(challenge).json["id"]?.string)
      let project = try #require(
        try await server.get("/api/v1/projects?challenge=\(challengeID)", as: w.university).json["items"]?.array?.first)
      let projectPath = "/api/v1/projects/\(project["id"]?.string ?? "")"
      let term = try await w.market.today().adding(days: 700)
      let pledged = try await server.move(
        projectPath, "pledge", as: w.university,
        #""pledge":"两年内建成示范苗圃","leader":"示例负责人","ends_on":"\#(term.text)","indicators":\#(World.indicators)"#)
      #expect(pledged.status == 200 && pledged.json["pledge_hash"]?.string?.hasPrefix("sha256:") == true)
      #expect(try await server.move(projectPath, "confirm", as: w.enterprise).status == 200)

      // The deal of the award, both signatures, the contract, the registry.
      let recorded = try await server.send(
        "POST", "/api/v1/deals", as: w.university,
        """
        {"kind":"development","title":"柑橘黄龙病防控技术开发","seller":"\(w.university.id)","buyer":"\(w.enterprise.id)",
         "challenge":"\(challengeID)","total_amount":{"amount":"800000.00","currency":"CNY"}}
        """)
      #expect(recorded.status == 201)
      let deal = try #require(recorded.headers["location"])
      for (action, party, more) in [
        ("negotiate", w.university, ""), ("decide", w.university, #""decision_record":"校长办公会〔2026〕8 号""#),
        ("route", w.university, #""pricing_route":"award""#), ("sign", w.university, ""),
        ("countersign", w.enterprise, ""),
      ] {
        #expect(try await server.move(deal, action, as: party, more).status == 200, "\(action)")
      }
      #expect(try await server.get(challenge).json["status"]?.string == "contracted")
      #expect(try await server.get(projectPath).json["status"]?.string == "contracted")
      let before = try await server.get("/api/v1/statistics/turnover").json["rows"]?.array?.first?["contracts"]?.number
      #expect(before == 0)
      let today = try await w.market.today()
      let filed = try await server.send(
        "POST", "/api/v1/contracts", as: w.university,
        """
        {"deal":"\(recorded.json["id"]?.string ?? "")","project_name":"柑橘黄龙病防控技术开发","contract_type":"TD","technology_field":"09",
         "total_amount":{"amount":"800000.00","currency":"CNY"},"technical_amount":{"amount":"650000.00","currency":"CNY"},
         "valid_from":"\(today.text)","valid_to":"\(today.adding(days: 700).text)"}
        """)
      #expect(filed.status == 201)
      let contract = try #require(filed.headers["location"])
      for (action, party, more) in [
        ("self_check", w.university, ""), ("file", w.university, ""), ("accept", w.registry, ""),
        ("register", w.registry, #""contract_no":"2026450300000001""#),
      ] {
        #expect(try await server.move(contract, action, as: party, more).status == 200, "\(action)")
      }
      try await Self.carryOut(projectPath, until: term, server)
      try await Self.expectReleases(server, challengeID)
      // The log alone says how everything stands now.
      let replay = try await w.replay()
      #expect(replay.broken == [] && replay.differing == [])
      #expect(
        replay.unrecorded.isSubset(of: ["organisation", "person", "membership", "expert"]),
        "what the test's world is made of, and nothing else")
      #expect(replay.events > 40)
      let year = today.parts.year
      let turnover = try await server.get("/api/v1/statistics/turnover?year=\(year)&by=flow").json["rows"]?.array?.first
      #expect(turnover?["seller_region"]?.string == "450300" && turnover?["buyer_region"]?.string == "451000")
      #expect(turnover?["total_amount"]?["amount"]?.string == "800000.00")
      #expect(turnover?["technical_amount"]?["amount"]?.string == "650000.00")
      #expect(try await w.market.reconcileTurnover() == [])

      // A cancellation is booked where it happens and nets the figure.
      #expect(try await server.move(contract, "cancel", as: w.registry, #""reason":"双方解除合同""#).status == 200)
      let netted = try await server.get("/api/v1/statistics/turnover?year=\(year)").json["rows"]?.array?.first
      #expect(netted?["contracts"]?.number == 0 && netted?["total_amount"]?["amount"]?.string == "0.00")
      #expect(try await w.market.reconcileTurnover() == [])
    }
  }

  /// The project is planned and started, and its first milestone passes.
  private static func carryOut(_ project: String, until term: CivilDate, _ server: TestServer) async throws {
    let w = server.world
    func members(_ json: JSONValue) -> String {
      String(String(decoding: json.canonical, as: UTF8.self).dropFirst().dropLast())
    }
    #expect(
      try await server.move(project, "plan", as: w.university, members(try await w.plan(endsOn: term))).status == 200)
    #expect(try await server.move(project, "start", as: w.enterprise).json["status"]?.string == "executing")
    let id = project.split(separator: "/").last ?? ""
    let all = try await server.get("/api/v1/milestones?project=\(id)", as: w.university).json["items"]?.array
    let first = "/api/v1/milestones/\(all?.first { $0["number"]?.number == 1 }?["id"]?.string ?? "")"
    let results = members(.object(["results": World.measured()]))
    #expect(try await server.move(first, "submit", as: w.university, results).status == 200)
    #expect(try await server.move(first, "pass", as: w.operator).json["status"]?.string == "passed")
  }

  /// What each of the two officers does with their key file.
  private static func open(_ envelope: String, _ challenge: String, _ server: TestServer) async throws {
    let w = server.world
    for (party, officer) in [(w.operator, w.officers[0]), (w.supervisor, w.officers[1])] {
      let path = challenge + "/opening-shares"
      #expect(try await server.get(path, as: party).json["items"]?.array?.count == 2)
      let id = try #require(ID<Challenge>(String(challenge.split(separator: "/").last ?? "")))
      let share = try #require(
        try await w.market.shares(of: id, for: party.caller).first { $0.envelope.rawValue == envelope })
      let opened = try share.open(with: officer.secret, on: id)
      let given = try await server.send(
        "POST", path, as: party, #"{"envelope":"\#(envelope)","officer_key":"\#(officer.key.id)","share":"\#(opened)"}"#
      )
      #expect(given.status == 200, "\(String(decoding: given.body, as: UTF8.self))")
    }
  }

  static let achievement = """
    {"title":"柑橘无病毒苗木繁育技术","summary":"提供无病毒柑橘苗木的繁育与黄龙病综合防控","field":"09","keywords":["柑橘","黄龙病","苗木繁育"],
     "trl":7,"transfer_modes":["licence","cooperate"],"region":"450300","price":{"amount":"300000.00","currency":"CNY"},"origin":"constructed"}
    """
  static let challenge = """
    {"mode":"open_challenge","title":"柑橘黄龙病绿色防控","summary":"需要无病毒苗木与木虱防控","field":"09","keywords":["柑橘","黄龙病"],
     "indicators":["苗木带毒率 ≤ 0.1 %,第三方检测"],"region":"451000","budget":{"amount":"1000000.00","currency":"CNY"},"origin":"constructed"}
    """

  /// What the public was told on the way, under the Open Contracting Data Standard: in order, fitting together, and adding up.
  private static func expectReleases(_ server: TestServer, _ challenge: String) async throws {
    let ocid = "ocds-xxxxxx-\(challenge)"
    let package = try await server.get("/ocds/records/\(ocid)").json
    let record = try #require(package["records"]?.array?.first)
    let releases = try #require(record["releases"]?.array)
    #expect(
      releases.compactMap { $0["tag"]?.array?.first?.string }
        == [
          "tender", "tenderUpdate", "award", "awardUpdate", "contract", "contractUpdate", "implementation",
          "implementationUpdate",
        ])
    #expect(ReleaseCheck.findings(releases) == [])
    let compiled = try #require(record["compiledRelease"])
    #expect(compiled["contracts"]?.array?.first?["milestones"]?.array?.first?["status"]?.string == "met")
    let milestones = compiled["contracts"]?.array?.first?["implementation"]?["milestones"]?.array ?? []
    #expect(milestones.compactMap { $0["status"]?.string }.sorted() == ["met", "scheduled", "scheduled"])
    #expect(compiled["awards"]?.array?.first?["value"]?["amount"]?.number == 800_000)
    let first = try #require(releases.first?["id"]?.string)
    #expect(try await server.get("/ocds/releases/\(ocid)/\(first)").json == releases.first)
    let listed = try await server.get("/ocds/releases?limit=2").json
    #expect(listed["releases"]?.array?.count == 2 && listed["links"]?["next"]?.string?.contains("cursor=") == true)
  }
}
