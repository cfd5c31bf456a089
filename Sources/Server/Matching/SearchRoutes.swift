import Market

extension Route {
  static let search: [Route] = [keywords]

  private static let keywords: Route = .get(
    "/api/v1/search", "matches", "检索", "keyword search, with counts by each condition and what may have been meant",
    query: [
      QueryParameter("q", .text(max: 200), "检索词,一个字也可以", "what to look for; one character is enough"),
      QueryParameter("kind", .code(["achievement", "challenge"]), "成果或题目,默认成果", "achievements unless told"),
      .limit, .explain,
      QueryParameter(
        "page_token", .text(max: 200), "上一页给出的 next_page_token,检索词和条件须相同",
        "next_page_token of the page before, for the same words and conditions"),
    ] + .conditions, gives: .page(.match)
  ) { call in
    guard let text = call.query["q"], !text.trimmed.isEmpty else {
      throw Refusal.badParameter(name: "q", detail: Phrase("请填写检索词", "say what to look for"))
    }
    let page = PageRequest(size: try call.limit, token: call.query["page_token"]), explain = try call.flag("explain")
    switch call.query["kind"] ?? Achievement.kind {
    case Achievement.kind:
      return .found(try await call.matcher.search(Achievement.self, text, page: page, where: call.query), explain, call)
    case Challenge.kind:
      return .found(try await call.matcher.search(Challenge.self, text, page: page, where: call.query), explain, call)
    default:
      throw Refusal.badParameter(
        name: "kind", detail: Phrase("应为 achievement 或 challenge", "must be achievement or challenge"))
    }
  }
}

extension Reply {
  fileprivate static func found<O: MarketObject>(_ found: Found<O>, _ explain: Bool, _ call: Call) -> Reply {
    .json { json in
      json.object { json in
        json.hits(found.hits, explain, for: call.caller)
        json.int("total", found.total)
        json.string("next_page_token", found.next)
        json.string("suggestion", found.suggestion)
        json.object("facets") { json in
          for facet in found.facets {
            json.array(facet.name) { json in
              for (value, count) in facet.counts {
                json.object { json in
                  json.string("value", value)
                  json.int("count", count)
                }
              }
            }
          }
        }
      }
    }
  }
}
