import ArgumentParser
import Market
import MatchEngine

struct MatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "match", abstract: "匹配 · rank achievements against a need",
    subcommands: [
      Text.self, MatchBatch.self, MatchTune.self, MatchEval.self, MatchSpeed.self, MatchStanding.self,
    ], defaultSubcommand: Text.self)

  struct Text: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "按描述匹配 · achievements for a need in free words",
      discussion: #"jiebang match "柑橘黄龙病绿色防控" --limit 5"#)

    @Argument(help: "需求,一句话 · the need") var text: String
    @Option(help: "详细说明 · more about it") var content = ""
    @Option(help: "返回条数 · how many") var limit = 10
    @Flag(help: "以 JSON 输出 · as JSON") var json = false

    func run() async throws {
      try await command {
        guard limit >= 1 else { throw ValidationError(Phrase("--limit 至少为 1", "--limit must be at least 1")) }
        try await Session.with { session in
          let matcher = Matcher(try await session.market(), lexicon: try Lexicon.shipped(in: session.share))
          try await matcher.load()
          let found = try await matcher.achievements(forText: text, content: content, limit: min(limit, 100))
          if json { Console.out(MatchReport.json(found)) } else { Console.out(MatchReport.text(found)) }
        }
      }
    }
  }
}

/// Ranked achievements for the terminal.
enum MatchReport {
  static func text(_ found: [Ranked<Achievement>]) -> String {
    guard !found.isEmpty else { return Console.pick(Phrase("没有匹配的成果", "nothing matches")) }
    return found.enumerated().map { i, hit in
      let invented = hit.object.origin == "constructed" ? Console.pick(Phrase(" [示例,非真实]", " [invented]")) : ""
      let score = "\((hit.score * 100).rounded() / 100)"
      let head =
        "\(i + 1). \(hit.object.title)\(invented)\n   \(hit.object.organisationName) · \(Console.pick(Phrase("得分", "score"))) \(score)"
      // What it is made of, and the first thing that would raise it.
      let told = hit.reasons.filter { !$0.isRemedy }.prefix(4) + hit.reasons.filter(\.isRemedy).prefix(1)
      return ([head] + told.map { "   \($0.sign) \($0.chinese)" }).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  static func json(_ found: [Ranked<Achievement>]) -> String {
    var json = JSONWriter()
    json.object { json in
      json.array("items") { json in
        for hit in found {
          json.object { json in
            json.raw("achievement", hit.object.json(for: .system))
            json.double("score", hit.score)
            reasons(hit.reasons, into: &json)
          }
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  static func reasons(_ reasons: [MatchReason], into json: inout JSONWriter) {
    json.array("reasons") { json in
      for reason in reasons {
        json.object { json in
          json.string("code", reason.code)
          json.string("text", reason.chinese)
          json.double("contribution", reason.contribution)
          json.double("gain", reason.gain)
        }
      }
    }
  }
}

extension MatchReason {
  fileprivate var sign: String { isRemedy ? "↑" : isAgainst ? "－" : "＋" }
}
