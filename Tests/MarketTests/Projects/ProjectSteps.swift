import Postgres
import TestSupport
import Testing

@testable import Market

/// What the people of a project do, a step a call.
extension World {
  func projects(of challenge: ID<Challenge>) async throws -> [Project] {
    try await market.list(
      Project.self, for: .system, filters: ["challenge": challenge.text], page: PageRequest()
    ).items
  }

  func milestones(of project: ID<Project>) async throws -> [Milestone] {
    try await market.list(Milestone.self, for: .system, filters: ["project": project.text], page: PageRequest())
      .items.sorted { $0.number < $1.number }
  }

  func acceptance(of project: ID<Project>) async throws -> ID<Acceptance> {
    try #require(
      try await market.list(
        Acceptance.self, for: .system, filters: ["project": project.text], page: PageRequest()
      ).items.first
    ).id
  }

  func state(of challenge: ID<Challenge>) async throws -> Challenge.State {
    try await market.find(challenge, for: .system).state
  }

  /// What the panel thought of a bid.
  func place(review bid: ID<Bid>, on challenge: ID<Challenge>, score: Int32 = 80) async throws {
    try await judged(challenge, [(bid, "\(score).00")])
  }

  /// Proposes bids and lets the notice of it run.
  func propose(_ challenge: ID<Challenge>, _ bids: [ID<Bid>]) async throws {
    try await move(
      challenge, .propose, .object(["bids": .array(bids.map { .string($0.text) })]), as: `operator`.caller)
    try await advance(days: 30)
  }

  /// Another university.
  func party(_ name: String) async throws -> Party {
    let id = ID<Organisation>()
    try await place(
      """
      INSERT INTO organisations (id, status, rulebook, name, kind, region, origin, evidence, verified_at)
      VALUES (\(id), 'verified', 1, \(name), 'university', '450300', 'constructed', '示例', market_now())
      """)
    let (token, secret) = try await market.work(as: .system) { work in
      try await work.issueToken(for: id, role: .university, label: "示例")
    }
    return Party(id: id, caller: Caller(organisation: id, token: token.id, role: .university), secret: secret)
  }

  /// A deal out of an award, signed by its solver.
  func deal(of challenge: ID<Challenge>, by solver: Party? = nil) async throws -> ID<Deal> {
    let solver = solver ?? university
    let deal = try await market.work(as: solver.caller) { work in
      try await work.recordDeal(
        Input([
          "kind": .text("development"), "title": .text("示例交易"), "seller": .reference(solver.id.bits),
          "buyer": .reference(enterprise.id.bits), "total_amount": .money(Money(fen: 80_000_000)),
          "challenge": .reference(challenge.bits),
        ]))
    }
    try await move(deal.id, .negotiate, as: solver.caller)
    try await move(deal.id, .decide, .object(["decision_record": .string("示例决策")]), as: solver.caller)
    try await move(deal.id, .route, .object(["pricing_route": .string("award")]), as: solver.caller)
    try await move(deal.id, .sign, as: solver.caller)
    return deal.id
  }

  @discardableResult
  func pledge(
    _ project: ID<Project>, days: Int = 730, by solver: Party? = nil, agreement: String? = nil
  ) async throws -> Project {
    let endsOn = try await market.today().adding(days: days)
    var body: [String: JSONValue] = [
      "pledge": .string("示例军令状"), "leader": .string("示例负责人"), "ends_on": .string(endsOn.text),
      "indicators": JSONValue.parse(Array(Self.indicators.utf8)) ?? .null,
    ]
    body["consortium_agreement"] = agreement.map { .string($0) }
    return try await move(project, .pledge, .object(body), as: (solver ?? university).caller)
  }

  func confirmPledge(_ project: ID<Project>, by solver: Party? = nil) async throws {
    try await pledge(project, by: solver)
    try await move(project, .confirm, as: enterprise.caller)
  }

  /// Planned by its solver and started by the poster.
  func begin(_ project: ID<Project>, by solver: Party? = nil) async throws {
    let endsOn = try #require(try await market.find(project, for: .system).endsOn)
    try await move(project, .plan, try await plan(endsOn: endsOn), as: (solver ?? university).caller)
    try await move(project, .start, as: enterprise.caller)
  }

  func pass(_ milestone: ID<Milestone>, by solver: Party? = nil) async throws {
    try await move(milestone, .submit, .object(["results": Self.measured()]), as: (solver ?? university).caller)
    try await move(milestone, .pass, as: enterprise.caller)
  }

  /// Five seats: the poster as user, and four bodies with an expert each.
  var panelists: [Party] {
    [
      enterprise,
      Party(id: reviewer.id, caller: reviewer.caller, secret: ""),
      Party(
        id: rival.id, caller: Caller(organisation: rival.id, token: rival.caller.token, role: .reviewer), secret: ""),
      Party(
        id: registry.id, caller: Caller(organisation: registry.id, token: registry.caller.token, role: .reviewer),
        secret: ""),
      Party(
        id: supervisor.id, caller: Caller(organisation: supervisor.id, token: supervisor.caller.token, role: .reviewer),
        secret: ""),
    ]
  }

  func convene(
    _ acceptance: ID<Acceptance>, sides: [String] = ["user", "technical", "technical", "finance", "technical"]
  )
    async throws
  {
    let seats: [JSONValue] = zip(panelists, sides).map {
      .object(["organisation": .string($0.id.text), "side": .string($1)])
    }
    try await move(acceptance, .convene, .object(["seats": .array(seats)]), as: `operator`.caller)
  }

  func vote(on acceptance: ID<Acceptance>, _ verdicts: [String]) async throws {
    for (panelist, verdict) in zip(panelists, verdicts) {
      _ = try await market.work(as: panelist.caller) { work in
        try await work.vote(on: acceptance, Input(["verdict": .text(verdict), "comment": .text("示例意见")]))
      }
    }
  }
}
