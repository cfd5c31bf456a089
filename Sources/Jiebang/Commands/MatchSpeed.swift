import ArgumentParser
import Market
import MatchEngine

struct MatchSpeed: AsyncParsableCommand {
  enum Tokens: String, CaseIterable, ExpressibleByArgument { case own, given }

  static let configuration = CommandConfiguration(
    commandName: "speed", abstract: "测速 · index a corpus and time its queries, on one thread",
    discussion: """
      The folder has docs.tsv (number, tab, words separated by spaces) and queries.jsonl (cls, tok).
      --tokens own indexes the raw text and answers with reasons, as the product does; --tokens given takes the words as
      they are and answers by BM25 alone (k1 1.2, b 0.75), to compare with other engines. Top ten, best of three, CPU time.
        jiebang match speed --corpus corpus --tokens given
      """)

  @Option(help: "语料文件夹 · folder", completion: .directory) var corpus: String
  @Option(help: "own 用自己的分词,given 用给定的词 · whose words") var tokens = Tokens.own
  @Option(help: "每类取前几个查询 · queries a class") var most = 100

  func run() async throws {
    try await command {
      guard most >= 1 else { throw ValidationError(Phrase("--most 至少为 1", "--most must be at least 1")) }
      let corpus = MatchCorpus(folder: corpus)
      let queries = try corpus.queries
      var index = MatchIndex(
        lexicon: tokens == .own ? try Lexicon.shipped(in: Share.folder()) : .empty,
        reading: tokens == .own ? .language : .givenWords)
      var built = 0.0
      try corpus.documents(by: 65_536, spaced: tokens == .given) { batch in
        built += MatchCost.milliseconds { index.apply(batch.map { .put($0) }) }.0
      }
      var json = JSONWriter()
      json.object { json in
        json.string("tokens", tokens.rawValue)
        json.int("documents", index.count)
        json.double("build_cpu_s", (built / 10).rounded() / 100)
        json.int("index_bytes", index.indexBytes)
        json.int("text_bytes", index.textBytes)
        json.object("query_cpu_ms") { json in
          for kind in queries.map(\.kind).unique {
            json.percentiles(kind, queries.filter { $0.kind == kind }.prefix(most).map { time($0, index) })
          }
        }
        json.double("peak_mb", MatchCost.peakMegabytes.rounded())
      }
      Console.out(String(decoding: json.bytes, as: UTF8.self))
    }
  }

  /// The best of three, CPU milliseconds.
  private func time(_ query: MatchCorpus.Query, _ index: MatchIndex) -> Double {
    (0..<3).map { _ in MatchCost.milliseconds { answer(query, index) }.0 }.min() ?? 0
  }

  private func answer(_ query: MatchCorpus.Query, _ index: MatchIndex) -> [Match] {
    if tokens == .given { return index.search(query.words.joined(separator: " "), limit: 10) }
    let text = query.words.joined()
    guard query.kind == "demand" else { return index.rank(MatchQuery(title: text), limit: 10, explain: true) }
    // A demand has a title and a description; the first two dozen characters are about a title.
    let wanted = MatchQuery(title: String(text.prefix(24)), content: String(text.dropFirst(24)))
    return index.rank(wanted, limit: 10, explain: true)
  }
}
