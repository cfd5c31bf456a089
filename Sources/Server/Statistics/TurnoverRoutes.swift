import Market

extension Route {
  static let statistics: [Route] = [turnover]

  private static let turnover: Route = .get(
    "/api/v1/statistics/turnover", "statistics", "技术合同成交额", "turnover of registered technology contracts",
    query: [
      QueryParameter("year", .integer(1984...9999), "年份,默认今年", "a year, this one unless told"),
      QueryParameter("from", .date, "起始日期", "first day"),
      QueryParameter("to", .date, "截止日期", "last day"),
      QueryParameter("by", .code(Turnover.cuts.map(\.name)), "分组", "cut"),
    ], gives: .object(schema)
  ) { call in
    let name = call.query["by"] ?? "none"
    guard let cut = Turnover.cuts.first(where: { $0.name == name }) else {
      let names = Turnover.cuts.map(\.name).joined(separator: ", ")
      throw Refusal.badParameter(name: "by", detail: Phrase("应为以下之一:\(names)", "must be one of: \(names)"))
    }
    let (from, to) = try await period(call)
    let turnover = try await call.market.turnover(from: from, to: to, by: cut)
    return .json { json in turnover.write(into: &json) }
  }

  /// A year, or a first and a last day; this year unless told.
  private static func period(_ call: Call) async throws -> (CivilDate, CivilDate) {
    let from = try call.date("from"), to = try call.date("to")
    if call.query["year"] != nil, from != nil || to != nil {
      throw Refusal.badParameter(name: "year", detail: Phrase("year 与 from、to 不能同时使用", "year excludes from and to"))
    }
    if let from, let to {
      guard from <= to else {
        throw Refusal.badParameter(name: "to", detail: Phrase("截止日期早于起始日期", "ends before it begins"))
      }
      return (from, to)
    }
    guard from == nil, to == nil else {
      throw Refusal.badParameter(
        name: from == nil ? "from" : "to", detail: Phrase("from 与 to 须同时给出", "from and to go together"))
    }
    let current = try await call.market.today().parts.year
    let year = try call.integer("year", default: current, 1984...9999)
    guard let first = CivilDate(year: year, month: 1, day: 1), let last = CivilDate(year: year, month: 12, day: 31)
    else {
      throw Refusal.badParameter(name: "year", detail: Phrase("年份不正确", "no such year"))
    }
    return (first, last)
  }

  private static let schema = Schema(name: "Turnover") { json in
    json.object { json in
      json.string("type", "object")
      json.object("properties") { json in
        json.schema("as_of", .instant)
        json.schema("from", .date)
        json.schema("to", .date)
        json.schema("by", .code(Turnover.cuts.map(\.name)))
        json.object("rows") { json in
          json.string("type", "array")
          json.key("items")
          json.schemaObject(
            [
              ("contracts", .integer(Int(Int32.min)...Int(Int32.max)), false, Phrase("项数", "contracts")),
              ("total_amount", .money, false, Phrase("成交额", "total amount")),
              ("technical_amount", .money, false, Phrase("技术交易额", "technical amount")),
            ], required: ["contracts", "total_amount", "technical_amount"], isOpen: true)
        }
      }
      json.strings("required", ["as_of", "from", "to", "by", "rows"])
    }
  }
}
