import ArgumentParser
import Glibc
import Market
import MatchEngine

struct MatchEval: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "评测 · index a JSONL collection, run its queries, write a TREC run",
    discussion: """
      Documents have id, title, body, tags; queries have id, text and may have content, tags, exclude.
      One JSON line on standard output says what it cost. No database is needed.
        jiebang match eval --docs docs.jsonl --queries queries.jsonl --run run.trec
      """)

  @Option(help: "文档 JSONL · documents", completion: .file()) var docs: String
  @Option(help: "查询 JSONL · queries", completion: .file()) var queries: String
  @Option(help: "写入 TREC 结果 · where to write the run", completion: .file()) var run: String?
  @Option(help: "每个查询取前几条 · hits a query") var k = 100
  @Flag(help: "附理由 · with reasons, on standard error") var explain = false

  func run() async throws {
    try await command {
      let documents = try lines(docs).map { json in
        Evaluation.Document(
          id: json["id"]?.string ?? "", title: json["title"]?.string ?? "", body: json["body"]?.string ?? "",
          tags: json["tags"]?.array?.compactMap(\.string) ?? [])
      }
      let started = MatchCost.seconds
      let evaluation = Evaluation(documents, lexicon: (try? Lexicon.shipped(in: Share.folder())) ?? .empty)
      let built = MatchCost.seconds - started
      var out = "", times: [Double] = []
      for json in try lines(queries) {
        let query = Evaluation.Query(
          id: json["id"]?.string ?? "", text: json["text"]?.string ?? "", content: json["content"]?.string ?? "",
          tags: json["tags"]?.array?.compactMap(\.string) ?? [],
          exclude: Set(json["exclude"]?.array?.compactMap(\.string) ?? [json["exclude"]?.string].compactMap(\.self)))
        let (time, hits) = MatchCost.milliseconds { evaluation.run(query, limit: k, explain: explain) }
        times.append(time)
        for (rank, hit) in hits.enumerated() {
          out += "\(query.id) Q0 \(hit.id) \(rank + 1) \(hit.score) jiebang\n"
          if explain {
            Console.note("\(query.id) \(hit.id) \(hit.match.reasons.map(\.chinese).joined(separator: " "))")
          }
        }
      }
      if let run { try write(out, to: run) }
      var json = JSONWriter()
      json.object { json in
        json.int("documents", documents.count)
        json.double("build_cpu_s", built)
        json.double("peak_mb", MatchCost.peakMegabytes)
        json.int("index_bytes", evaluation.indexBytes)
        json.int("text_bytes", evaluation.textBytes)
        json.percentiles("query_cpu_ms", times)
      }
      Console.out(String(decoding: json.bytes, as: UTF8.self))
    }
  }

  private func lines(_ path: String) throws -> [JSONValue] {
    try NamedFile.read(path).split(separator: 10).enumerated().map { i, line in
      guard let json = JSONValue.parse(line) else {
        throw Refusal.invalid([
          Issue(row: i + 1, code: "malformed_json", detail: Phrase("\(path):不是 JSON", "\(path): not JSON"))
        ])
      }
      return json
    }
  }

  private func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else {
      throw Refusal.conflict(code: "not_written", detail: Phrase("不能写入 \(path)", "cannot write \(path)"))
    }
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw Refusal.conflict(code: "not_written", detail: Phrase("不能写入 \(path)", "cannot write \(path)"))
    }
  }
}
