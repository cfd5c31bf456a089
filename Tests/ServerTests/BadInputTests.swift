import Foundation
import Market
import Postgres
import Server
import TestSupport
import Testing

/// Everything that can be wrong with a request, one line each: the answer says which it was, in one shape, and nothing is written.
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
        #expect(try await world.fingerprint() == before, "\(bad.name) has written something")
      }
    }
  }

  struct Ids {
    let draft: ID<Achievement>, published: ID<Achievement>
    let challenge: (id: ID<Challenge>, bid: ID<Bid>)
    let deal: ID<Deal>
  }

  static func cases(_ ids: Ids) -> [Case] {
    let good = #"{"title":"x","region":"450300"}"#
    let achievements = "/api/v1/achievements", draft = "\(achievements)/\(ids.draft)", seen = "\"\(ids.draft.text).1\""
    let move = draft + "/transitions", v = ["If-Match": seen]
    let json = [
      "no JSON at all": "title=x", "an empty body": "", "half of an object": #"{"title":"#, "two objects": good + good,
      "half a surrogate": #"{"title":"\ud800","region":"450300"}"#, "bytes that are no text": "{\"title\":\"\u{0}\"}",
    ].map { Case(name: $0, method: "POST", path: achievements, body: $1, status: 400, code: "malformed_json") }
    let fields = [
      ("a field that is not there", #"{"titel":"x","region":"450300"}"#, "title"), ("one nobody means", #"{"zzzzzz":1}"#, "zzzzzz"),
      ("a field of the platform", #"{"title":"x","region":"450300","status":"published"}"#, "status"),
      ("somebody else's name", #"{"title":"x","region":"450300","organisation":"org_00000000000000000000000000"}"#, "organisation"),
    ].map { Case(name: $0, method: "POST", path: achievements, body: $1, status: 400, code: "unknown_field", mentions: [$2]) }
    let values = [
      ("an array", "[]", "\"\""), ("a text", "\"x\"", "\"\""), ("no title", #"{"region":"450300"}"#, "/title"), ("an empty title", #"{"title":"","region":"450300"}"#, "/title"),
      ("a null title", #"{"title":null,"region":"450300"}"#, "/title"), ("a number for a title", #"{"title":7,"region":"450300"}"#, "/title"),
      ("a title too long", #"{"title":"\#(String(repeating: "长", count: 201))","region":"450300"}"#, "/title"),
      ("NUL in a text", #"{"title":"a\u0000b","region":"450300"}"#, "/title"), ("a region of five digits", #"{"title":"x","region":"45030"}"#, "/region"),
      ("a region that is none", #"{"title":"x","region":"999999"}"#, "/region"), ("half a level", #"{"title":"x","region":"450300","trl":6.5}"#, "/trl"),
      ("a level too high", #"{"title":"x","region":"450300","trl":10}"#, "/trl"), ("a huge number", #"{"title":"x","region":"450300","trl":1e300}"#, "/trl"),
      ("a text for a level", #"{"title":"x","region":"450300","trl":"7"}"#, "/trl"), ("true for a level", #"{"title":"x","region":"450300","trl":true}"#, "/trl"),
      ("money as a number", #"{"title":"x","region":"450300","price":5}"#, "/price"),
      ("money in dollars", #"{"title":"x","region":"450300","price":{"amount":"5","currency":"USD"}}"#, "/price"),
      ("three decimals", #"{"title":"x","region":"450300","price":{"amount":"5.123","currency":"CNY"}}"#, "/price"),
      ("money below zero", #"{"title":"x","region":"450300","price":{"amount":"-5","currency":"CNY"}}"#, "/price"),
      ("money beyond all", #"{"title":"x","region":"450300","price":{"amount":"99999999999999","currency":"CNY"}}"#, "/price"),
      ("a mode that is none", #"{"title":"x","region":"450300","transfer_modes":["sell"]}"#, "/transfer_modes"),
      ("too many keywords", #"{"title":"x","region":"450300","keywords":[\#((0...30).map { "\"\($0)\"" }.joined(separator: ","))]}"#, "/keywords"),
    ].map { Case(name: $0, method: "POST", path: achievements, body: $1, status: 422, code: "validation_failed", mentions: [$2]) }
    let parameters = [
      ("a parameter that is not there", "?stat=x", "unknown_parameter", "stat"), ("a slip of the hand", "?regoin=45", "unknown_parameter", "region"),
      ("a state that is none", "?status=drafted", "bad_parameter", "status"), ("no page at all", "?page_size=0", "bad_parameter", "page_size"),
      ("a page of words", "?page_size=many", "bad_parameter", "page_size"), ("one twice", "?field=01&field=02", "bad_parameter", "field"),
      ("letters for a region", "?region=abc", "bad_parameter", "region"), ("a token of nobody", "?page_token=AAAA", "page_token_mismatch", "page_token"),
    ].map { Case(name: $0, method: "GET", path: achievements + $1, status: 400, code: $2, mentions: [$3]) }
    let absent = [
      ("an id that is none", "\(achievements)/x"), ("an id of nothing", "\(achievements)/\(ID<Achievement>())"), ("an id of another kind", "\(achievements)/\(ids.challenge.id)"),
      ("the moves of nothing", "\(achievements)/\(ID<Achievement>())/transitions"), ("the matches of nothing", "/api/v1/challenges/\(ID<Challenge>())/matches"),
      ("an organisation that is none", "/api/v1/organisations/\(ID<Organisation>())"), ("a list that is none", "/api/v1/achievement-lists/\(ID<AchievementList>())/items"),
    ].map { Case(name: $0, method: "GET", path: $1, status: 404, code: "not_found") }
    let rivals = [
      Case(name: "somebody else's draft", method: "GET", path: draft, party: "rival", status: 404, code: "not_found"),
      Case(name: "a draft to nobody", method: "GET", path: draft, party: nil, status: 404, code: "not_found"),
      Case(name: "to change somebody else's draft", method: "PATCH", path: draft, party: "rival", body: "{}", headers: v, status: 404, code: "not_found"),
      Case(name: "to move somebody else's draft", method: "POST", path: move, party: "rival", body: #"{"action":"submit"}"#, headers: v, status: 404, code: "not_found"),
      Case(name: "a sealed bid to the operator", method: "GET", path: "/api/v1/bids/\(ids.challenge.bid)", party: "operator", status: 404, code: "not_found"),
      Case(name: "a path that is none", method: "GET", path: "/api/v1/nothing", status: 404, code: "no_such_path"),
      Case(name: "to make as staff", method: "POST", path: achievements, party: "operator", body: good, status: 403, code: "wrong_role", mentions: ["university"]),
      Case(name: "to move in the wrong role", method: "POST", path: move, party: "operator", body: #"{"action":"submit"}"#, headers: v, status: 403, code: "wrong_role", mentions: ["owner"]),
      Case(name: "to register an organisation", method: "POST", path: "/api/v1/organisations", body: #"{"name":"x","kind":"other","region":"450300"}"#, status: 403, code: "wrong_role", mentions: ["operator"]),
      Case(name: "a credit code that is wrong", method: "POST", path: "/api/v1/organisations", party: "operator",
        body: #"{"name":"x","kind":"other","region":"450300","uscc":"91110108551385082P"}"#, status: 422, code: "validation_failed", mentions: ["/uscc", "Q"]),
      Case(name: "to bid on one's own", method: "POST", path: "/api/v1/challenges/\(ids.challenge.id)/bids", party: "enterprise",
        body: #"{"price":{"amount":"1","currency":"CNY"},"plan":"x"}"#, status: 409, code: "own_challenge"),
      Case(name: "to bid twice", method: "POST", path: "/api/v1/challenges/\(ids.challenge.id)/bids",
        body: #"{"price":{"amount":"1","currency":"CNY"},"plan":"x"}"#, status: 409, code: "already_bid"),
      Case(name: "to bid with an achievement that is none", method: "POST", path: "/api/v1/challenges/\(ids.challenge.id)/bids", party: "rival",
        body: #"{"price":{"amount":"1","currency":"CNY"},"plan":"x","achievement":"ach_00000000000000000000000000"}"#, status: 422, code: "validation_failed", mentions: ["/achievement"]),
    ]
    let moves = [
      Case(name: "a move that is none now", method: "POST", path: move, body: #"{"action":"confirm"}"#, headers: v, status: 409, code: "illegal_transition", mentions: ["submit", "withdraw"]),
      Case(name: "an action that is none", method: "POST", path: move, body: #"{"action":"submitt"}"#, headers: v, status: 422, code: "validation_failed", mentions: ["/action", "submit"]),
      Case(name: "no action", method: "POST", path: move, body: "{}", headers: v, status: 422, code: "validation_failed", mentions: ["/action"]),
      Case(name: "a move that is no object", method: "POST", path: move, body: "[]", headers: v, status: 400, code: "malformed_json"),
      Case(name: "a move without its reason", method: "POST", path: move, body: #"{"action":"withdraw"}"#, headers: v, status: 422, code: "validation_failed", mentions: ["/reason"]),
      Case(name: "a move with what it does not need", method: "POST", path: move, body: #"{"action":"submit","reason":"x"}"#, headers: v, status: 400, code: "unknown_field", mentions: ["reason"]),
      Case(name: "a change of what has moved on", method: "PATCH", path: draft, body: #"{"title":"y"}"#, headers: ["If-Match": "\"\(ids.draft.text).7\""], status: 412, code: "version_moved", mentions: ["1"]),
      Case(name: "a tag that is none", method: "PATCH", path: draft, body: #"{"title":"y"}"#, headers: ["If-Match": "x"], status: 412, code: "version_moved"),
      Case(name: "a change without a version", method: "PATCH", path: draft, body: #"{"title":"y"}"#, status: 428, code: "version_required", mentions: ["If-Match"]),
      Case(name: "a move without a version", method: "POST", path: move, body: #"{"action":"submit"}"#, status: 428, code: "version_required"),
      Case(name: "to clear what must be", method: "PATCH", path: draft, body: #"{"title":null}"#, headers: v, status: 422, code: "validation_failed", mentions: ["/title"]),
      Case(name: "to change what is published", method: "PATCH", path: "\(achievements)/\(ids.published)", body: #"{"title":"y"}"#, headers: ["If-Match": "*"], status: 409, code: "illegal_transition", mentions: ["confirm"]),
      Case(name: "a deal between no ids", method: "POST", path: "/api/v1/deals", body: """
        {"kind":"transfer","title":"x","seller":"SELF","buyer":"SELF","total_amount":{"amount":"1","currency":"CNY"}}
        """, status: 422, code: "validation_failed", mentions: ["/seller"]),
      Case(name: "a contract that is worth more than its deal", method: "POST", path: "/api/v1/contracts", body: """
        {"deal":"\(ids.deal)","project_name":"x","contract_type":"TD","technology_field":"09","total_amount":{"amount":"800000.00","currency":"CNY"},
         "technical_amount":{"amount":"800000.01","currency":"CNY"},"valid_from":"2026-01-01","valid_to":"2027-01-01"}
        """, status: 422, code: "validation_failed", mentions: ["/technical_amount"]),
      Case(name: "a contract that ends before it begins", method: "POST", path: "/api/v1/contracts", body: """
        {"deal":"\(ids.deal)","project_name":"x","contract_type":"TD","technology_field":"09","total_amount":{"amount":"800000.00","currency":"CNY"},
         "technical_amount":{"amount":"1","currency":"CNY"},"valid_from":"2027-01-02","valid_to":"2027-01-01"}
        """, status: 422, code: "validation_failed", mentions: ["/valid_to"]),
    ]
    let wire = [
      Case(name: "no token", method: "POST", path: achievements, party: nil, body: good, status: 401, code: "unauthenticated"),
      Case(name: "a token of nobody", method: "GET", path: achievements, party: nil, headers: ["Authorization": "Bearer jb_pat_x"], status: 401, code: "unauthenticated"),
      Case(name: "another scheme", method: "GET", path: achievements, party: nil, headers: ["Authorization": "Basic eDp5"], status: 401, code: "unauthenticated"),
      Case(name: "a form", method: "POST", path: achievements, body: good, headers: ["Content-Type": "application/x-www-form-urlencoded"], status: 415, code: "unsupported_media_type", mentions: ["application/json"]),
      Case(name: "a patch as plain text", method: "PATCH", path: draft, body: "{}", headers: ["Content-Type": "text/plain", "If-Match": "*"], status: 415, code: "unsupported_media_type"),
      Case(name: "a body too large", method: "POST", path: achievements, body: #"{"title":"\#(String(repeating: "x", count: 1 << 20))"}"#, status: 413, code: "body_too_large"),
      Case(name: "a method that the list does not take", method: "DELETE", path: achievements, status: 405, code: "method_not_allowed", mentions: ["GET", "HEAD", "POST"]),
      Case(name: "a method that one does not take", method: "PUT", path: draft, body: "{}", status: 405, code: "method_not_allowed", mentions: ["PATCH"]),
      Case(name: "a write to what is only read", method: "POST", path: "/healthz", body: "{}", status: 405, code: "method_not_allowed", mentions: ["GET"]),
      Case(name: "a key too long", method: "POST", path: achievements, body: good, headers: ["Idempotency-Key": String(repeating: "k", count: 256)], status: 400, code: "bad_parameter", mentions: ["Idempotency-Key"]),
      Case(name: "a cut that is none", method: "GET", path: "/api/v1/statistics/turnover?by=colour", status: 400, code: "bad_parameter", mentions: ["contract_type"]),
      Case(name: "a period that ends before it begins", method: "GET", path: "/api/v1/statistics/turnover?from=2026-02-01&to=2026-01-01", status: 400, code: "bad_parameter", mentions: ["to"]),
      Case(name: "half a period", method: "GET", path: "/api/v1/statistics/turnover?from=2026-02-01", status: 400, code: "bad_parameter"),
      Case(name: "a date that is none", method: "GET", path: "/api/v1/statistics/turnover?from=2026-02-30&to=2026-03-01", status: 400, code: "bad_parameter", mentions: ["from"]),
      Case(name: "a search for nothing", method: "GET", path: "/api/v1/search?q=%20", status: 400, code: "bad_parameter", mentions: ["q"]),
      Case(name: "a search among what is none", method: "GET", path: "/api/v1/search?q=x&kind=deal", status: 400, code: "bad_parameter", mentions: ["kind"]),
      Case(name: "events after none", method: "GET", path: "/api/v1/events?after=evt_00000000000000000000000000", status: 400, code: "bad_parameter", mentions: ["after"]),
      Case(name: "a flag that is none", method: "GET", path: "/api/v1/challenges/\(ids.challenge.id)/matches?explain=maybe", status: 400, code: "bad_parameter", mentions: ["explain"]),
      Case(name: "a limit below one", method: "GET", path: "/api/v1/challenges/\(ids.challenge.id)/matches?limit=0", status: 400, code: "bad_parameter", mentions: ["limit"]),
    ]
    return json + fields + values + parameters + absent + rivals + moves + wire
  }
}

/// The one shape of everything that is not a good answer.
func expectProblem(_ answer: TestServer.Answer, _ name: String, path: String? = nil) {
  #expect(answer.headers["content-type"]?.hasPrefix("application/problem+json") == true, "\(name)")
  let json = answer.json
  #expect(json["type"]?.string == "/problems/\(answer.code)", "\(name)")
  #expect(json["title"]?.string?.isEmpty == false, "\(name)")
  #expect(json["status"]?.number == Double(answer.status), "\(name)")
  #expect(!answer.code.isEmpty && answer.code.utf8.allSatisfy { $0 == 95 || (97...122).contains($0) || (48...57).contains($0) }, "\(name)")
  if let path { #expect(json["instance"]?.string == path, "\(name)") }
  #expect(json["request_id"]?.string?.isEmpty == false && json["request_id"]?.string == answer.headers["x-request-id"], "\(name)")
}
