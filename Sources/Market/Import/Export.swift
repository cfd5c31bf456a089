import Postgres

extension Market {
  /// Writes every object of a kind as the CSV that an import reads, a piece at a time, newest first.
  /// - Parameter bom: a byte order mark in front, by which a Chinese Excel knows UTF-8.
  public func export<O: Importable>(
    _: O.Type, for caller: Caller, filters: [String: String], bom: Bool, _ write: (String) async throws -> Void
  ) async throws -> Int {
    let names = O.csvColumns.map(\.name)
    try await write((bom ? "\u{FEFF}" : "") + names.joined(separator: ",") + "\n")
    var token: String?
    var count = 0
    repeat {
      let page = try await list(
        O.self, for: caller, filters: filters, page: PageRequest(size: PageRequest.largest, token: token))
      for object in page.items {
        guard case .object(let members) = JSONValue.parse(object.json(for: caller)) else { continue }
        let cells = names.map { name in
          switch name {
          case O.ownerColumn: members["organisation_name"]?.cell ?? ""
          case O.ownerKindColumn: members["organisation_kind"]?.cell ?? ""
          default: members[name]?.cell ?? ""
          }
        }
        try await write(cells.map(CSV.cell).joined(separator: ",") + "\n")
        count += 1
      }
      token = page.next
    } while token != nil
    return count
  }
}

extension MarketObject {
  /// As the API shows it to this caller.
  public func json(for caller: Caller) -> [UInt8] {
    var json = JSONWriter()
    write(for: caller, into: &json)
    return json.bytes
  }
}

extension JSONValue {
  /// As a cell: lists joined by semicolons, money as yuan.
  fileprivate var cell: String {
    switch self {
    case .null: ""
    case .bool(let value): value ? "true" : "false"
    case .number(let value): Int(exactly: value).map(String.init) ?? "\(value)"
    case .string(let value): value
    case .array(let items): items.map(\.cell).joined(separator: ";")
    case .object(let members): members["amount"]?.cell ?? ""
    }
  }
}
