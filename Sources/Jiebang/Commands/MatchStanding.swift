import ArgumentParser
import Market
import MatchEngine

struct MatchStanding: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "standing", abstract: "关注测速 · time what one new document costs among standing demands",
    discussion: """
      The folder has docs.tsv as for `match speed`. Its texts are indexed; demands are made of the first of them, and the last
      ones are published one by one. CPU time, on one thread; no database is needed.
        jiebang match standing --corpus corpus --standing 200000
      """)

  @Option(help: "语料文件夹 · folder", completion: .directory) var corpus: String
  @Option(help: "常驻需求数 · standing demands") var standing = 200_000
  @Option(help: "发布几篇 · documents that are published") var published = 500
  @Option(help: "得分不低于 · points a match must have") var score = StandingQueries.usualScore

  func run() async throws {
    try await command {
      guard standing >= 1, published >= 1 else {
        throw ValidationError(Phrase("--standing 和 --published 至少为 1", "--standing and --published must be at least 1"))
      }
      let lexicon = try Lexicon.shipped(in: Share.folder())
      var index = MatchIndex(lexicon: lexicon)
      var texts: [MatchDocument] = [], last: [MatchDocument] = []
      try MatchCorpus(folder: corpus).documents(by: 65_536, spaced: false) { batch in
        index.apply(batch.map { .put($0) })
        texts += batch.prefix(max(0, standing - texts.count))
        last = (last + batch).suffix(published)
      }
      guard !texts.isEmpty else { throw Refusal.notFound(Phrase("语料", "corpus")) }
      var waiting = StandingQueries(lexicon: lexicon)
      let (built, _) = MatchCost.milliseconds {
        waiting.put((0..<standing).map { demand($0, texts[$0 % texts.count].body) }, weighedBy: index)
      }
      var found = 0, plain: [Double] = [], told: [Double] = []
      for document in last {
        let (time, answers) = MatchCost.milliseconds { waiting.answered(by: document, in: index) }
        found += answers.count
        plain.append(time)
        told.append(MatchCost.milliseconds { waiting.answered(by: document, in: index, explain: true) }.0)
      }
      var json = JSONWriter()
      json.object { json in
        json.int("documents", index.count)
        json.int("standing", waiting.count)
        json.double("score", score)
        json.double("build_cpu_s", (built / 10).rounded() / 100)
        json.int("published", last.count)
        json.double("found_each", (Double(found) / Double(last.count) * 100).rounded() / 100)
        json.percentiles("find_cpu_ms", plain)
        json.percentiles("find_and_explain_cpu_ms", told)
        json.double("peak_mb", MatchCost.peakMegabytes.rounded())
      }
      Console.out(String(decoding: json.bytes, as: UTF8.self))
    }
  }

  /// A demand as long as demands are: a title and a few sentences. Texts that are used again are cut elsewhere.
  private func demand(_ number: Int, _ text: String) -> StandingQueries.Wanted {
    let text = text.dropFirst(number % 17)
    return StandingQueries.Wanted(
      key: UInt128(number) + 1 << 64,
      query: MatchQuery(title: String(text.prefix(24)), content: String(text.dropFirst(24).prefix(96))), atLeast: score)
  }
}
