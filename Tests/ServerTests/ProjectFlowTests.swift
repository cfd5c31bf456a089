import Market
import TestSupport
import Testing

/// What follows an award, over HTTP, by the people who do it: carried out, delivered, judged.
@Suite struct ProjectFlowTests {
  @Test func a_project_is_planned_carried_out_delivered_and_accepted() async throws {
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
      func members(_ json: JSONValue) -> String {
        String(String(decoding: json.canonical, as: UTF8.self).dropFirst().dropLast())
      }
      let id = try await w.project(.contracted, isPlanned: false), path = "/api/v1/projects/\(id)"
      let seen = try await server.get(path, as: w.university)
      expectShape(seen, "/api/v1/projects/{id}")
      let open = try await server.get(path)
      #expect(open.status == 200 && open.json["pledge"] == nil && open.json["pledge_hash"] != nil)
      let offers = try await server.get(path + "/transitions", as: w.enterprise).json["items"]?.array
      let start = offers?.first { $0["action"]?.string == "start" }
      #expect(start?["allowed"]?.bool == false && start?["against"]?.array?.first?["code"]?.string == "no_plan")

      let plan = try await w.plan(endsOn: try await w.market.today().adding(days: 730))
      let dear = members(plan).replacing("\"first_percent\":40", with: "\"first_percent\":60")
      let refused = try await server.move(path, "plan", as: w.university, dear)
      #expect(refused.status == 422 && String(decoding: refused.body, as: UTF8.self).contains("/first_percent"))
      let planned = try await server.move(path, "plan", as: w.university, members(plan))
      #expect(planned.status == 200)
      expectShape(planned, "/api/v1/projects/{id}")
      #expect(try await server.move(path, "start", as: w.enterprise).json["status"]?.string == "executing")

      let listed = try await server.get("/api/v1/milestones?project=\(id)", as: w.university)
      expectShape(listed, "/api/v1/milestones")
      let milestones = try #require(listed.json["items"]?.array)
      #expect(milestones.count == 3)
      #expect(try await server.get("/api/v1/milestones?project=\(id)").json["items"]?.array == [])
      for milestone in milestones {
        let one = "/api/v1/milestones/\(milestone["id"]?.string ?? "")"
        let mine = members(.object(["results": World.measured(by: "示例大学")]))
        #expect(try await server.move(one, "submit", as: w.university, mine).code == "blocked")
        let submitted = try await server.move(
          one, "submit", as: w.university, members(.object(["results": World.measured()])))
        #expect(submitted.status == 200)
        expectShape(submitted, "/api/v1/milestones/{id}")
        #expect(try await server.move(one, "pass", as: w.enterprise).json["status"]?.string == "passed")
      }

      let delivered = try await server.move(path, "deliver", as: w.university, members(World.delivery))
      #expect(delivered.json["status"]?.string == "acceptance")
      let found = try await server.get("/api/v1/acceptances?project=\(id)", as: w.operator)
      expectShape(found, "/api/v1/acceptances")
      let acceptance = "/api/v1/acceptances/\(found.json["items"]?.array?.first?["id"]?.string ?? "")"
      let seats = [w.enterprise, w.reviewer, w.rival, w.registry, w.admin].enumerated().map { i, party in
        #"{"organisation":"\#(party.id)","side":"\#(i == 0 ? "user" : "technical")"}"#
      }
      let experts = #""seats":[\#(seats.dropFirst().joined(separator: ",")),\#(seats[1])]"#
      #expect(try await server.move(acceptance, "convene", as: w.operator, experts).code == "blocked", "no user side")
      let panel = #""seats":[\#(seats.joined(separator: ","))]"#
      #expect(try await server.move(acceptance, "convene", as: w.operator, panel).json["status"]?.string == "panel")
      let voice = #"{"verdict":"passed","comment":"示例意见"}"#
      let vote = try await server.send("POST", acceptance + "/votes", as: w.enterprise, voice)
      #expect(vote.status == 201)
      expectShape(vote, "/api/v1/acceptances/{id}/votes", "post", "201")
      #expect(try await server.send("POST", acceptance + "/votes", as: w.enterprise, voice).code == "already_voted")
      #expect(try await server.send("POST", acceptance + "/votes", as: w.reviewer, voice).status == 201)
      #expect(try await server.send("POST", acceptance + "/votes", as: w.university, voice).status == 403)
      #expect(try await server.move(acceptance, "decide", as: w.operator).code == "blocked", "two of five")
      for party in [w.rival, w.registry] {
        let (token, secret) = try await w.market.work(as: .system) { work in
          try await work.issueToken(for: party.id, role: .reviewer, label: "示例专家")
        }
        let caller = Caller(organisation: party.id, token: token.id, role: .reviewer)
        let expert = World.Party(id: party.id, caller: caller, secret: secret)
        #expect(try await server.send("POST", acceptance + "/votes", as: expert, voice).status == 201)
      }
      #expect(try await server.get(acceptance + "/votes", as: w.operator).json["items"]?.array == [])
      let decided = try await server.move(acceptance, "decide", as: w.operator)
      #expect(decided.json["status"]?.string == "passed")
      expectShape(decided, "/api/v1/acceptances/{id}")
      let votes = try await server.get(acceptance + "/votes", as: w.enterprise)
      expectShape(votes, "/api/v1/acceptances/{id}/votes")
      #expect(votes.json["items"]?.array?.count == 4)
      #expect(try await server.get(path).json["status"]?.string == "completed")
    }
  }

  @Test func a_record_is_put_forward_imposed_and_public_while_it_is_in_force() async throws {
    try await TestServer.with { server in
      let w = server.world
      let body = #"{"organisation":"\#(w.rival.id)","ground":"collusion","facts":"示例事实"}"#
      #expect(try await server.send("POST", "/api/v1/integrity-records", as: w.enterprise, body).status == 403)
      let made = try await server.send("POST", "/api/v1/integrity-records", as: w.operator, body)
      #expect(made.status == 201)
      let path = try #require(made.headers["location"])
      #expect(try await server.get(path).status == 404)
      let until = try await w.market.today().adding(days: 365).text
      let imposed = try await server.move(
        path, "impose", as: w.supervisor, #""decision":"示例决定〔2026〕1号","until_on":"\#(until)""#)
      #expect(imposed.json["status"]?.string == "in_force")
      let open = try await server.get(path)
      #expect(open.status == 200 && open.json["facts"] == nil && open.json["until_on"]?.string == until)
      #expect(try await server.move(path, "lift", as: w.supervisor, #""reason":"已整改""#).status == 200)
      #expect(try await server.get(path).status == 404)
      #expect(try await server.get(path, as: w.rival).json["reason"]?.string == "已整改")
    }
  }
}
