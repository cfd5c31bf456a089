import ArgumentParser
import Market

/// `jiebang … list`: every object of a kind, newest first, as the platform itself sees it.
struct ListObjects<Object: Listed>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    let others = Object.filters.map(\.name).filter { $0 != "status" }
    return CommandConfiguration(
      commandName: "list", abstract: "列表 · \(Object.noun.zh) · newest first",
      discussion: """
        jiebang \(Object.command) list --status \(Object.State.allCases.map(\.rawValue).last ?? "")
        jiebang \(Object.command) list --json --limit 10
        States: \(Object.State.allCases.map(\.rawValue).joined(separator: ", "))
        \(others.isEmpty ? "" : "--where takes: " + others.joined(separator: ", "))
        """)
  }

  @Option(help: "状态,可用逗号列出多个 · states, several separated by commas") var status: String?
  @Option(name: .customLong("where"), help: "其他条件,可重复:名称=值 · name=value, may be repeated") var conditions: [String] = []
  @Option(help: "条数 · how many at the most") var limit: Int?
  @Flag(help: "每行一个 JSON · JSON lines") var json = false

  func run() async throws {
    try await command {
      let filters = try filters()
      try await Session.with { session in
        let market = try await session.market()
        let fields = try Object.listed.map { name in
          guard let field = Object.fields.first(where: { $0.name == name }) else { throw UnknownField(name: name) }
          return field
        }
        var table = Table(fields.map(\.heading), rightAligned: Set(fields.indices.filter { fields[$0].isNumber }))
        var count = 0
        try await market.each(Object.self, filters: filters, limit: limit) { object in
          count += 1
          if json { return Console.json { object.write(for: .system, into: &$0) } }
          table.add(fields.map { $0.cell(object) })
        }
        if !json { Console.out(table.text) }
        if count == 0 { Console.note(Console.pick(Phrase("没有符合条件的\(Object.noun.zh)", "no \(Object.noun.en) fits"))) }
      }
    }
  }

  private func filters() throws -> [String: String] {
    var filters: [String: String] = [:]
    filters["status"] = status
    for condition in conditions {
      let parts = condition.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, Object.filters.contains(where: { $0.name == parts[0] }) else {
        let known = Object.filters.map(\.name).joined(separator: ", ")
        throw ValidationError(Phrase("--where 应为 名称=值,名称可为:\(known)", "--where takes name=value, one of: \(known)"))
      }
      filters[parts[0]] = parts[1]
    }
    return filters
  }

  /// A row of ``Listed`` that names what the object does not have.
  struct UnknownField: Error { let name: String }
}

extension Market {
  /// Every object of a kind, newest first, a page at a time.
  func each<O: MarketObject>(
    _: O.Type, filters: [String: String] = [:], limit: Int? = nil, _ body: (O) -> Void
  ) async throws {
    var left = limit ?? .max, token: String?
    guard left > 0 else { return }
    repeat {
      let page = try await list(
        O.self, for: .system, filters: filters,
        page: PageRequest(size: min(left, PageRequest.largest), token: token))
      page.items.forEach(body)
      left -= page.items.count
      token = page.next
    } while token != nil && left > 0
  }
}

extension Field {
  /// The field's name for people, as far as it fits above a column.
  fileprivate var heading: String {
    let words = Console.pick(doc)
    return String(words.prefix { !"((,,:;".contains($0) }).clipped(to: 24)
  }

  fileprivate var isNumber: Bool {
    switch type {
    case .integer, .money: true
    default: false
    }
  }

  /// What stands in the column: an instant as its date in Shanghai, money as its yuan.
  fileprivate func cell(_ object: Object) -> String {
    var json = JSONWriter()
    show(object, in: &json)
    guard let value = JSONValue.parse(json.bytes) else { return "" }
    if case .instant = type { return String((value.string ?? "").prefix(10)) }
    return switch value {
    case .string(let text): text.clipped(to: 48)
    case .number(let number): number == number.rounded() ? String(Int64(number)) : String(number)
    case .bool(let flag): flag ? "✓" : ""
    case .array(let items): items.compactMap(\.string).joined(separator: " ").clipped(to: 48)
    case .object(let members): members["amount"]?.string ?? ""
    case .null: ""
    }
  }
}
