import Market

/// A handful of invented deals, from intent to registration, so that the turnover has something to show.
struct DemoDeals: Sendable {
  let market: Market
  let callers: [Role: Caller]

  private struct Example {
    let title: String, kind: String, type: String, field: String
    let total: String, technical: String
    /// True when the university sells to the enterprise.
    let outward: Bool
  }

  private static let examples = [
    Example(
      title: "示例:罗汉果甜苷提取工艺开发", kind: "development", type: "TD", field: "09", total: "1200000.00",
      technical: "1100000.00", outward: true),
    Example(
      title: "示例:铝合金表面处理专利许可", kind: "licence", type: "TL", field: "05", total: "860000.00", technical: "860000.00",
      outward: true),
    Example(
      title: "示例:柑橘采后保鲜技术服务", kind: "service", type: "TS", field: "09", total: "350000.00", technical: "280000.00",
      outward: true),
    Example(
      title: "示例:机床主轴热误差补偿专利转让", kind: "transfer", type: "TT", field: "03", total: "2000000.00",
      technical: "2000000.00", outward: true),
    Example(
      title: "示例:园区污水再生利用技术咨询", kind: "consulting", type: "TC", field: "07", total: "180000.00", technical: "180000.00",
      outward: true),
    Example(
      title: "示例:车载传感器标定技术开发", kind: "development", type: "TD", field: "01", total: "640000.00", technical: "560000.00",
      outward: false),
  ]

  /// Whether the last example has been registered.
  static func areMade(in market: Market) async throws -> Bool {
    guard let last = examples.last else { return true }
    return try await registered(in: market).contains(last.title)
  }

  /// What is registered already, by name.
  private static func registered(in market: Market) async throws -> Set<String> {
    let page = try await market.list(
      Contract.self, for: .system, filters: ["status": "registered"], page: PageRequest(size: PageRequest.largest))
    return Set(page.items.map(\.projectName))
  }

  /// Makes those that are not registered yet.
  func make() async throws {
    guard let university = callers[.university], let enterprise = callers[.enterprise],
      let registry = callers[.registry]
    else { return }
    let today = try await market.today()
    let done = try await Self.registered(in: market)
    for (i, example) in Self.examples.enumerated() where !done.contains(example.title) {
      let (seller, buyer) = example.outward ? (university, enterprise) : (enterprise, university)
      let deal = try await market.work(as: seller) { work in
        try await work.recordDeal(
          Input([
            "kind": .text(example.kind), "title": .text(example.title),
            "seller": .reference(seller.organisation?.bits ?? 0),
            "buyer": .reference(buyer.organisation?.bits ?? 0), "total_amount": try Self.money(example.total),
          ]))
      }
      try await move(deal.id, .negotiate, seller)
      try await move(deal.id, .decide, seller, ["decision_record": .string("示例:院务会决议(演示)")])
      try await move(deal.id, .route, seller, ["pricing_route": .string("listed")])
      try await move(deal.id, .sign, seller)
      try await move(deal.id, .countersign, buyer)
      let contract = try await market.work(as: seller) { work in
        try await work.drawUpContract(
          Input([
            "deal": .reference(deal.id.bits), "project_name": .text(example.title),
            "contract_type": .text(example.type),
            "technology_field": .text(example.field), "total_amount": try Self.money(example.total),
            "technical_amount": try Self.money(example.technical), "valid_from": .date(today),
            "valid_to": .date(today.adding(days: 730)),
          ]))
      }
      try await move(contract.id, .selfCheck, seller)
      try await move(contract.id, .file, seller)
      try await move(contract.id, .accept, registry)
      try await move(
        contract.id, .register, registry, ["contract_no": .string("\(today.parts.year)450300\(900_001 + i)")])
    }
  }

  private func move<O: MarketObject>(
    _ id: ID<O>, _ action: O.Action, _ caller: Caller, _ body: [String: JSONValue] = [:]
  ) async throws {
    _ = try await market.work(as: caller) { work in try await work.move(id, action, .object(body), version: nil) }
  }

  private static func money(_ yuan: String) throws -> FieldValue {
    guard let money = Money(yuan: yuan) else { throw Refusal.malformedJSON }
    return .money(money)
  }
}
