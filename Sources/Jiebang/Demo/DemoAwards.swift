import Market

/// What follows the opening in the board's story: review, award, and the project of the winner, as far as each goes.
extension DemoBoard {
  static let awardedStates: Set<Challenge.State> = [
    .awardNotice, .awarded, .contracted, .executing, .acceptance, .completed, .concludedWithDiligence, .failed,
    .terminated,
  ]
  /// Those whose award is fresh: an award has to be contracted in time, a notice runs now.
  private static let lateStates: Set<Challenge.State> = [.awardNotice, .awarded]

  /// Judges the bids, opens their prices, and proposes the award of those that go further in the past.
  func judge(_ example: Example, _ id: ID<Challenge>, _ people: People) async throws {
    let challenge = try await market.find(id, for: .system)
    guard challenge.state == .evaluating else { return }
    if challenge.pricesOpenedAt == nil {
      try await review(id, people)
      try await open(.financial, of: id)
    }
    if !Self.lateStates.contains(example.state) { try await propose(id, people) }
  }

  func propose(_ id: ID<Challenge>, _ people: People) async throws {
    let bids = try await market.bids(on: id, for: .system, filters: ["status": "opened"], page: PageRequest()).items
    guard let bid = bids.first else { return }
    try await step(id, from: .evaluating, .propose, people.platform, ["bids": .array([.string(bid.id.text)])])
  }

  /// A panel is drawn and judges the bids; what it is drawn by is a signed head of the ledger.
  private func review(_ id: ID<Challenge>, _ people: People) async throws {
    let made = try await market.list(Panel.self, for: .system, filters: ["challenge": id.text], page: PageRequest())
      .items
    let panel =
      if let first = made.first { first } else {
        try await market.work(as: people.platform) { work in try await work.formPanel(on: id, Input()) }
      }
    if panel.state == .frozen {
      try await Sealer(market, keyring: LedgerKeyring(folder: keys)).step()
      try await move(panel.id, .draw, people.platform)
    }
    for expert in people.experts {
      guard let duty = try await market.duties(of: expert).first(where: { $0.panel == panel.id }),
        duty.status == "seated"
      else { continue }
      _ = try await market.work(as: expert) { work in
        try await work.declare(on: panel.id, Input(["accepts": .flag(true)]))
      }
    }
    guard try await market.find(panel.id, for: .system).state == .reviewing else { return }
    for expert in people.experts {
      let sheets = try await market.work(as: expert) { work in try await work.ownSheets(in: panel.id) }
      for sheet in sheets where sheet.submittedAt == nil {
        let count = JSONValue.parse(sheet.criteria)?.array?.count ?? 0
        let scores = (1...max(1, count)).map { place in
          JSONValue.object(["criterion": .number(Double(place)), "score": .number(86), "comment": .string("示例意见")])
        }
        let input = Input(["scores": .json(JSONValue.array(scores).canonical)])
        _ = try await market.work(as: expert) { work in
          try await work.submitSheet(for: sheet.label, in: panel.id, input)
        }
      }
    }
    try await move(panel.id, .close, people.platform)
  }

  /// The project of the winner, from its letter of commitment to where its story ends.
  func carryOut(_ example: Example, _ id: ID<Challenge>, _ people: People) async throws {
    try await step(id, from: .awardNotice, .award, people.department)
    if example.state == .awarded { return }
    guard let project = try await project(of: id) else { return }
    let isShort = example.state != .executing && example.state != .contracted
    if project.state == .awarded { try await contract(project, isShort: isShort, people) }
    if example.state == .contracted { return }
    if try await find(project).state == .contracted { try await start(project, isShort: isShort, people) }
    switch example.state {
    case .executing: return
    case .terminated: try await terminate(project, people)
    default: try await deliver(project, people)
    }
    guard example.state != .acceptance, example.state != .terminated else { return }
    let verdict = [Challenge.State.completed: "passed", .failed: "failed"][example.state] ?? "concluded"
    try await accept(project, verdict, people)
  }

  private func contract(_ project: Project, isShort: Bool, _ people: People) async throws {
    if project.pledgeConfirmedAt == nil {
      let endsOn = try await market.today().adding(days: isShort ? 60 : 400)
      try await move(
        project.id, .pledge, people.solver,
        [
          "pledge": .string("虚构示例:按期达到全部指标"), "leader": .string("示例负责人"), "ends_on": .string(endsOn.text),
          "indicators": .array([.object(["answers": .number(1)].merging(Self.indicator) { $1 })]),
        ])
      try await move(project.id, .confirm, people.poster)
    }
    let deal = try await market.work(as: people.solver) { work in
      try await work.recordDeal(
        Input([
          "kind": .text("development"), "title": .text(project.title), "seller": .reference(project.solver.bits),
          "buyer": .reference(project.poster.bits), "total_amount": .money(project.price),
          "challenge": .reference(project.challenge.bits),
        ]))
    }
    try await move(deal.id, .negotiate, people.solver)
    try await move(deal.id, .decide, people.solver, ["decision_record": .string("示例:院务会决议(演示)")])
    try await move(deal.id, .route, people.solver, ["pricing_route": .string("award")])
    try await move(deal.id, .sign, people.solver)
    try await move(deal.id, .countersign, people.poster)
  }

  private func start(_ project: Project, isShort: Bool, _ people: People) async throws {
    guard let endsOn = try await find(project).endsOn else { return }
    let first = try await market.today().adding(days: 200)
    let rows = (isShort ? [endsOn] : [first, endsOn]).enumerated().map { i, day in
      JSONValue.object([
        "title": .string("示例里程碑 \(i + 1)"), "due_on": .string(day.text), "pay_percent": .number(20),
        "indicators": .array([.object(Self.indicator)]),
      ])
    }
    try await move(project.id, .plan, people.solver, ["first_percent": .number(40), "plan": .array(rows)])
    try await move(project.id, .start, people.poster)
  }

  private func terminate(_ project: Project, _ people: People) async throws {
    guard try await find(project).state == .executing else { return }
    try await move(project.id, .consent, people.solver)
    try await move(project.id, .consent, people.poster)
    try await move(
      project.id, .terminate, people.department,
      ["ground": .string("mutual"), "decision": .string("示例决定〔2026〕1号"), "reason": .string("示例:技术路线不再适用")])
  }

  private func deliver(_ project: Project, _ people: People) async throws {
    let milestones = try await market.list(
      Milestone.self, for: .system, filters: ["project": project.id.text], page: PageRequest()
    ).items
    for milestone in milestones {
      if milestone.state == .planned {
        try await move(milestone.id, .submit, people.solver, ["results": Self.measured])
      }
      if try await market.find(milestone.id, for: .system).state == .submitted {
        try await move(milestone.id, .pass, people.poster)
      }
    }
    guard try await find(project).state == .executing else { return }
    let report = JSONValue.object([
      "kind": .string("user_report"), "title": .string("示例用户使用报告"), "reference": .string("示例〔2026〕1号"),
      "issuer": .string("示例用户单位"),
    ])
    try await move(
      project.id, .deliver, people.solver,
      ["report": .string("虚构示例:指标均已实测"), "results": Self.measured, "evidence": .array([report])])
  }

  /// The poster as user and four bodies with an expert each say the same.
  private func accept(_ project: Project, _ verdict: String, _ people: People) async throws {
    guard
      let acceptance = try await market.list(
        Acceptance.self, for: .system, filters: ["project": project.id.text], page: PageRequest()
      ).items.first
    else { return }
    let seats = [(people.poster, "user")] + zip(people.panel, ["technical", "technical", "finance", "technical"])
    if acceptance.state == .requested {
      try await move(
        acceptance.id, .convene, people.platform,
        [
          "seats": .array(
            seats.map { .object(["organisation": .string($0.organisation?.text ?? ""), "side": .string($1)]) })
        ])
    }
    let convened = try await market.find(acceptance.id, for: .system)
    guard convened.state == .panel else { return }
    for (voter, _) in seats.dropFirst(convened.ballot.cast) {
      _ = try await market.work(as: voter) { work in
        try await work.vote(on: acceptance.id, Input(["verdict": .text(verdict), "comment": .text("示例意见")]))
      }
    }
    try await move(acceptance.id, .decide, people.platform)
  }

  private func project(of id: ID<Challenge>) async throws -> Project? {
    try await market.list(Project.self, for: .system, filters: ["challenge": id.text], page: PageRequest()).items.first
  }
  private func find(_ project: Project) async throws -> Project { try await market.find(project.id, for: .system) }

  private func move<O: MarketObject>(
    _ id: ID<O>, _ action: O.Action, _ caller: Caller, _ body: [String: JSONValue] = [:]
  ) async throws {
    _ = try await market.work(as: caller) { work in try await work.move(id, action, .object(body), version: nil) }
  }

  private static let indicator: [String: JSONValue] = [
    "name": .string("示例指标"), "operator": .string(">="), "target": .string("95"), "unit": .string("%"),
    "test_method": .string("第三方检测"),
  ]
  private static let measured = JSONValue.array([
    .object([
      "indicator": .number(1), "value": .string("96"), "method": .string("示例方法"), "evidence": .string("示例报告〔2026〕2号"),
      "measured_by": .string("示例检测机构"),
    ])
  ])
}
