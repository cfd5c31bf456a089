import Market
import Postgres
import TestSupport
import Testing

/// Sealed means silent, over the wire: whoever asks for anything gets the same bytes with a bid and without.
@Suite struct SealTests {
  @Test func no_answer_to_anybody_else_changes_when_a_bid_is_placed_changed_or_withdrawn() async throws {
    try await TestServer.with { server in
      let w = server.world
      let challenge = try await w.challenge(.published, hasClosed: false, withBid: false).id
      let other = try await w.challenge(.published, hasClosed: false, withBid: false).id
      // Who is nobody sees the public, and a second solver sees its own bid and no more.
      let rivals = try await server.send("POST", "/api/v1/challenges/\(challenge)/bids", as: w.rival, Self.offer)
      #expect(rivals.status == 201)
      let before = try await Self.everything(server, challenge, other)

      let placed = try await server.send(
        "POST", "/api/v1/challenges/\(challenge)/bids", as: w.university, Self.offer, headers: ["Idempotency-Key": "once"])
      let bid = try #require(placed.headers["location"])
      #expect(placed.status == 201 && placed.json["status"]?.string == "sealed")
      #expect(!String(decoding: placed.body, as: UTF8.self).contains("800000"), "a receipt says nothing of the bid")
      try await Self.expectSame(server, challenge, other, before, "after a bid")

      let again = try await server.send(
        "POST", "/api/v1/challenges/\(challenge)/bids", as: w.university, Self.offer, headers: ["Idempotency-Key": "once"])
      #expect(again.status == 201 && again.headers["idempotent-replayed"] == "true")
      #expect(again.json["commitment"] == placed.json["commitment"])

      let replaced = try await server.send(
        "PUT", bid, as: w.university, Self.offer, headers: ["If-Match": placed.etag])
      #expect(replaced.status == 200 && replaced.json["commitment"] != placed.json["commitment"])
      try await Self.expectSame(server, challenge, other, before, "after a replacement")
      let mine = try await server.get("/api/v1/sealed-bids", as: w.university).json["items"]?.array
      #expect(mine?.compactMap { $0["commitment"] } == [replaced.json["commitment"]])

      // The bid is to everybody else what no bid at all is.
      let id = try #require(placed.json["bid"]?.string), none = "\(ID<Bid>())"
      for (name, party) in w.everybody {
        for (method, root, tail, body) in [
          ("GET", "sealed-bids", "", nil), ("PUT", "sealed-bids", "", Self.offer), ("DELETE", "sealed-bids", "", nil),
          ("POST", "sealed-bids", "/reveal", #"{"technical":"","financial":"","nonce":""}"#), ("GET", "bids", "", nil),
          ("GET", "bids", "/transitions", nil),
        ] where name != "university" || root == "bids" {
          let there = try await server.send(
            method, "/api/v1/\(root)/\(id)\(tail)", as: party, body, headers: ["If-Match": "*"])
          let nowhere = try await server.send(
            method, "/api/v1/\(root)/\(none)\(tail)", as: party, body, headers: ["If-Match": "*"])
          #expect(there.status >= 400)
          #expect(
            there.status == nowhere.status && there.code == nowhere.code
              && there.json["title"] == nowhere.json["title"] && there.json["detail"] == nowhere.json["detail"],
            "\(name): \(method) \(root)\(tail)")
        }
      }

      let withdrawn = try await server.send("DELETE", bid, as: w.university, headers: ["If-Match": replaced.etag])
      #expect(withdrawn.status == 200 && withdrawn.json["status"]?.string == "withdrawn")
      try await Self.expectSame(server, challenge, other, before, "after a withdrawal")
    }
  }

  static let offer = #"{"price":{"amount":"800000.00","currency":"CNY"},"plan":"两年内建成示范苗圃"}"#

  /// All that can be read, by everybody but the bidder: status, tags and bytes.
  private static func everything(_ server: TestServer, _ challenge: ID<Challenge>, _ other: ID<Challenge>) async throws
    -> [String: String]
  {
    _ = try await server.world.history(as: nil)
    var answers: [String: String] = [:]
    let people: [(String, World.Party?)] =
      server.world.everybody.filter { $0.0 != "university" }.map { ($0.0, $0.1) } + [("public", nil)]
    for (name, party) in people {
      for path in [
        "/api/v1/challenges/\(challenge)", "/api/v1/challenges", "/api/v1/challenges?status=published",
        "/api/v1/challenges/\(challenge)/transitions",
        "/api/v1/challenges/\(challenge)/bids", "/api/v1/challenges/\(challenge)/bids?status=opened",
        "/api/v1/challenges/\(challenge)/seal", "/api/v1/challenges/\(challenge)/opening-shares",
        "/api/v1/bids", "/api/v1/sealed-bids", "/api/v1/sealed-bids?challenge=\(challenge)",
        "/api/v1/events", "/api/v1/challenges/\(other)", "/api/v1/challenges/\(challenge)/matches",
        "/api/v1/achievements", "/api/v1/deals",
        "/api/v1/contracts", "/api/v1/organisations/\(server.world.university.id)", "/readyz",
      ] {
        let answer = try await server.get(path, as: party)
        #expect(answer.status < 500)
        answers["\(name) \(path)"] = "\(answer.status) \(answer.etag) \(String(decoding: answer.body, as: UTF8.self))"
      }
    }
    return answers
  }

  private static func expectSame(
    _ server: TestServer, _ challenge: ID<Challenge>, _ other: ID<Challenge>, _ before: [String: String], _ when: String
  ) async throws {
    for (question, answer) in try await everything(server, challenge, other) {
      // A refusal carries the number of its request, which is another each time.
      if answer.hasPrefix("4") {
        #expect(before[question]?.hasPrefix(answer.prefix(3)) == true, "\(question) \(when)")
        continue
      }
      // A second solver's receipt is signed anew each time it is asked for.
      if question.hasPrefix("rival /api/v1/sealed-bids") {
        #expect(unsigned(answer) == unsigned(before[question] ?? ""), "\(question) \(when)")
        continue
      }
      #expect(answer == before[question], "\(question) \(when)")
    }
  }

  private static func unsigned(_ answer: String) -> String {
    answer.replacing(/"signature":"[^"]*"/, with: "")
  }
}
