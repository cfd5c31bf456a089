import Market
import TestSupport
import Testing

/// The demand side over HTTP, by the people who do it: a call, a demand, its screening, the challenge made of it.
@Suite struct DemandFlowTests {
  @Test func a_need_is_called_for_handed_in_screened_and_made_a_challenge() async throws {
    try await TestServer.with { server in
      let w = server.world
      let document = try await server.get("/openapi.json").json
      func expectShape(
        _ answer: TestServer.Answer, _ template: String, _ method: String = "get", _ status: String = "200"
      ) {
        let schema = document["paths"]?[template]?[method]?["responses"]?[status]?["content"]?["application/json"]?[
          "schema"]
        guard let schema else { return #expect(Bool(false), "\(template) says nothing") }
        #expect(JSONSchema(document).faults(of: answer.json, under: schema) == [], "\(template)")
      }

      let chain = try await server.send("POST", "/api/v1/chains", as: w.operator, #"{"name":"示例链","region":"450300"}"#)
      #expect(chain.status == 201)
      let chainPath = try #require(chain.headers["location"])
      let rows = #""rows":[{"node":"种苗","list":"technology_gap","name":"柑橘无病毒苗木"}]"#
      #expect(try await server.move(chainPath, "record", as: w.operator, rows).status == 200)
      #expect(try await server.move(chainPath, "publish", as: w.supervisor).status == 200)
      let nodes = try await server.get(chainPath + "/nodes")
      expectShape(nodes, "/api/v1/chains/{id}/nodes")
      let node = try #require(nodes.json["items"]?.array?.first?["id"]?.string)
      let report = try await server.get(chainPath + "/report")
      expectShape(report, "/api/v1/chains/{id}/report")
      #expect(report.json["coverage"]?["gap_without_demand"]?.number == 1)
      #expect(report.json["items"]?.array?.first?["gap"]?["name"]?.string == "柑橘无病毒苗木")

      let closesOn = try await w.market.today().adding(days: 60).text
      let call = try await server.send(
        "POST", "/api/v1/demand-calls", as: w.operator,
        #"{"kind":"windowed","title":"示例征集","region":"450300","closes_on":"\#(closesOn)"}"#)
      #expect(call.status == 201)
      let callPath = try #require(call.headers["location"]), callID = try #require(call.json["id"]?.string)
      #expect(try await server.get(callPath).status == 404, "a draft is the platform's own")
      #expect(try await server.move(callPath, "open", as: w.operator).status == 200)
      expectShape(try await server.get(callPath), "/api/v1/demand-calls/{id}")

      let unmeasured = try await server.send(
        "POST", "/api/v1/demands", as: w.enterprise,
        #"{"title":"x","region":"451000","indicators":[{"name":"检出限","operator":"~","target":"10","test_method":"x"}]}"#
      )
      #expect(unmeasured.status == 422 && unmeasured.body.contains("/indicators"), "a comparison that is none")
      #expect(
        try await server.send("POST", "/api/v1/demands", as: w.university, #"{"title":"x","region":"451000"}"#).status
          == 403)
      let demand = try await server.send("POST", "/api/v1/demands", as: w.enterprise, Self.demand(callID, node))
      #expect(demand.status == 201)
      expectShape(demand, "/api/v1/demands", "post", "201")
      let path = try #require(demand.headers["location"]), id = try #require(demand.json["id"]?.string)
      #expect(demand.json["contact_phone"]?.string == "138****1234")
      #expect(try await server.move(path, "submit", as: w.enterprise).status == 200)
      #expect(try await server.get(path).status == 404)
      #expect(try await server.move(path, "screen", as: w.operator).status == 200)

      // Three experts, each with a token of its own.
      for expert in try await w.panel(3) {
        let sheet = try await server.send("POST", path + "/scores", as: expert, Self.sheet)
        #expect(sheet.status == 201)
        expectShape(sheet, "/api/v1/demands/{id}/scores", "post", "201")
        #expect(try await server.send("POST", path + "/scores", as: expert, Self.sheet).code == "already_scored")
      }
      #expect(try await server.get(path + "/scores", as: w.operator).json["items"]?.array == [])
      #expect(try await server.move(path, "shortlist", as: w.operator).json["score"]?.string == "80.00")
      let scores = try await server.get(path + "/scores")
      expectShape(scores, "/api/v1/demands/{id}/scores")
      #expect(scores.json["items"]?.array?.count == 3)

      let contact = try await server.send("POST", path + "/contact", as: w.operator, #"{"purpose":"核实自有资金"}"#)
      #expect(contact.status == 200 && contact.json["phone"]?.string == "13800001234")
      #expect(contact.headers["cache-control"] == "no-store")
      #expect(try await server.send("POST", path + "/contact", as: w.rival, #"{"purpose":"x"}"#).status == 403)

      let made = try await server.send(
        "POST", "/api/v1/consolidations", as: w.operator,
        #"{"demands":["\#(id)"],"mode":"open_challenge","title":"示例榜题"}"#)
      #expect(made.status == 201 && made.json["title"]?.string == "示例榜题")
      expectShape(made, "/api/v1/consolidations", "post", "201")
      let challenge = try #require(made.headers["location"])
      let sources = try await server.get(challenge + "/sources", as: w.enterprise)
      expectShape(sources, "/api/v1/challenges/{id}/sources")
      #expect(sources.json["items"]?.array?.first?["organisation_name"]?.string == "示例企业")
      #expect(try await server.get(path).json["status"]?.string == "converted")
    }
  }

  @Test func a_challenge_is_asked_about_amended_and_put_on_a_board() async throws {
    try await TestServer.with { server in
      let w = server.world
      let id = try await w.challenge(.published, hasClosed: false, withBid: false).id
      let path = "/api/v1/challenges/\(id)"
      let asked = try await server.send("POST", path + "/questions", as: w.university, #"{"question":"是否接受联合体?"}"#)
      #expect(asked.status == 201)
      let question = try #require(asked.headers["location"])
      #expect(try await server.get(path + "/questions").json["items"]?.array == [], "not before it is answered")
      let answered = try await server.move(question, "answer", as: w.enterprise, #""answer":"接受""#)
      #expect(answered.status == 200 && answered.json["organisation"] == nil)
      #expect(try await server.get(path + "/questions").json["items"]?.array?.first?["answer"]?.string == "接受")
      let amended = try await server.move(
        path, "amend", as: w.enterprise, #""budget":{"amount":"2000000.00","currency":"CNY"},"rationale":"追加预算""#)
      #expect(amended.json["terms_version"]?.number == 2)
      let record = try await server.get(path + "/amendments").json["items"]?.array?.first
      #expect(record?["changes"]?["budget"]?["to"]?["amount"]?.string == "2000000.00")
      #expect(record?["changes"]?["budget"]?["from"]?["amount"]?.string == "1000000.00")
      let board = try #require(
        try await server.send("POST", "/api/v1/challenge-boards", as: w.operator, #"{"title":"2026 年第一批榜单"}"#)
          .headers["location"])
      #expect(try await server.move(board, "issue", as: w.operator).json["items"]?.number == 1)
      let items = try await server.get(board + "/items").json["items"]?.array
      #expect(items?.first?["challenge"]?.string == id.text && items?.first?["content"]?["terms_version"]?.number == 2)
      #expect(
        try await server.send("POST", path + "/questions", as: w.enterprise, #"{"question":"x"}"#).code
          == "own_challenge")
      let replay = try await w.replay(placed: true)
      #expect(replay.broken == [] && replay.differing == [] && replay.events > 0)
    }
  }

  static func demand(_ call: String, _ node: String) -> String {
    #"""
    {"call":"\#(call)","chain_node":"\#(node)","title":"柑橘黄龙病现场快速检测","summary":"示例","problem":"示例问题","field":"09",
    "keywords":["柑橘"],"region":"451000","budget":{"amount":"1000000.00","currency":"CNY"},
    "own_funds":{"amount":"400000.00","currency":"CNY"},"own_funds_proof":"示例证明〔2026〕1号","contact_name":"示例联系人",
    "contact_phone":"13800001234","origin":"constructed",
    "indicators":[{"name":"检出限","unit":"拷贝/μL","operator":"<=","target":"10","test_method":"第三方检测"}]}
    """#
  }

  static let sheet =
    #"{"industry_drive":80,"research_basis":80,"technical_indicators":80,"financial_indicators":80,"comment":"示例意见"}"#
}

extension [UInt8] {
  fileprivate func contains(_ text: String) -> Bool { String(decoding: self, as: UTF8.self).contains(text) }
}
