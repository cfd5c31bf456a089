/// A CSV file as RFC 4180 has it: quoted cells may hold commas, quotes and line ends; a byte order mark is passed over.
public struct CSV: Sendable {
  public let header: [String]
  /// Each row with its line as a spreadsheet numbers it: the header is row 1.
  public let rows: [(number: Int, cells: [String])]

  /// - Throws: `Defect` when quotes do not pair up, there is no header, or the bytes are not UTF-8.
  public init(_ bytes: [UInt8]) throws(Defect) {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .encoding }
    var records = try Self.split(Array(text.utf8)).filter { record in record.contains { !$0.isEmpty } || record.count > 1 }
    guard !records.isEmpty else { throw .empty }
    header = records.removeFirst().map(\.trimmed)
    if let twice = Dictionary(grouping: header, by: \.self).first(where: { $0.value.count > 1 })?.key { throw .doubledColumn(twice) }
    rows = records.enumerated().map { ($0.offset + 2, $0.element) }.filter { _, cells in cells.contains { !$0.trimmed.isEmpty } }
  }

  public enum Defect: Error, Sendable, Hashable, CustomStringConvertible {
    case encoding, empty
    case openQuote(row: Int)
    case doubledColumn(String)
    public var description: String {
      switch self {
      case .encoding: "文件不是 UTF-8 编码,请另存为“CSV UTF-8” (the file is not UTF-8)"
      case .empty: "文件没有内容 (the file is empty)"
      case .openQuote(let row): "第 \(row) 行的引号没有配对 (row \(row): a quote is never closed)"
      case .doubledColumn(let name): "列“\(name)”出现两次 (column \"\(name)\" appears twice)"
      }
    }
  }

  /// Records of cells; a quoted cell ends at a quote that no other quote follows.
  private static func split(_ bytes: [UInt8]) throws(Defect) -> [[String]] {
    var records: [[String]] = [], record: [String] = [], cell: [UInt8] = []
    var quoted = false, row = 1
    var i = 0
    while i < bytes.count {
      let byte = bytes[i]
      i += 1
      switch byte {
      case 0x22 where quoted:
        if i < bytes.count, bytes[i] == 0x22 {
          cell.append(byte)
          i += 1
        } else {
          quoted = false
        }
      case 0x22 where cell.isEmpty: quoted = true
      case 0x2C where !quoted:
        record.append(String(decoding: cell, as: UTF8.self))
        cell.removeAll(keepingCapacity: true)
      case 0x0A where !quoted:
        if cell.last == 0x0D { cell.removeLast() }
        record.append(String(decoding: cell, as: UTF8.self))
        cell.removeAll(keepingCapacity: true)
        records.append(record)
        record.removeAll()
        row += 1
      default: cell.append(byte)
      }
    }
    if quoted { throw .openQuote(row: row) }
    if !cell.isEmpty || !record.isEmpty {
      record.append(String(decoding: cell, as: UTF8.self))
      records.append(record)
    }
    return records
  }

  /// One cell, quoted where it must be; text that a spreadsheet would run as a formula is defused with an apostrophe.
  public static func cell(_ text: String) -> String {
    var text = text
    if let first = text.utf8.first, [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first), Double(text) == nil { text = "'" + text }
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
