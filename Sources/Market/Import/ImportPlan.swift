import Postgres

/// A CSV file checked against the fields of what it holds, before anything is written.
public struct ImportPlan<O: Importable>: Sendable {
  public struct Row: Sendable {
    /// As a spreadsheet counts: the header is row 1.
    public let number: Int
    let owner: String?
    let ownerKind: String
    let input: Input
  }

  /// Rows with nothing wrong in themselves.
  public private(set) var rows: [Row] = []
  /// Everything wrong, by row and column.
  public private(set) var issues: [Issue] = []
  /// Rows the file has, good or bad.
  public let total: Int

  /// - Parameter owner: whose rows they are when the file does not say.
  /// - Parameter regions: the codes that exist.
  public init(_ csv: CSV, hasOwner: Bool, regions: Set<String>, progress: (Int) -> Void = { _ in }) throws(Refusal) {
    total = csv.rows.count
    let columns = O.csvColumns
    let names = columns.map(\.name)
    // A header may use the Chinese name of a field.
    let aliases = Dictionary(columns.map { ($0.doc.zh, $0.name) }) { a, _ in a }
    let header = csv.header.map { aliases[$0] ?? $0 }
    for name in header where !names.contains(name) {
      throw .invalid([
        Issue(
          row: 1, column: name, code: "unknown_column",
          detail: Phrase(
            "没有名为“\(name)”的列\(nearest(to: name, among: names).map { ",是否指“\($0)”" } ?? "")",
            "there is no column \"\(name)\"\(nearest(to: name, among: names).map { "; did you mean \"\($0)\"" } ?? "")")
        )
      ])
    }
    for column in columns where column.isRequired && !header.contains(column.name) {
      throw .invalid([
        Issue(
          row: 1, column: column.name, code: "missing_column",
          detail: Phrase(
            "缺少必需的列“\(column.name)”(\(column.doc.zh))", "the column \"\(column.name)\" is missing"))
      ])
    }
    if !hasOwner, !header.contains(O.ownerColumn) {
      throw .invalid([
        Issue(
          row: 1, column: O.ownerColumn, code: "missing_column",
          detail: Phrase(
            "缺少列“\(O.ownerColumn)”,也没有用 --organisation 指定单位", "no column \"\(O.ownerColumn)\" and no --organisation"))
      ])
    }
    var seen: [String: Int] = [:]
    let types = header.map { name in columns.first { $0.name == name } }
    for (i, row) in csv.rows.enumerated() {
      check(row.number, row.cells, types.compactMap(\.self), hasOwner, regions, &seen)
      if i % 1000 == 0 { progress(i) }
    }
    progress(total)
  }

  private mutating func check(
    _ number: Int, _ cells: [String], _ columns: [(name: String, type: FieldType, isRequired: Bool, doc: Phrase)],
    _ hasOwner: Bool,
    _ regions: Set<String>, _ seen: inout [String: Int]
  ) {
    let before = issues.count
    func report(_ column: String, _ code: String, _ detail: Phrase, _ issues: inout [Issue]) {
      issues.append(Issue(row: number, column: column, code: code, detail: detail))
    }
    if cells.count > columns.count {
      report(
        "", "too_many_cells",
        Phrase("有 \(cells.count) 格,表头只有 \(columns.count) 列", "\(cells.count) cells under \(columns.count) columns"),
        &issues)
    }
    var values: [String: FieldValue] = [:]
    for (i, column) in columns.enumerated() {
      let cell = i < cells.count ? CSV.text(of: cells[i]).trimmed : ""
      switch column.type.parse(cell: cell) {
      case .success(.null) where column.isRequired:
        report(column.name, "required", Phrase("必须填写\(column.doc.zh)", "is required"), &issues)
      case .success(let value): values[column.name] = value
      case .failure(let defect): report(column.name, defect.code, defect.detail, &issues)
      }
    }
    let input = Input(values)
    if let region = input.text("region"), !regions.contains(region) {
      report("region", "unknown_region", Phrase("没有行政区划代码 \(region)", "no such region: \(region)"), &issues)
    }
    let owner = input.text(O.ownerColumn)
    if owner == nil, !hasOwner { report(O.ownerColumn, "required", Phrase("必须填写单位名称", "is required"), &issues) }
    if let external = input.text("external_id"),
      let first = seen.updateValue(number, forKey: "\(owner ?? "")\n\(external)")
    {
      report("external_id", "duplicate_in_file", Phrase("编号与第 \(first) 行重复", "the same as in row \(first)"), &issues)
    }
    if issues.count == before {
      rows.append(Row(number: number, owner: owner, ownerKind: input.text(O.ownerKindColumn) ?? "other", input: input))
    }
  }
}
