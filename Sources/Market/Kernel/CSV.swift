/// A CSV file as RFC 4180 has it: quoted cells may hold commas, quotes and line ends; a byte order mark is passed over.
public struct CSV: Sendable {
  public let header: [String]
  /// Each row with its number in a spreadsheet, where the header is row 1 and blank lines count.
  public let rows: [(number: Int, cells: [String])]

  /// - Throws: `Defect` when quotes do not pair up, there is no header, or the bytes are not UTF-8.
  public init(_ bytes: [UInt8]) throws(Defect) {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .encoding }
    // Blank lines are passed over and still counted, as a spreadsheet does.
    var records = try Self.split(Array(text.utf8)).enumerated().map { (number: $0.offset + 1, cells: $0.element) }[...]
    while records.first?.cells.allSatisfy(\.trimmed.isEmpty) == true { records.removeFirst() }
    guard let first = records.popFirst() else { throw .empty }
    header = first.cells.map(\.trimmed)
    if let twice = Dictionary(grouping: header, by: \.self).first(where: { $0.value.count > 1 })?.key {
      throw .doubledColumn(twice)
    }
    rows = records.filter { $0.cells.contains { !$0.trimmed.isEmpty } }
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
    // Where the part of a cell that was quoted ends: a line end in there is the cell's own.
    var quoted = false, row = 1, kept = 0
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
          kept = cell.count
        }
      case 0x22 where cell.isEmpty: quoted = true
      case 0x2C where !quoted:
        record.append(String(decoding: cell, as: UTF8.self))
        cell.removeAll(keepingCapacity: true)
        kept = 0
      case 0x0A where !quoted:
        if cell.count > kept, cell.last == 0x0D { cell.removeLast() }
        record.append(String(decoding: cell, as: UTF8.self))
        cell.removeAll(keepingCapacity: true)
        kept = 0
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

  /// One cell, quoted where it must be; text that a spreadsheet would run as a formula is defused with an apostrophe, which
  /// `text(of:)` takes off again.
  public static func cell(_ text: String) -> String {
    var text = text
    if isFormula(text) || isDefused(text) { text = "'" + text }
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }

  /// What a cell says: an apostrophe that only keeps a formula from being run is no part of it.
  public static func text(of cell: String) -> String { isDefused(cell) ? String(cell.dropFirst()) : cell }

  private static func isFormula(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D].contains(first) else { return false }
    return Double(text) == nil
  }

  private static func isDefused(_ cell: String) -> Bool {
    guard cell.utf8.first == 0x27 else { return false }
    let rest = cell.drop { $0 == "'" }
    return isFormula(rest)
  }
}
