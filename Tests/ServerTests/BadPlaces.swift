import Market

/// Questions that name what is not there, and requests that are wrong on the wire.
extension BadInputTests {
  static func parameters(_ ids: Ids) -> [Case] {
    let achievements = "/api/v1/achievements"
    return [
      ("a parameter that is not there", "?stat=x", "unknown_parameter", "stat"),
      ("a slip of the hand", "?regoin=45", "unknown_parameter", "region"),
      ("a state that is none", "?status=drafted", "bad_parameter", "status"),
      ("a holder that is nobody", "?organisation=", "bad_parameter", "organisation"),
      ("no page at all", "?page_size=0", "bad_parameter", "page_size"),
      ("a page of words", "?page_size=many", "bad_parameter", "page_size"),
      ("one twice", "?field=01&field=02", "bad_parameter", "field"),
      ("letters for a region", "?region=abc", "bad_parameter", "region"),
      ("a token of nobody", "?page_token=AAAA", "page_token_mismatch", "page_token"),
    ].map { Case(name: $0, method: "GET", path: achievements + $1, status: 400, code: $2, mentions: [$3]) }
  }

  static func absences(_ ids: Ids) -> [Case] {
    let achievements = "/api/v1/achievements"
    return [
      ("an id that is none", "\(achievements)/x"), ("an id of nothing", "\(achievements)/\(ID<Achievement>())"),
      ("an id of another kind", "\(achievements)/\(ids.challenge.id)"),
      ("the moves of nothing", "\(achievements)/\(ID<Achievement>())/transitions"),
      ("the matches of nothing", "/api/v1/challenges/\(ID<Challenge>())/matches"),
      ("an organisation that is none", "/api/v1/organisations/\(ID<Organisation>())"),
      ("a list that is none", "/api/v1/achievement-lists/\(ID<AchievementList>())/items"),
    ].map { Case(name: $0, method: "GET", path: $1, status: 404, code: "not_found") }
  }

  static func wire(_ ids: Ids) -> [Case] {
    let good = #"{"title":"x","region":"450300"}"#
    let achievements = "/api/v1/achievements"
    let draft = "\(achievements)/\(ids.draft)"
    return [
      Case(
        name: "no token", method: "POST", path: achievements, party: nil, body: good, status: 401,
        code: "unauthenticated"),
      Case(
        name: "a token of nobody", method: "GET", path: achievements, party: nil,
        headers: ["Authorization": "Bearer jb_pat_x"], status: 401, code: "unauthenticated"),
      Case(
        name: "another scheme", method: "GET", path: achievements, party: nil, headers: ["Authorization": "Basic eDp5"],
        status: 401, code: "unauthenticated"),
      Case(
        name: "a form", method: "POST", path: achievements, body: good,
        headers: ["Content-Type": "application/x-www-form-urlencoded"], status: 415, code: "unsupported_media_type",
        mentions: ["application/json"]),
      Case(
        name: "a patch as plain text", method: "PATCH", path: draft, body: "{}",
        headers: ["Content-Type": "text/plain", "If-Match": "*"], status: 415, code: "unsupported_media_type"),
      Case(
        name: "a body too large", method: "POST", path: achievements,
        body: #"{"title":"\#(String(repeating: "x", count: 1 << 20))"}"#, status: 413, code: "body_too_large"),
      Case(
        name: "a method that the list does not take", method: "DELETE", path: achievements, status: 405,
        code: "method_not_allowed", mentions: ["GET", "HEAD", "POST"]),
      Case(
        name: "a method that one does not take", method: "PUT", path: draft, body: "{}", status: 405,
        code: "method_not_allowed", mentions: ["PATCH"]),
      Case(
        name: "a write to what is only read", method: "POST", path: "/healthz", body: "{}", status: 405,
        code: "method_not_allowed", mentions: ["GET"]),
      Case(
        name: "a key too long", method: "POST", path: achievements, body: good,
        headers: ["Idempotency-Key": String(repeating: "k", count: 256)], status: 400, code: "bad_parameter",
        mentions: ["Idempotency-Key"]),
      Case(
        name: "a cut that is none", method: "GET", path: "/api/v1/statistics/turnover?by=colour", status: 400,
        code: "bad_parameter", mentions: ["contract_type"]),
      Case(
        name: "a period that ends before it begins", method: "GET",
        path: "/api/v1/statistics/turnover?from=2026-02-01&to=2026-01-01", status: 400, code: "bad_parameter",
        mentions: ["to"]),
      Case(
        name: "half a period", method: "GET", path: "/api/v1/statistics/turnover?from=2026-02-01", status: 400,
        code: "bad_parameter"),
      Case(
        name: "a date that is none", method: "GET", path: "/api/v1/statistics/turnover?from=2026-02-30&to=2026-03-01",
        status: 400, code: "bad_parameter", mentions: ["from"]),
      Case(
        name: "a search for nothing", method: "GET", path: "/api/v1/search?q=%20", status: 400, code: "bad_parameter",
        mentions: ["q"]),
      Case(
        name: "a search among what is none", method: "GET", path: "/api/v1/search?q=x&kind=deal", status: 400,
        code: "bad_parameter", mentions: ["kind"]),
      Case(
        name: "events after none", method: "GET", path: "/api/v1/events?after=evt_00000000000000000000000000",
        status: 400, code: "bad_parameter", mentions: ["after"]),
      Case(
        name: "a flag that is none", method: "GET",
        path: "/api/v1/challenges/\(ids.challenge.id)/matches?explain=maybe", status: 400, code: "bad_parameter",
        mentions: ["explain"]),
      Case(
        name: "a limit below one", method: "GET", path: "/api/v1/challenges/\(ids.challenge.id)/matches?limit=0",
        status: 400, code: "bad_parameter", mentions: ["limit"]),
    ]
  }
}
