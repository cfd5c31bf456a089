/// Reads comma-separated values (RFC 4180; line ends may be LF or CRLF, a leading byte-order mark is skipped).
enum CommaSeparated {
  /// The rows of the file as cells; empty lines are left out.
  static func rows(_ file: some Sequence<UInt8>) throws(LexiconError) -> [(row: Int, cells: [String])] {
    var rows: [(row: Int, cells: [String])] = []
    var cells: [String] = []
    var cell: [UInt8] = []
    var quoted = false
    var wasQuoted = false
    var pendingQuote = false
    var row = 1
    func text() -> String {
      String(decoding: cell.starts(with: [0xEF, 0xBB, 0xBF]) ? cell[3...] : cell[...], as: UTF8.self)
    }
    func endRow() {
      if cells.isEmpty && cell.isEmpty && !wasQuoted { return }
      cells.append(text())
      rows.append((row, cells))
      cells = []
      cell = []
      wasQuoted = false
    }
    for byte in file {
      if quoted {
        if pendingQuote {
          pendingQuote = false
          if byte == 0x22 {
            cell.append(byte)
            continue
          }
          quoted = false
        } else if byte == 0x22 {
          pendingQuote = true
          continue
        } else {
          cell.append(byte)
          continue
        }
      }
      switch byte {
      case 0x22 where cell.isEmpty && !wasQuoted:
        quoted = true
        wasQuoted = true
      case 0x2C:
        cells.append(text())
        cell = []
        wasQuoted = false
      case 0x0D: break
      case 0x0A:
        endRow()
        row += 1
      default: cell.append(byte)
      }
    }
    if quoted && !pendingQuote { throw .unclosedQuote(row: row) }
    endRow()
    return rows
  }

  /// The rows behind the header, each as a look-up by column name.
  static func records(
    _ file: some Sequence<UInt8>, requiring columns: [String]
  ) throws(LexiconError) -> [(row: Int, cells: [String: String])] {
    let rows = try rows(file)
    let header = rows.first?.cells ?? []
    for column in columns where !header.contains(column) { throw .missingColumn(column) }
    var records: [(row: Int, cells: [String: String])] = []
    for (row, cells) in rows.dropFirst() {
      guard cells.count == header.count else {
        throw .wrongWidth(row: row, cells: cells.count, expected: header.count)
      }
      records.append((row, Dictionary(zip(header, cells), uniquingKeysWith: { first, _ in first })))
    }
    return records
  }

  /// The parts of a cell that are separated by `;`, without empty ones.
  static func list(_ cell: String) -> [String] { cell.split(separator: ";").map(String.init) }
}
