import Market

/// Requests that are well made, by the wrong people or at the wrong time.
extension BadInputTests {
  static func strangers(_ ids: Ids) -> [Case] {
    let good = #"{"title":"x","region":"450300"}"#
    let achievements = "/api/v1/achievements", draft = "\(achievements)/\(ids.draft)", move = draft + "/transitions"
    let v = ["If-Match": "\"\(ids.draft.text).1\""]
    return [
      Case(name: "somebody else's draft", method: "GET", path: draft, party: "rival", status: 404, code: "not_found"),
      Case(name: "a draft to nobody", method: "GET", path: draft, party: nil, status: 404, code: "not_found"),
      Case(
        name: "to change somebody else's draft", method: "PATCH", path: draft, party: "rival", body: "{}", headers: v,
        status: 404, code: "not_found"),
      Case(
        name: "to move somebody else's draft", method: "POST", path: move, party: "rival",
        body: #"{"action":"submit"}"#, headers: v, status: 404, code: "not_found"),
      Case(
        name: "a sealed bid to the operator", method: "GET", path: "/api/v1/bids/\(ids.challenge.bid)",
        party: "operator", status: 404, code: "not_found"),
      Case(name: "a path that is none", method: "GET", path: "/api/v1/nothing", status: 404, code: "no_such_path"),
      Case(
        name: "to make as staff", method: "POST", path: achievements, party: "operator", body: good, status: 403,
        code: "wrong_role", mentions: ["university"]),
      Case(
        name: "to move in the wrong role", method: "POST", path: move, party: "operator", body: #"{"action":"submit"}"#,
        headers: v, status: 403, code: "wrong_role", mentions: ["owner"]),
      Case(
        name: "to register an organisation", method: "POST", path: "/api/v1/organisations",
        body: #"{"name":"x","kind":"other","region":"450300"}"#, status: 403, code: "wrong_role", mentions: ["operator"]
      ),
      Case(
        name: "a credit code that is wrong", method: "POST", path: "/api/v1/organisations", party: "operator",
        body: #"{"name":"x","kind":"other","region":"450300","uscc":"91110108551385082P"}"#, status: 422,
        code: "validation_failed", mentions: ["/uscc", "Q"]),
      Case(
        name: "to bid on one's own", method: "POST", path: "/api/v1/challenges/\(ids.challenge.id)/bids",
        party: "enterprise",
        body: #"{"price":{"amount":"1","currency":"CNY"},"plan":"x"}"#, status: 409, code: "own_challenge"),
      Case(
        name: "to bid twice", method: "POST", path: "/api/v1/challenges/\(ids.challenge.id)/bids",
        body: #"{"price":{"amount":"1","currency":"CNY"},"plan":"x"}"#, status: 409, code: "already_bid"),
      Case(
        name: "to bid with an achievement that is none", method: "POST",
        path: "/api/v1/challenges/\(ids.challenge.id)/bids", party: "rival",
        body: #"{"price":{"amount":"1","currency":"CNY"},"plan":"x","achievement":"ach_00000000000000000000000000"}"#,
        status: 422, code: "validation_failed", mentions: ["/achievement"]),
    ]
  }

  static func moves(_ ids: Ids) -> [Case] {
    let achievements = "/api/v1/achievements", draft = "\(achievements)/\(ids.draft)", move = draft + "/transitions"
    let v = ["If-Match": "\"\(ids.draft.text).1\""]
    return [
      Case(
        name: "a move that is none now", method: "POST", path: move, body: #"{"action":"confirm"}"#, headers: v,
        status: 409, code: "illegal_transition", mentions: ["submit", "withdraw"]),
      Case(
        name: "an action that is none", method: "POST", path: move, body: #"{"action":"submitt"}"#, headers: v,
        status: 422, code: "validation_failed", mentions: ["/action", "submit"]),
      Case(
        name: "no action", method: "POST", path: move, body: "{}", headers: v, status: 422, code: "validation_failed",
        mentions: ["/action"]),
      Case(
        name: "a move that is no object", method: "POST", path: move, body: "[]", headers: v, status: 400,
        code: "malformed_json"),
      Case(
        name: "a move without its reason", method: "POST", path: move, body: #"{"action":"withdraw"}"#, headers: v,
        status: 422, code: "validation_failed", mentions: ["/reason"]),
      Case(
        name: "a move with what it does not need", method: "POST", path: move,
        body: #"{"action":"submit","reason":"x"}"#, headers: v, status: 400, code: "unknown_field", mentions: ["reason"]
      ),
      Case(
        name: "a change of what has moved on", method: "PATCH", path: draft, body: #"{"title":"y"}"#,
        headers: ["If-Match": "\"\(ids.draft.text).7\""], status: 412, code: "version_moved", mentions: ["1"]),
      Case(
        name: "a tag that is none", method: "PATCH", path: draft, body: #"{"title":"y"}"#, headers: ["If-Match": "x"],
        status: 412, code: "version_moved"),
      Case(
        name: "a change without a version", method: "PATCH", path: draft, body: #"{"title":"y"}"#, status: 428,
        code: "version_required", mentions: ["If-Match"]),
      Case(
        name: "a move without a version", method: "POST", path: move, body: #"{"action":"submit"}"#, status: 428,
        code: "version_required"),
      Case(
        name: "to clear what must be", method: "PATCH", path: draft, body: #"{"title":null}"#, headers: v, status: 422,
        code: "validation_failed", mentions: ["/title"]),
      Case(
        name: "to change what is published", method: "PATCH", path: "\(achievements)/\(ids.published)",
        body: #"{"title":"y"}"#, headers: ["If-Match": "*"], status: 409, code: "illegal_transition",
        mentions: ["confirm"]),
      Case(
        name: "a deal between no ids", method: "POST", path: "/api/v1/deals",
        body: """
          {"kind":"transfer","title":"x","seller":"SELF","buyer":"SELF","total_amount":{"amount":"1","currency":"CNY"}}
          """, status: 422, code: "validation_failed", mentions: ["/seller"]),
      Case(
        name: "a contract that is worth more than its deal", method: "POST", path: "/api/v1/contracts",
        body: """
          {"deal":"\(ids.deal)","project_name":"x","contract_type":"TD","technology_field":"09","total_amount":{"amount":"800000.00","currency":"CNY"},
           "technical_amount":{"amount":"800000.01","currency":"CNY"},"valid_from":"2026-01-01","valid_to":"2027-01-01"}
          """, status: 422, code: "validation_failed", mentions: ["/technical_amount"]),
      Case(
        name: "a contract that ends before it begins", method: "POST", path: "/api/v1/contracts",
        body: """
          {"deal":"\(ids.deal)","project_name":"x","contract_type":"TD","technology_field":"09","total_amount":{"amount":"800000.00","currency":"CNY"},
           "technical_amount":{"amount":"1","currency":"CNY"},"valid_from":"2027-01-02","valid_to":"2027-01-01"}
          """, status: 422, code: "validation_failed", mentions: ["/valid_to"]),
    ]
  }
}
