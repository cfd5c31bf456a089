import Glibc
import Market
import MatchEngine

/// A folder to measure speed with: `docs.tsv` has a number, a tab and the words of a text, separated by spaces;
/// `queries.jsonl` has a class (`cls`) and words (`tok`) a line.
struct MatchCorpus {
  struct Query {
    let kind: String
    let words: [String]
  }

  let folder: String

  var queries: [Query] {
    get throws(Refusal) {
      var queries: [Query] = []
      for (row, line) in try NamedFile.read(folder + "/queries.jsonl").split(separator: 10).enumerated() {
        guard let json = JSONValue.parse(line), let kind = json["cls"]?.string, let words = json["tok"]?.array else {
          throw damaged("queries.jsonl", row: row + 1)
        }
        queries.append(Query(kind: kind, words: words.compactMap(\.string)))
      }
      return queries
    }
  }

  /// Hands over the documents in batches of at most `size`, reading line by line.
  ///
  /// - Parameter spaced: whether the words stay apart, or are joined as the raw text they were cut from.
  func documents(by size: Int, spaced: Bool, _ take: ([MatchDocument]) -> Void) throws(Refusal) {
    guard let file = fopen(folder + "/docs.tsv", "r") else {
      throw .notFound(Phrase("文件,或无权读取:\(folder)/docs.tsv", "file, or it may not be read: \(folder)/docs.tsv"))
    }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    defer { free(line) }
    var batch: [MatchDocument] = []
    var row = 0
    while true {
      let length = getline(&line, &capacity, file)
      guard length > 0, let line else { break }
      row += 1
      let bytes = UnsafeRawBufferPointer(start: line, count: length)
      guard let tab = bytes.firstIndex(of: 9) else { throw damaged("docs.tsv", row: row) }
      let text = bytes[(tab + 1)...].filter { $0 != 10 && (spaced || $0 != 32) }
      let body = String(decoding: text, as: UTF8.self)
      batch.append(MatchDocument(key: UInt128(row), title: "", body: body, tags: []))
      if batch.count == size {
        take(batch)
        batch.removeAll(keepingCapacity: true)
      }
    }
    if !batch.isEmpty { take(batch) }
  }

  private func damaged(_ name: String, row: Int) -> Refusal {
    .invalid([
      Issue(row: row, code: "malformed_corpus", detail: Phrase("\(name) 的这一行不合格式", "\(name): this line is malformed"))
    ])
  }
}
