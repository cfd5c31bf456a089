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

      let placed = try await server.send("POST", "/api/v1/challenges/\(challenge)/bids", as: w.university, Self.offer)
      let bid = try #require(placed.headers["location"])
      #expect(placed.status == 201)
      try await Self.expectSame(server, challenge, other, before, "after a bid")

      let edited = try await server.send(
        "PATCH", bid, as: w.university, #"{"plan":"另一方案"}"#, headers: ["If-Match": placed.etag])
      #expect(edited.status == 200)
      try await Self.expectSame(server, challenge, other, before, "after a change")

      #expect(try await server.move(bid, "withdraw", as: w.university).status == 200)
      try await Self.expectSame(server, challenge, other, before, "after a withdrawal")

      // The bid itself is to everybody else what no bid at all is.
      let none = "/api/v1/bids/\(ID<Bid>())"
      for (name, party) in w.everybody where name != "university" {
        for (method, tail, body) in [
          ("GET", "", nil), ("GET", "/transitions", nil), ("PATCH", "", "{}"),
          ("POST", "/transitions", #"{"action":"withdraw"}"#),
        ] {
          let there = try await server.send(method, bid + tail, as: party, body, headers: ["If-Match": "*"])
          let nowhere = try await server.send(method, none + tail, as: party, body, headers: ["If-Match": "*"])
          #expect(
            there.status == nowhere.status && there.code == nowhere.code
              && there.json["title"] == nowhere.json["title"], "\(name): \(method) \(tail)")
        }
      }
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
        "/api/v1/challenges/\(challenge)/bids", "/api/v1/challenges/\(challenge)/bids?status=submitted,withdrawn",
        "/api/v1/bids",
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
      if answer.hasPrefix("4") { continue }
      #expect(answer == before[question], "\(question) \(when)")
    }
  }
}
