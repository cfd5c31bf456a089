import ArgumentParser
import Market

struct Stats: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "统计 · figures", subcommands: [TurnoverCommand.self])

  struct TurnoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "turnover", abstract: "技术合同成交额 · turnover of registered technology contracts",
      discussion: "jiebang stats turnover --year 2026 --by seller_region")

    @Option(help: "年份,默认今年 · a year, this one unless told") var year: Int?
    @Option(help: "分组:\(Turnover.cuts.map(\.name).joined(separator: ", ")) · cut") var by = "none"
    @Flag(help: "以 JSON 输出 · as JSON") var json = false

    func run() async throws {
      try await command {
        guard let cut = Turnover.cuts.first(where: { $0.name == by }) else {
          throw ValidationError("--by takes one of: \(Turnover.cuts.map(\.name).joined(separator: ", "))")
        }
        try await Session.with { session in
          let turnover = try await session.market().turnover(year: year, by: cut)
          Console.out(json ? TurnoverReport.json(turnover) : TurnoverReport.text(turnover))
        }
      }
    }
  }
}

extension Market {
  /// Turnover of a year, this one unless told.
  func turnover(year: Int?, by cut: Turnover.Cut) async throws -> Turnover {
    let chosen: Int
    if let year { chosen = year } else { chosen = try await today().parts.year }
    guard let first = CivilDate(year: chosen, month: 1, day: 1), let last = CivilDate(year: chosen, month: 12, day: 31) else {
      throw ValidationError("no such year: \(chosen)")
    }
    return try await turnover(from: first, to: last, by: cut)
  }
}

enum TurnoverReport {
  static func text(_ turnover: Turnover) -> String {
    let keys = turnover.cut.columns.map { Console.pick($0.doc) }
    let figures = [Phrase("项数", "contracts"), Phrase("成交额(元)", "total (CNY)"), Phrase("技术交易额(元)", "technical (CNY)")].map(Console.pick)
    var table = Table(keys + figures, rightAligned: Set(keys.count..<(keys.count + 3)))
    for row in turnover.rows { table.add(row.keys + ["\(row.contracts)", row.totalAmount.yuan, row.technicalAmount.yuan]) }
    return table.text
  }

  static func json(_ turnover: Turnover) -> String {
    var json = JSONWriter()
    json.object { json in
      json.key("as_of"); json.instant(turnover.asOf)
      json.key("from"); json.string(turnover.from.text)
      json.key("to"); json.string(turnover.to.text)
      json.key("rows")
      json.array { json in
        for row in turnover.rows {
          json.object { json in
            for (column, key) in zip(turnover.cut.columns, row.keys) {
              json.key(column.name)
              json.string(key)
            }
            json.key("contracts"); json.int(row.contracts)
            json.key("total_amount"); json.money(row.totalAmount)
            json.key("technical_amount"); json.money(row.technicalAmount)
          }
        }
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
