import Foundation
import Market
import Postgres
import Server
import TestSupport
import Testing

/// Everything that can be wrong with a request, one line each: the answer says which it was, in one shape, and nothing
/// is written.
@Suite struct BadInputTests {
  struct Case: Sendable {
    let name: String
    let method: String
    let path: String
    /// By the name in `World.everybody`.
    var party: String? = "university"
    var body: String?
    var headers: [String: String] = [:]
    let status: Int
    let code: String
    /// What the answer has to mention: a name, a pointer, a legal move.
    var mentions: [String] = []
  }

  @Test func every_bad_request_is_refused_in_its_own_words_and_leaves_nothing_behind() async throws {
    try await TestServer.with { server in
      let world = server.world
      let ids = Ids(
        draft: try await world.achievement(.draft), published: try await world.achievement(.published),
        challenge: try await world.challenge(.published, hasClosed: false), deal: try await world.deal(.signed))
      let people = Dictionary(uniqueKeysWithValues: world.everybody)
      let before = try await world.fingerprint()
      for bad in Self.cases(ids) {
        let answer = try await server.send(
          bad.method, bad.path, as: bad.party.flatMap { people[$0] }, bad.body, headers: bad.headers)
        #expect(answer.status == bad.status && answer.code == bad.code, "\(bad.name): \(answer.status) \(answer.code)")
        expectProblem(answer, bad.name, path: String(bad.path.split(separator: "?")[0]))
        let text = String(decoding: answer.body, as: UTF8.self) + (answer.headers["allow"] ?? "")
        for word in bad.mentions { #expect(text.contains(word), "\(bad.name) should mention \(word): \(text)") }
        let after = try await world.fingerprint()
        #expect(after.keys.filter { after[$0] != before[$0] } == [], "\(bad.name) has written something")
      }
    }
  }

  struct Ids {
    let draft: ID<Achievement>, published: ID<Achievement>
    let challenge: (id: ID<Challenge>, bid: ID<Bid>)
    let deal: ID<Deal>
  }

  static func cases(_ ids: Ids) -> [Case] {
    bodies() + values() + parameters(ids) + absences(ids) + strangers(ids) + moves(ids) + wire(ids)
  }
}

/// The one shape of everything that is not a good answer.
func expectProblem(_ answer: TestServer.Answer, _ name: String, path: String? = nil) {
  #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true, "\(name)")
  let json = answer.json
  #expect(json["type"]?.string == "/problems/\(answer.code)", "\(name)")
  #expect(json["title"]?.string?.isEmpty == false, "\(name)")
  #expect(json["status"]?.number == Double(answer.status), "\(name)")
  #expect(
    !answer.code.isEmpty
      && answer.code.utf8.allSatisfy { $0 == 95 || (97...122).contains($0) || (48...57).contains($0) }, "\(name)")
  if let path { #expect(json["instance"]?.string == path, "\(name)") }
  #expect(
    json["request_id"]?.string?.isEmpty == false && json["request_id"]?.string == answer.headers["x-request-id"],
    "\(name)")
}
