import FoundationEssentials
import Glibc
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

  /// Lends the lines of a file one after the other, without their ends, whatever its size.
  static func lines(_ path: String, _ body: ([UInt8]) throws -> Void) throws {
    guard let file = fopen(path, "re") else {
      throw Refusal.notFound(Phrase("文件,或无权读取:\(path)", "file, or it may not be read: \(path)"))
    }
    defer { fclose(file) }
    var buffer: UnsafeMutablePointer<CChar>?, capacity = 0
    defer { free(buffer) }
    while case let count = getline(&buffer, &capacity, file), count > 0, let start = buffer {
      let line = UnsafeRawBufferPointer(start: start, count: count)
      try body(Array(line.last == 0x0A ? line.dropLast() : line[...]))
    }
  }

  /// The first line of a file; empty when the file is.
  static func firstLine(_ path: String) throws -> [UInt8] {
    struct Found: Error { let line: [UInt8] }
    do { try lines(path) { throw Found(line: $0) } } catch let found as Found { return found.line }
    return []
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
