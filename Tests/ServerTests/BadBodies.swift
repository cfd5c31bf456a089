/// Bodies that cannot be read, or say what nobody may say.
extension BadInputTests {
  static func bodies() -> [Case] {
    let good = #"{"title":"x","region":"450300"}"#
    let achievements = "/api/v1/achievements"
    let json = [
      "no JSON at all": "title=x", "an empty body": "", "half of an object": #"{"title":"#, "two objects": good + good,
      "half a surrogate": #"{"title":"\ud800","region":"450300"}"#, "bytes that are no text": "{\"title\":\"\u{0}\"}",
    ].map { Case(name: $0, method: "POST", path: achievements, body: $1, status: 400, code: "malformed_json") }
    let fields = [
      ("a field that is not there", #"{"titel":"x","region":"450300"}"#, "title"),
      ("one nobody means", #"{"zzzzzz":1}"#, "zzzzzz"),
      ("a field of the platform", #"{"title":"x","region":"450300","status":"published"}"#, "status"),
      (
        "somebody else's name", #"{"title":"x","region":"450300","organisation":"org_00000000000000000000000000"}"#,
        "organisation"
      ),
    ].map {
      Case(name: $0, method: "POST", path: achievements, body: $1, status: 400, code: "unknown_field", mentions: [$2])
    }
    return json + fields
  }

  static func values() -> [Case] {
    [
      ("an array", "[]", "\"\""), ("a text", "\"x\"", "\"\""), ("no title", #"{"region":"450300"}"#, "/title"),
      ("an empty title", #"{"title":"","region":"450300"}"#, "/title"),
      ("a null title", #"{"title":null,"region":"450300"}"#, "/title"),
      ("a number for a title", #"{"title":7,"region":"450300"}"#, "/title"),
      ("a title too long", #"{"title":"\#(String(repeating: "长", count: 201))","region":"450300"}"#, "/title"),
      ("NUL in a text", #"{"title":"a\u0000b","region":"450300"}"#, "/title"),
      ("a region of five digits", #"{"title":"x","region":"45030"}"#, "/region"),
      ("a region that is none", #"{"title":"x","region":"999999"}"#, "/region"),
      ("half a level", #"{"title":"x","region":"450300","trl":6.5}"#, "/trl"),
      ("a level too high", #"{"title":"x","region":"450300","trl":10}"#, "/trl"),
      ("a huge number", #"{"title":"x","region":"450300","trl":1e300}"#, "/trl"),
      ("a text for a level", #"{"title":"x","region":"450300","trl":"7"}"#, "/trl"),
      ("true for a level", #"{"title":"x","region":"450300","trl":true}"#, "/trl"),
      ("money as a number", #"{"title":"x","region":"450300","price":5}"#, "/price"),
      ("money in dollars", #"{"title":"x","region":"450300","price":{"amount":"5","currency":"USD"}}"#, "/price"),
      ("three decimals", #"{"title":"x","region":"450300","price":{"amount":"5.123","currency":"CNY"}}"#, "/price"),
      ("money below zero", #"{"title":"x","region":"450300","price":{"amount":"-5","currency":"CNY"}}"#, "/price"),
      (
        "money beyond all", #"{"title":"x","region":"450300","price":{"amount":"99999999999999","currency":"CNY"}}"#,
        "/price"
      ),
      ("a mode that is none", #"{"title":"x","region":"450300","transfer_modes":["sell"]}"#, "/transfer_modes"),
      (
        "too many keywords",
        #"{"title":"x","region":"450300","keywords":[\#((0...30).map { "\"\($0)\"" }.joined(separator: ","))]}"#,
        "/keywords"
      ),
    ].map {
      Case(
        name: $0, method: "POST", path: "/api/v1/achievements", body: $1, status: 422, code: "validation_failed",
        mentions: [$2])
    }
  }
}
