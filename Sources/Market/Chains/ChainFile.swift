import Postgres

/// A CSV file of the three lists, every row checked before anything is written: columns `node, list, name, description, source`.
public struct ChainFile: Sendable {
  /// Rows with nothing wrong in them, ready to be recorded, in pieces that one move takes.
  public let pieces: [JSONValue]
  public let total: Int
  public let issues: [Issue]

  static let pieceSize = 2000

  public init(_ csv: CSV) {
    let columns = ChainEntry.inputs
    let names = columns.map(\.name)
    let aliases = Dictionary(columns.map { ($0.doc.zh, $0.name) }) { a, _ in a }
    let header = csv.header.map { aliases[$0] ?? $0 }
    total = csv.rows.count
    var issues: [Issue] = []
    for name in header where !names.contains(name) {
      let hint = nearest(to: name, among: names)
      issues.append(
        Issue(
          row: 1, column: name, code: "unknown_column",
          detail: Phrase(
            "没有名为“\(name)”的列\(hint.map { ",是否指“\($0)”" } ?? "")",
            "there is no column \"\(name)\"\(hint.map { "; did you mean \"\($0)\"" } ?? "")")))
    }
    if !header.contains("node") {
      issues.append(
        Issue(
          row: 1, column: "node", code: "missing_column",
          detail: Phrase("缺少必需的列“node”", "the column \"node\" is missing")))
    }
    var rows: [JSONValue] = []
    for row in issues.isEmpty ? csv.rows : [] {
      let before = issues.count
      var members: [String: JSONValue] = [:]
      for (name, cell) in zip(header, row.cells) {
        guard let column = columns.first(where: { $0.name == name }) else { continue }
        let text = CSV.text(of: cell).trimmed
        if text.isEmpty { continue }
        switch column.type.parse(cell: text) {
        case .success: members[name] = .string(text)
        case .failure(let defect):
          issues.append(Issue(row: row.number, column: name, code: defect.code, detail: defect.detail))
        }
      }
      if members["node"] == nil {
        issues.append(
          Issue(row: row.number, column: "node", code: "required", detail: Phrase("必须填写产业链环节", "is required")))
      }
      if issues.count == before, (members["list"] == nil) != (members["name"] == nil) {
        issues.append(
          Issue(
            row: row.number, column: members["list"] == nil ? "list" : "name", code: "incomplete",
            detail: Phrase("清单与名称须同时填写", "a list and a name go together")))
      }
      if issues.count == before { rows.append(.object(members)) }
    }
    self.issues = issues
    var pieces: [JSONValue] = []
    var start = 0
    while start < rows.count {
      let end = min(start + Self.pieceSize, rows.count)
      pieces.append(JSONValue.object(["rows": JSONValue.array(Array(rows[start..<end]))]))
      start = end
    }
    self.pieces = pieces
  }
}

extension Market {
  /// Records the rows of a file in the chain of this name and region, which is made first when there is none.
  public func record(_ file: ChainFile, in name: String, region: String, as caller: Caller) async throws -> Chain {
    guard file.issues.isEmpty else { throw Refusal.invalid(file.issues) }
    guard let organisation = caller.organisation else { throw Refusal.unauthenticated }
    let known = try await database.query("SELECT id FROM chains WHERE name = \(name) AND region = \(region)")
    let id: ID<Chain>
    if let row = known.first {
      id = try row.get(0)
    } else {
      let input = Input(["name": .text(name), "region": .text(region)])
      let made = try await work(as: caller) { work in
        try await work.create(Chain.self, input, own: [("organisation", .reference(organisation.bits))])
      }
      id = made.id
    }
    for piece in file.pieces {
      _ = try await work(as: caller) { work in try await work.move(id, .record, piece, version: nil) }
    }
    return try await find(id, for: caller)
  }
}
