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
          row: 1, column: "node", code: "missing_column", detail: Phrase("缺少必需的列“node”", "the column \"node\" is missing")))
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
    pieces = stride(from: 0, to: rows.count, by: Self.pieceSize).map {
      .object(["rows": .array(Array(rows[$0..<min($0 + Self.pieceSize, rows.count)]))])
    }
  }
}

extension Market {
  /// Records the rows of a file in the chain of this name and region, which is made when there is none, all or nothing.
  public func record(_ file: ChainFile, in name: String, region: String, as caller: Caller) async throws -> Chain {
    guard file.issues.isEmpty else { throw Refusal.invalid(file.issues) }
    guard let organisation = caller.organisation else { throw Refusal.unauthenticated }
    return try await work(as: caller) { work in
      let id = try await work.chain(named: name, region: region, keptBy: organisation)
      for piece in file.pieces { try await work.move(id, .record, piece, version: nil) }
      return try await work.read(id)
    }
  }
}

extension Work {
  /// The chain of this name, made when the region has none.
  fileprivate func chain(named name: String, region: String, keptBy organisation: ID<Organisation>) async throws -> ID<Chain> {
    let known = try await tx.query("SELECT id FROM chains WHERE name = \(name) AND region = \(region)")
    if let row = known.first { return try row.get(0) }
    return try await create(
      Chain.self, Input(["name": .text(name), "region": .text(region)]),
      own: [("organisation", .reference(organisation.bits))]
    ).id
  }
}
