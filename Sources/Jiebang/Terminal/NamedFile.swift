import FoundationEssentials
import Market

/// A file that the user named.
enum NamedFile {
  /// - Throws: `Refusal.notFound` naming the file when it is not there or cannot be read.
  static func read(_ path: String) throws(Refusal) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .notFound(Phrase("文件,或无权读取:\(path)", "file, or it may not be read: \(path)"))
    }
    return Array(data)
  }
}

extension CSV.Defect {
  /// Why the file cannot be read as a table, and what to do.
  var phrase: Phrase {
    switch self {
    case .encoding:
      Phrase("文件不是 UTF-8 编码(可能是 GBK),请另存为“CSV UTF-8”", "the file is not UTF-8 (GBK, perhaps): save it as CSV UTF-8")
    case .empty: Phrase("文件没有内容", "the file is empty")
    case .openQuote(let row): Phrase("第 \(row) 行的引号没有配对", "row \(row): a quote is never closed")
    case .doubledColumn(let name): Phrase("列“\(name)”出现两次", "the column \"\(name)\" appears twice")
    }
  }
}
