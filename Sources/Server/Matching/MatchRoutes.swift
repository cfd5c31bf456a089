import HTTPTypes
import Market
import MatchEngine

extension Route {
  static let matches: [Route] = [forChallenge, forAchievement, forText, feedback]

  private static let forChallenge: Route = .get(
    "/api/v1/challenges/{id}/matches", "matches", "与题目匹配的成果", "achievements that could answer a challenge, best first",
    query: [.limit, .explain] + .conditions, gives: .items(.match)
  ) { call in
    let challenge = try await call.market.find(try call.id(Challenge.self), for: call.caller)
    let found = try await call.matcher.achievements(
      for: challenge, limit: try call.limit, where: try MatchCondition.filter(call.query))
    return try Reply.matches(found, call)
  }

  private static let forAchievement: Route = .get(
    "/api/v1/achievements/{id}/matches", "matches", "与成果匹配的题目",
    "challenges that an achievement could answer, best first",
    query: [.limit, .explain] + .conditions, gives: .items(.match)
  ) { call in
    let achievement = try await call.market.find(try call.id(Achievement.self), for: call.caller)
    let found = try await call.matcher.challenges(
      for: achievement, limit: try call.limit, where: try MatchCondition.filter(call.query))
    return try Reply.matches(found, call)
  }

  private static let wanted: [InputField] = [
    InputField("text", .text(max: 200), Phrase("需求,一句话", "the need, in a sentence")),
    InputField("content", .text(max: 20000), required: false, Phrase("详细说明", "more about it")),
    InputField("tags", .texts(maxItems: 30, max: 60), required: false, Phrase("关键词", "keywords")),
  ]

  private static let forText: Route = .ask(
    "/api/v1/matches", "matches", "按描述匹配成果", "achievements for a need in free words, best first",
    body: Body("MatchRequest", wanted), query: [.limit, .explain] + .conditions, gives: .items(.match)
  ) { call in
    let input = try call.input(wanted)
    let found = try await call.matcher.achievements(
      forText: input.text("text") ?? "", content: input.text("content") ?? "", tags: input.texts("tags") ?? [],
      limit: try call.limit, where: try MatchCondition.filter(call.query))
    return try Reply.matches(found, call)
  }

  private static let feedback: Route = .write(
    .post, "/api/v1/matches/feedback", "matches", "反馈匹配结果", "say what was done with a match",
    body: Body("NewMatchFeedback", MatchFeedback.inputs), gives: .object(.fields("MatchFeedback", MatchFeedback.fields))
  ) { call, work in
    let feedback = try await work.record(try call.input(MatchFeedback.inputs))
    return .json(.created) { json in MatchFeedback.fields.write(feedback, into: &json) }
  }
}

extension [Route.QueryParameter] {
  /// Hard conditions on what is found.
  static let conditions = MatchCondition.all.map {
    Route.QueryParameter($0.name, .text(max: 200), $0.doc.zh, $0.doc.en)
  }
}

extension Call {
  var limit: Int { get throws(Refusal) { try integer("limit", default: 10, 1...100) } }
}

extension Schema {
  static let match = Schema(name: "Match") { json in
    json.schemaObject([], required: ["score", "reasons"], isOpen: true)
  }
}

extension Reply {
  /// Hits with their reasons; with `explain=true` also what each reason adds and where it stands in the texts.
  fileprivate static func matches<O: MarketObject>(_ found: [Ranked<O>], _ call: Call) throws -> Reply {
    let explain = try call.flag("explain")
    return .json { json in
      json.object { json in json.hits(found, explain, for: call.caller) }
    }
  }
}

extension JSONWriter {
  /// The member `items`: hits with their reasons.
  mutating func hits<O: MarketObject>(_ found: [Ranked<O>], _ explain: Bool, for caller: Caller) {
    array("items") { json in
      for hit in found {
        json.object { json in
          json.key(O.kind)
          hit.object.write(for: caller, into: &json)
          json.double("score", hit.score)
          json.array("reasons") { json in for reason in hit.reasons { reason.write(explain, into: &json) } }
          json.object("highlight") { json in json.string("title", hit.highlightedTitle) }
        }
      }
    }
  }
}

extension Ranked {
  /// The title with what was found in it marked, for a page.
  fileprivate var highlightedTitle: String {
    Highlight.mark(object.headline, reasons.flatMap(\.offeredSpans).filter { $0.part == .title })
  }
}

extension MatchReason {
  fileprivate func write(_ explain: Bool, into json: inout JSONWriter) {
    json.object { json in
      json.string("code", code)
      json.bool("against", isAgainst)
      json.bool("remedy", isRemedy)
      json.string("text", chinese)
      guard explain else { return }
      json.double("contribution", contribution)
      json.double("gain", gain)
      json.array("wanted") { json in for span in wantedSpans { span.write(into: &json) } }
      json.array("offered") { json in for span in offeredSpans { span.write(into: &json) } }
    }
  }
}

extension MatchSpan {
  fileprivate func write(into json: inout JSONWriter) {
    json.object { json in
      json.key("part")
      switch part {
      case .title: json.string("title")
      case .body: json.string("body")
      case .tag(let position): json.string("tag/\(position)")
      }
      json.int("from", bytes.lowerBound)
      json.int("to", bytes.upperBound)
    }
  }
}
