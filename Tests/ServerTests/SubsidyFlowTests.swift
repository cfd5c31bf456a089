import Market
import TestSupport
import Testing

/// Public money over HTTP, by the people who give it and the people who get it.
@Suite struct SubsidyFlowTests {
  @Test func money_that_was_spent_first_is_claimed_verified_noticed_approved_paid_and_asked_back() async throws {
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
      let today = try await w.market.today()
      let terms =
        #"{"name":"示例后补助","year":2026,"region":"450300","modes":["post"],"rate":20,"opens_on":"\#(today.text)","#
        + #""closes_on":"\#(today.adding(days: 30).text)","cap":{"amount":"500000.00","currency":"CNY"},"#
        + #""budget":{"amount":"150000.00","currency":"CNY"}}"#
      #expect(try await server.send("POST", "/api/v1/programmes", as: w.operator, terms).status == 403)
      let programme = try await server.send("POST", "/api/v1/programmes", as: w.supervisor, terms)
      #expect(programme.status == 201)
      expectShape(programme, "/api/v1/programmes", "post", "201")
      let fund = try #require(programme.headers["location"])
      #expect(try await server.get(fund).status == 404)
      #expect(try await server.move(fund, "announce", as: w.supervisor).status == 200)
      try await Clockwork(w.market).tick()
      let open = try await server.get(fund)
      expectShape(open, "/api/v1/programmes/{id}")
      #expect(open.json["status"]?.string == "open" && open.json["balance"]?["amount"]?.string == "150000.00")

      let (contract, deal) = try await w.takenOver()
      let invoice =
        #"{"deal":"\#(deal)","category":"equipment","invoice_no":"26452000000012345678","issuer_code":"91110000600037341L","#
        + #""issuer_name":"示例供应商","issued_on":"2026-01-04","paid_on":"2026-01-05","receipt_no":"示例回单","#
        + #""amount":{"amount":"1000000.00","currency":"CNY"},"file_hash":"sha256:\#(String(repeating: "a", count: 64))"}"#
      let outlay = try await server.send("POST", "/api/v1/outlays", as: w.university, invoice)
      #expect(outlay.status == 201)
      expectShape(outlay, "/api/v1/outlays", "post", "201")
      #expect(try await server.send("POST", "/api/v1/outlays", as: w.rival, invoice).status == 422)
      #expect(try await server.get(try #require(outlay.headers["location"]), as: w.enterprise).status == 404)

      let fundID = try #require(programme.json["id"]?.string)
      let draft =
        #"{"programme":"\#(fundID)","mode":"post","contract":"\#(contract)","account_name":"示例大学","account_bank":"示例银行","#
        + #""account_number":"\#(World.account)"}"#
      let early = try await server.send(
        "POST", "/api/v1/claims", as: w.university, draft.replacing("\"post\"", with: "\"pre\""))
      #expect(early.status == 422 && early.json["errors"]?.array?.first?["pointer"]?.string == "/mode")
      #expect(try await server.send("POST", "/api/v1/claims", as: w.rival, draft).status == 404)
      let claim = try await server.send("POST", "/api/v1/claims", as: w.university, draft)
      #expect(claim.status == 201 && claim.json["account_number"]?.string == "****4321")
      expectShape(claim, "/api/v1/claims", "post", "201")
      let path = try #require(claim.headers["location"])
      #expect(try await server.send("POST", "/api/v1/claims", as: w.university, draft).code == "duplicate_claim")
      #expect(try await server.move(path, "apply", as: w.university).status == 200)
      let outlays = try await server.get(path + "/outlays", as: w.university)
      expectShape(outlays, "/api/v1/claims/{id}/outlays")
      #expect(outlays.json["items"]?.array?.first?["counted"]?.bool == true)
      #expect(try await server.get(path + "/outlays", as: w.rival).status == 404)

      #expect(try await server.move(path, "verify", as: w.operator).json["status"]?.string == "applied")
      let again = try await server.move(path, "verify", as: w.operator)
      #expect(again.status == 409 && again.says("four_eyes"))
      let verified = try await server.move(path, "verify", as: w.supervisor)
      // 20 % of a million would be 200,000; the programme has less.
      #expect(verified.json["amount"]?["amount"]?.string == "150000.00")
      expectShape(try await server.get(path, as: w.operator), "/api/v1/claims/{id}")
      #expect(try await server.get(path).status == 404)
      #expect(try await server.move(path, "notice", as: w.operator).status == 200)
      let seen = try await server.get(path)
      #expect(
        seen.json["sheet"]?.array?.contains { $0["code"]?.string == "balance" && $0["binds"]?.bool == true } == true)
      #expect(seen.json["account_name"] == nil && seen.json["statement"] == nil)

      try await w.advance(days: 20)
      let verifier = try await server.move(path, "approve", as: w.supervisor)
      #expect(verifier.status == 409 && verifier.says("four_eyes"))
      let chief = try await w.another(.supervisor, in: w.supervisor)
      #expect(try await server.move(path, "approve", as: chief).json["status"]?.string == "approved")
      #expect(try await server.get(fund).json["balance"]?["amount"]?.string == "0.00")

      let account = try await server.send("POST", path + "/account", as: w.operator, #"{"purpose":"拨付"}"#)
      #expect(account.json["account_number"]?.string == World.account && account.headers["cache-control"] == "no-store")
      expectShape(account, "/api/v1/claims/{id}/account", "post")
      #expect(try await server.send("POST", path + "/account", as: w.rival, #"{"purpose":"x"}"#).status == 403)

      // The same request twice is one payment with one answer.
      let paidOn = try await w.market.today().text
      let pay = #"{"action":"pay","payment_reference":"示例流水 7","paid_on":"\#(paidOn)","payee":"示例大学"}"#
      let headers = ["If-Match": "*", "Idempotency-Key": "pay-once"]
      let paid = try await server.send("POST", path + "/transitions", as: w.operator, pay, headers: headers)
      let replay = try await server.send("POST", path + "/transitions", as: w.operator, pay, headers: headers)
      #expect(paid.status == 200 && paid.json["payment_reference"]?.string == "示例流水 7" && replay.body == paid.body)
      #expect(try await server.get(fund).json["paid"]?["amount"]?.string == "150000.00")
      #expect(try await server.get(path).json["payment_reference"] == nil)

      #expect(
        try await server.move(path, "reclaim", as: chief, #""ground":"fraud","reason":"示例理由""#).status == 200)
      let back = #""recovery_reference":"示例退款 7","recovered_on":"\#(paidOn)""#
      #expect(try await server.move(path, "recover", as: w.operator, back).json["status"]?.string == "recovered")
      let after = try await server.get(fund).json
      #expect(
        after["recovered"]?["amount"]?.string == "150000.00" && after["balance"]?["amount"]?.string == "150000.00")
      let events = try await server.get("/api/v1/events?kinds=claim,programme,outlay", as: w.supervisor)
      #expect(events.says("reveal_account") && !events.says(World.account))
      #expect(try await w.market.reconcileSubsidies() == [])
    }
  }
}

extension TestServer.Answer {
  fileprivate func says(_ word: String) -> Bool { String(decoding: body, as: UTF8.self).contains(word) }
}
