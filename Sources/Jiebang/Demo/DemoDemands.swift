import Market

/// An invented chain, an official call, and an invented demand in each state, so that the demand side has something to show.
struct DemoDemands: Sendable {
  let market: Market
  let callers: [Role: Caller]
  let share: String

  /// One demand: its title, how far it gets, and its tier.
  private struct Example {
    let title: String
    let state: Demand.State
    var confidentiality = 1
  }

  private static let examples = [
    Example(title: "示例:柑橘苗木病毒现场快速检测", state: .draft),
    Example(title: "示例:果园木虱智能监测装置", state: .submitted),
    Example(title: "示例:鲜果糖度无损分级", state: .screening),
    Example(title: "示例:果皮废弃物资源化利用", state: .declined),
    Example(title: "示例:容器苗基质国产替代", state: .shortlisted),
    Example(title: "示例:高纯度甜苷提取工艺", state: .shortlisted, confidentiality: 2),
    Example(title: "示例:保鲜剂残留控制", state: .consolidated),
    Example(title: "示例:低残留保鲜膜材料", state: .consolidated),
    Example(title: "示例:冷链车厢温控优化", state: .converted),
    Example(title: "示例:包装自动化改造", state: .withdrawn),
  ]

  /// Makes what is not there yet: the last demand is the mark of all.
  func make() async throws {
    guard let enterprise = callers[.enterprise], let platform = callers[.operator], let reviewer = callers[.reviewer],
      let poster = enterprise.organisation, let office = platform.organisation, let panel = reviewer.organisation
    else { return }
    let known = Set(
      try await market.list(Demand.self, for: .system, filters: ["origin": "constructed"], page: PageRequest(size: 200))
        .items.map(\.title))
    guard let last = Self.examples.last, !known.contains(last.title) else { return }
    let chain = try await market.record(
      ChainFile(try CSV(try Share.read("\(share)/Samples/chain.csv"))), in: "示例柑橘产业链(演示)", region: "450300",
      as: platform)
    if chain.state == .draft { try await move(chain.id, .publish, platform) }
    let nodes = try await market.nodes(of: chain.id, for: platform)
    let experts = try await makePanel(panel)
    let call = try await openCall(office, platform)
    var gathered: [ID<Demand>] = []
    for (i, example) in Self.examples.enumerated() where !known.contains(example.title) {
      let id = try await draft(example, poster, enterprise, call, nodes[i % 2 == 0 ? 0 : nodes.count - 1].id)
      if example.state == .draft { continue }
      try await move(id, .submit, enterprise)
      switch example.state {
      case .submitted: continue
      case .withdrawn:
        try await move(id, .withdraw, enterprise, ["reason": .string("示例:企业已自行解决")])
        continue
      default: try await move(id, .screen, platform)
      }
      for expert in experts { try await score(id, expert, 70 + i) }
      switch example.state {
      case .screening: continue
      case .declined:
        try await move(
          id, .decline, platform,
          ["decline_reason": .string("not_measurable"), "advice": .string("示例:请写明处理量、转化率及检测方法")])
        continue
      default: try await move(id, .shortlist, platform)
      }
      if example.state == .consolidated { gathered.append(id) }
      if example.state == .converted { try await consolidate([id], example.title, platform) }
      if gathered.count == 2 {
        try await consolidate(gathered, "示例:鲜果采后低残留保鲜成套技术", platform)
        gathered = []
      }
    }
  }

  private func makePanel(_ organisation: ID<Organisation>) async throws -> [Caller] {
    try await market.work(as: .system) { work in
      var experts: [Caller] = []
      for i in 1...3 {
        let token = try await work.issueToken(for: organisation, role: .reviewer, label: "演示专家 \(i)", days: 1).token
        experts.append(Caller(organisation: organisation, token: token.id, role: .reviewer))
      }
      return experts
    }
  }

  private func openCall(_ office: ID<Organisation>, _ platform: Caller) async throws -> ID<DemandCall> {
    let closesOn = try await market.today().adding(days: 45)
    let call = try await market.work(as: platform) { work in
      try await work.create(
        DemandCall.self,
        Input([
          "kind": .text("windowed"), "title": .text("示例:柑橘产业技术需求征集(演示)"), "region": .text("450300"),
          "scope": .text("示例:种苗、种植、采后、加工各环节"), "programme": .text("示例专项"), "closes_on": .date(closesOn),
        ]), own: [("organisation", .reference(office.bits))])
    }
    try await move(call.id, .open, platform)
    return call.id
  }

  private func draft(
    _ example: Example, _ poster: ID<Organisation>, _ enterprise: Caller, _ call: ID<DemandCall>, _ node: ID<ChainNode>
  ) async throws -> ID<Demand> {
    let indicator = #"[{"name":"示例指标","unit":"%","operator":">=","target":"95","test_method":"第三方检测"}]"#
    let input = Input([
      "call": .reference(call.bits), "title": .text(example.title), "summary": .text("虚构示例,不代表任何真实企业的需求"),
      "problem": .text("虚构示例:现有工艺达不到要求"), "indicators": .json(Array(indicator.utf8)), "field": .text("09"),
      "keywords": .texts(["柑橘", "示例"]), "region": .text("450300"), "budget": .money(Money(fen: 200_000_000)),
      "own_funds": .money(Money(fen: 80_000_000)), "own_funds_proof": .text("示例证明〔2026〕1号"),
      "confidentiality": .integer(Int64(example.confidentiality)), "chain_node": .reference(node.bits),
      "contact_name": .text("示例联系人"), "contact_phone": .text("13800000000"), "origin": .text("constructed"),
    ])
    return try await market.work(as: enterprise) { work in
      try await work.create(Demand.self, input, own: [("organisation", .reference(poster.bits))]).id
    }
  }

  private func score(_ id: ID<Demand>, _ expert: Caller, _ points: Int) async throws {
    var values = Dictionary(
      uniqueKeysWithValues: ScreeningAxis.all.map { ($0.name, FieldValue.integer(Int64(points))) })
    values["comment"] = .text("示例意见")
    let input = Input(values)
    _ = try await market.work(as: expert) { work in try await work.score(id, input) }
  }

  private func consolidate(_ ids: [ID<Demand>], _ title: String, _ platform: Caller) async throws {
    let input = Input([
      "demands": .texts(ids.map(\.text)), "mode": .text("open_challenge"), "title": .text(title),
    ])
    _ = try await market.work(as: platform) { work in try await work.consolidate(input) }
  }

  private func move<O: MarketObject>(
    _ id: ID<O>, _ action: O.Action, _ caller: Caller, _ body: [String: JSONValue] = [:]
  ) async throws {
    _ = try await market.work(as: caller) { work in try await work.move(id, action, .object(body), version: nil) }
  }
}
