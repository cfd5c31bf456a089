import ArgumentParser
import Market
import MatchEngine

struct MatchBatch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch", abstract: "批量匹配 · every published challenge against every published achievement",
    discussion: """
      One JSON line a challenge, with its best achievements and the reasons. The file takes its name when it is whole; what an
      interruption left is gone on with by --resume, challenges published meanwhile included.
        jiebang match batch --out matches.jsonl --limit 10
      """)

  @Option(help: "写入文件,缺省为标准输出 · where to write", completion: .file()) var out: String?
  @Flag(help: "接着上次未完成的做 · go on with what was interrupted") var resume = false
  @Option(help: "每题返回条数,最多 100 · achievements a challenge") var limit = 10

  func run() async throws {
    try await command {
      guard (1...100).contains(limit) else {
        throw ValidationError(Phrase("--limit 应为 1 至 100", "--limit is 1 to 100"))
      }
      guard out != nil || !resume else {
        throw ValidationError(Phrase("--resume 须与 --out 同用", "--resume needs --out"))
      }
      try await Session.with { session in
        let matcher = Matcher(try await session.market(), lexicon: try Lexicon.shipped(in: session.share))
        try await matcher.load()
        guard let out else {
          return try await matches(matcher, after: nil, done: 0) { Console.out(String(decoding: $0, as: UTF8.self)) }
        }
        let file = try DraftFile(out, resuming: resume)
        let last = try file.lines.last.map(challenge)
        let done = file.lines.count
        if done > 0 { Console.note(Console.pick(Phrase("已有 \(done) 题,接着做", "\(done) done before, going on"))) }
        try await matches(matcher, after: last, done: done) { try file.append($0) }
        try file.finish()
      }
    }
  }

  private func matches(_ matcher: Matcher, after last: ID<Challenge>?, done: Int, _ take: ([UInt8]) throws -> Void)
    async throws
  {
    let progress = Progress(Console.pick(Phrase("批量匹配", "matching")), total: matcher.counts.challenges)
    var done = done
    for try await page in matcher.publishedChallenges(after: last) {
      for challenge in page {
        try Task.checkCancellation()
        let found = try await matcher.achievements(for: challenge, limit: limit)
        try take(MatchReport.line(challenge, found))
        done += 1
        progress.update(done)
      }
    }
  }

  /// The challenge of a line that an earlier run wrote.
  private func challenge(_ line: [UInt8]) throws -> ID<Challenge> {
    guard let json = JSONValue.parse(line), let id = json["challenge"]?.string.flatMap({ ID<Challenge>($0) }) else {
      throw Refusal.invalid([
        Issue(
          code: "malformed_output",
          detail: Phrase("\(out ?? "").part 不是批量匹配的结果", "\(out ?? "").part is no batch of matches"))
      ])
    }
    guard let matches = json["matches"]?.array, matches.count <= limit else {
      throw Refusal.conflict(
        code: "other_limit",
        detail: Phrase("上次用的是更大的 --limit,请用同样的条数", "the earlier run had a larger --limit: use the same"))
    }
    return id
  }
}

extension MatchReport {
  fileprivate static func line(_ challenge: Challenge, _ found: [Ranked<Achievement>]) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.string("challenge", challenge.id.text)
      json.string("title", challenge.title)
      json.array("matches") { json in
        for hit in found {
          json.object { json in
            json.string("achievement", hit.object.id.text)
            json.string("title", hit.object.title)
            json.double("score", hit.score)
            reasons(hit.reasons, into: &json)
          }
        }
      }
    }
    return json.bytes
  }
}
