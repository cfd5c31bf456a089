import Foundation
import Market
import Postgres
import TestSupport
import Testing

/// `/openapi.json` is made from the table that serves, and says the truth about it.
@Suite struct OpenAPITests {
  @Test func the_document_is_one_and_every_reference_in_it_leads_somewhere() async throws {
    try await TestServer.with { server in
      let answer = try await server.get("/openapi.json")
      #expect(answer.status == 200)
      let document = answer.json
      #expect(document["openapi"]?.string == "3.1.0" && document["info"]?["version"]?.string?.isEmpty == false)
      let schemas = try #require(document["components"]?["schemas"]?.members)
      for reference in Self.references(document) {
        #expect(
          reference.hasPrefix("#/components/schemas/") && schemas[String(reference.dropFirst(21))] != nil,
          "\(reference)")
      }
      let operations = Self.operations(document)
      #expect(operations.count > 40)
      #expect(Set(operations.compactMap { $0.operation["operationId"]?.string }).count == operations.count)
      for each in operations {
        #expect(
          each.operation["responses"]?.members?.keys.contains { $0.hasPrefix("2") } == true,
          "\(each.method) \(each.path)")
        let named = Set(
          (each.operation["parameters"]?.array ?? []).filter { $0["in"]?.string == "path" }.compactMap {
            $0["name"]?.string
          })
        #expect(
          named
            == Set(
              each.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }),
          "\(each.path)")
      }
      // A second opinion, where there is one.
      let program =
        "import sys, json; from openapi_spec_validator import validate; validate(json.load(sys.stdin)); print('valid')"
      if let verdict = try Python.run(program, input: answer.body, modules: ["openapi_spec_validator"]) {
        #expect(String(decoding: verdict, as: UTF8.self) == "valid\n")
      }
    }
  }

  @Test func every_operation_in_the_document_is_served() async throws {
    try await TestServer.with { server in
      let document = try await server.get("/openapi.json").json
      for each in Self.operations(document) {
        let path = each.path.split(separator: "/").map { $0.hasPrefix("{") ? "x" : String($0) }.joined(separator: "/")
        let answer = try await server.send(
          each.method.uppercased(), "/" + path, as: server.world.university, each.method == "get" ? nil : "{}")
        #expect(
          answer.status != 405 && answer.code != "no_such_path" && answer.status != 500,
          "\(each.method) \(each.path): \(answer.status)")
        let said = each.operation["responses"]?.members.map { Set($0.keys) } ?? []
        #expect(said.contains("\(answer.status)"), "\(each.method) \(each.path) says nothing of \(answer.status)")
      }
    }
  }

  @Test func what_is_answered_has_the_shape_that_is_promised() async throws {
    try await TestServer.with { server in
      let w = server.world
      let document = try await server.get("/openapi.json").json
      let achievement = try await w.achievement(.approved), challenge = try await w.challenge(.awarded),
        contract = try await w.contract(.registered)
      try await w.move(achievement, .publish, as: w.university.caller)
      let bare = try #require(
        try await server.send("POST", "/api/v1/achievements", as: w.university, #"{"title":"x","region":"450300"}"#)
          .headers["location"])
      let list = try #require(
        try await server.send("POST", "/api/v1/achievement-lists", as: w.university, #"{"title":"x"}"#).headers[
          "location"])
      #expect(try await server.move(list, "issue", as: w.university).status == 200)
      let sealed = try await w.challenge(.published, hasClosed: false)
      let receipt = try await w.market.sealedBid(sealed.bid, for: w.university.caller).receipt
      let deal = try await w.deal(.preSignNotice)
      try await server.eventually("it can be found") {
        try await server.get("/api/v1/search?q=%E6%9F%91%E6%A9%98").json["items"]?.array?.isEmpty == false
      }
      _ = try await w.history(as: nil)
      for (path, template) in [
        ("/api/v1/achievements/\(achievement)", "/api/v1/achievements/{id}"), (bare, "/api/v1/achievements/{id}"),
        ("/api/v1/achievements", "/api/v1/achievements"),
        ("/api/v1/achievements/\(achievement)/transitions", "/api/v1/achievements/{id}/transitions"),
        (list, "/api/v1/achievement-lists/{id}"),
        ("\(list)/items", "/api/v1/achievement-lists/{id}/items"),
        ("/api/v1/challenges/\(challenge.id)", "/api/v1/challenges/{id}"),
        ("/api/v1/challenges", "/api/v1/challenges"), ("/api/v1/bids/\(challenge.bid)", "/api/v1/bids/{id}"),
        ("/api/v1/bids", "/api/v1/bids"),
        ("/api/v1/challenges/\(challenge.id)/bids", "/api/v1/challenges/{id}/bids"),
        ("/api/v1/challenges/\(sealed.id)/seal", "/api/v1/challenges/{id}/seal"),
        ("/api/v1/challenges/\(sealed.id)/opening-shares", "/api/v1/challenges/{id}/opening-shares"),
        ("/api/v1/receipt-keys/\(receipt.key)", "/api/v1/receipt-keys/{id}"),
        ("/api/v1/deals/\(deal)", "/api/v1/deals/{id}"), ("/api/v1/deals", "/api/v1/deals"),
        ("/api/v1/contracts/\(contract)", "/api/v1/contracts/{id}"),
        ("/api/v1/organisations/\(w.university.id)", "/api/v1/organisations/{id}"),
        ("/api/v1/challenges/\(challenge.id)/matches?explain=true", "/api/v1/challenges/{id}/matches"),
        ("/api/v1/search?q=%E6%9F%91%E6%A9%98", "/api/v1/search"),
        ("/api/v1/statistics/turnover?by=flow", "/api/v1/statistics/turnover"),
        ("/api/v1/statistics/turnover", "/api/v1/statistics/turnover"),
        ("/api/v1/events", "/api/v1/events"), ("/healthz", "/healthz"), ("/readyz", "/readyz"),
        ("/version", "/version"),
      ] {
        let answer = try await server.get(path, as: w.operator)
        #expect(answer.status == 200, "\(path)")
        let schema = try #require(
          document["paths"]?[template]?["get"]?["responses"]?["200"]?["content"]?["application/json"]?["schema"],
          "\(template)")
        #expect(JSONSchema(document).faults(of: answer.json, under: schema) == [], "\(path)")
        if let items = answer.json["items"]?.array { #expect(!items.isEmpty, "\(path) has shown something") }
      }
      let problem = try await server.get("/api/v1/achievements/x")
      let shape = try #require(document["components"]?["schemas"]?["Problem"])
      #expect(JSONSchema(document).faults(of: problem.json, under: shape) == [])
    }
  }

  struct Operation {
    let path: String
    let method: String
    let operation: JSONValue
  }

  static func operations(_ document: JSONValue) -> [Operation] {
    (document["paths"]?.members ?? [:]).flatMap { path, methods in
      (methods.members ?? [:]).map { Operation(path: path, method: $0.key, operation: $0.value) }
    }
  }

  private static func references(_ json: JSONValue) -> [String] {
    switch json {
    case .object(let members):
      members.flatMap { name, member in name == "$ref" ? [member.string ?? ""] : references(member) }
    case .array(let items): items.flatMap(references)
    default: []
    }
  }
}
