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
          let names = Turnover.cuts.map(\.name).joined(separator: ", ")
          throw ValidationError(Phrase("--by 应为以下之一:\(names)", "--by takes one of: \(names)"))
        }
        try await Session.with { session in
          let turnover = try await session.market().turnover(year: year, by: cut)
          Console.out(json ? TurnoverReport.json(turnover) : TurnoverReport.text(turnover))
          if !json, turnover.rows.allSatisfy({ $0.contracts == 0 && $0.totalAmount.fen == 0 }) {
            Console.note(Console.pick(Phrase("这一年没有登记的技术合同", "no contract was registered in that year")))
          }
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
    guard let first = CivilDate(year: chosen, month: 1, day: 1), let last = CivilDate(year: chosen, month: 12, day: 31)
    else {
      throw ValidationError(Phrase("没有 \(chosen) 年", "no such year: \(chosen)"))
    }
    return try await turnover(from: first, to: last, by: cut)
  }
}

enum TurnoverReport {
  static func text(_ turnover: Turnover) -> String {
    let keys = turnover.cut.columns.map { Console.pick($0.doc) }
    let figures = [Phrase("项数", "contracts"), Phrase("成交额(元)", "total (CNY)"), Phrase("技术交易额(元)", "technical (CNY)")]
      .map(Console.pick)
    var table = Table(keys + figures, rightAligned: Set(keys.count..<(keys.count + 3)))
    for row in turnover.rows {
      table.add(row.keys + ["\(row.contracts)", row.totalAmount.yuan, row.technicalAmount.yuan])
    }
    return table.text
  }

  static func json(_ turnover: Turnover) -> String {
    var json = JSONWriter()
    turnover.write(into: &json)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}
