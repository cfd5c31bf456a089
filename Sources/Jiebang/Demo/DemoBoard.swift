import Market

/// An invented challenge in each state of the board, brought there by the people whose job it is, through the same moves as any other.
/// It all lies in the past: the clock is put back before there is anything else, and comes forward with the story.
struct DemoBoard: Sendable {
  let market: Market
  let callers: [Role: Caller]
  let officers: [SealingPrivateKey]
  /// The folder of the ledger's keys.
  let keys: String

  struct Example: Sendable {
    let title: String
    /// Where its story ends.
    let state: Challenge.State
  }

  static let examples = [
    Example(title: "示例:榨季甘蔗智能砍收头", state: .draft),
    Example(title: "示例:桂花精油低温萃取", state: .submitted),
    Example(title: "示例:罗非鱼链球菌病快速检测", state: .inSelection),
    Example(title: "示例:八角烘干废热回收", state: .declined),
    Example(title: "示例:六堡茶渥堆在线监测", state: .selected),
    Example(title: "示例:铝灰无害化资源化", state: .boardNotice),
    Example(title: "示例:砂糖橘采后商品化分级", state: .published),
    Example(title: "示例:松材线虫病疫木快速鉴定", state: .closed),
    Example(title: "示例:稀土尾水氨氮处理", state: .evaluating),
    Example(title: "示例:蚕桑黑水虻联合处理", state: .awardNotice),
    Example(title: "示例:水牛奶掺假快速筛查", state: .awarded),
    Example(title: "示例:锰渣制备轻质骨料", state: .contracted),
    Example(title: "示例:茉莉花茶窨制自动化", state: .executing),
    Example(title: "示例:沃柑溃疡病生物防控", state: .acceptance),
    Example(title: "示例:螺蛳粉汤料风味保真", state: .completed),
    Example(title: "示例:香蕉枯萎病抗性育种", state: .concludedWithDiligence),
    Example(title: "示例:珊瑚礁修复基材", state: .failed),
    Example(title: "示例:剑麻纤维连续脱胶", state: .terminated),
    Example(title: "示例:牡蛎苗种耐高温选育", state: .noAward),
    Example(title: "示例:木薯变性淀粉连续化生产", state: .cancelled),
  ]

  /// Days before now at which each part of the story is told.
  enum Day {
    static let selection = -130, publication = -119, opening = -80, award = -68, lateProposal = -13, last = -1
  }

  /// Who acts in it after the opening.
  struct People: Sendable {
    let platform: Caller, department: Caller, poster: Caller, solver: Caller
    let experts: [Caller]
    /// Who sits on the panels of acceptance besides the poster.
    let panel: [Caller]
  }

  /// Tells the story as far as it has not been told; interrupted, it is told again from the beginning, and what has happened stays.
  func make() async throws {
    guard let enterprise = callers[.enterprise], let platform = callers[.operator],
      let university = callers[.university],
      let department = callers[.supervisor], let reviewer = callers[.reviewer]?.organisation,
      let poster = enterprise.organisation
    else { return }
    let known = try await examples()
    try await market.setClock(days: Day.selection)
    let people = People(
      platform: platform, department: department, poster: enterprise, solver: university,
      experts: try await DemoExperts(market: market, employer: reviewer, platform: platform).make(),
      panel: [Role.reviewer, .registry, .supervisor, .admin].compactMap { callers[$0]?.organisation }.map {
        Caller(organisation: $0, token: nil, role: .reviewer)
      })
    for example in Self.examples {
      let id =
        if let made = known[example.title] { made.id } else { try await draft(example, poster, enterprise) }
      if example.state == .draft { continue }
      try await step(id, from: .draft, .submit, enterprise)
      if example.state == .submitted { continue }
      if example.state == .cancelled {
        try await step(id, from: .submitted, .cancel, enterprise, ["reason": .string("示例:企业调整研发计划")])
        continue
      }
      try await step(id, from: .submitted, .select, platform)
      if example.state == .inSelection { continue }
      if example.state == .declined {
        try await step(id, from: .inSelection, .decline, platform, ["reason": .string("示例:市场已有成熟方案")])
        continue
      }
      try await step(id, from: .inSelection, .choose, department)
      if example.state == .selected || example.state == .boardNotice { continue }
      try await step(id, from: .selected, .openNotice, platform)
    }
    let story = try await examples()
    try await pass(to: Day.publication)
    for example in Self.examples.drop(while: { $0.state != .published }) {
      guard let id = story[example.title]?.id, try await state(of: id) == .published else { continue }
      try await invite(university, to: id, platform)
      try await bid(on: id, university)
    }
    try await pass(to: Day.opening)
    for example in Self.examples.drop(while: { $0.state != .evaluating }) {
      guard let id = story[example.title]?.id, try await state(of: id) == .closed else { continue }
      try await open(.technical, of: id)
      if example.state == .noAward {
        try await step(id, from: .closed, .noAward, platform, ["reason": .string("示例:方案均未达到指标要求")])
      } else {
        try await step(id, from: .closed, .evaluate, platform)
      }
      if Self.awardedStates.contains(example.state) { try await judge(example, id, people) }
    }
    func tell(_ states: Set<Challenge.State>, _ part: (Example, ID<Challenge>) async throws -> Void) async throws {
      for example in Self.examples where states.contains(example.state) {
        if let id = story[example.title]?.id { try await part(example, id) }
      }
    }
    try await pass(to: Day.award)
    try await tell(Self.awardedStates.subtracting([.awardNotice, .awarded])) { try await carryOut($0, $1, people) }
    try await pass(to: Day.lateProposal)
    try await tell([.awarded]) { try await propose($1, people) }
    try await pass(to: Day.last)
    try await tell([.awarded]) { try await carryOut($0, $1, people) }
    try await tell([.awardNotice]) { try await propose($1, people) }
    try await tell([.boardNotice]) { try await step($1, from: .selected, .openNotice, platform) }
  }

  /// Whether the last step is behind us.
  func isTold() async throws -> Bool {
    let early: Set<Challenge.State> = [.draft, .submitted, .inSelection, .selected]
    let known = try await examples()
    return Self.examples.filter { $0.state == .boardNotice }.allSatisfy { example in
      known[example.title].map { !early.contains($0.state) } ?? false
    }
  }

  /// What there is of the story, by title.
  private func examples() async throws -> [String: Challenge] {
    let titles = Set(Self.examples.map(\.title))
    let page = try await market.list(
      Challenge.self, for: .system, filters: ["origin": "constructed"], page: PageRequest(size: PageRequest.largest))
    return Dictionary(page.items.filter { titles.contains($0.title) }.map { ($0.title, $0) }) { first, _ in first }
  }

  private func state(of id: ID<Challenge>) async throws -> Challenge.State {
    try await market.find(id, for: .system).state
  }

  /// Lets time pass, and what it brings happen.
  private func pass(to day: Int) async throws {
    try await market.setClock(days: day)
    try await Clockwork(market).tick()
  }

  private func draft(_ example: Example, _ poster: ID<Organisation>, _ enterprise: Caller) async throws -> ID<Challenge>
  {
    // Bids are taken until long after the story where it ends on the board.
    let closesOn = try await market.today().adding(days: example.state == .published ? 45 - Day.selection : 40)
    let input = Input([
      "mode": .text("open_challenge"), "title": .text(example.title), "summary": .text("虚构示例,不代表任何真实企业的需求"),
      "indicators": .texts(["示例指标:由第三方检测机构出具合格报告"]), "field": .text("09"), "keywords": .texts(["示例", "榜单"]),
      "region": .text("450300"), "budget": .money(Money(fen: 150_000_000)), "closes_on": .date(closesOn),
      "origin": .text("constructed"),
    ])
    return try await market.work(as: enterprise) { work in
      try await work.create(Challenge.self, input, own: [("organisation", .reference(poster.bits))]).id
    }
  }

  /// Makes a move where it has not been made.
  func step(
    _ id: ID<Challenge>, from: Challenge.State, _ action: Challenge.Action, _ caller: Caller,
    _ body: [String: JSONValue] = [:]
  ) async throws {
    guard try await state(of: id) == from else { return }
    _ = try await market.work(as: caller) { work in try await work.move(id, action, .object(body), version: nil) }
  }

  private func invite(_ solver: Caller, to id: ID<Challenge>, _ platform: Caller) async throws {
    guard let organisation = solver.organisation else { return }
    let invited = try await market.invitations(to: id, for: .system, filters: [:], page: PageRequest(size: 1)).items
    guard invited.isEmpty else { return }
    let input = Input(["organisation": .reference(organisation.bits), "message": .text("示例:贵校已发布的成果与本题目相近")])
    _ = try await market.work(as: platform) { work in try await work.invite(input, to: id, proposed: nil) }
  }

  private func bid(on id: ID<Challenge>, _ solver: Caller) async throws {
    guard try await market.sealedBids(for: solver, on: id, page: PageRequest(size: 1)).items.isEmpty else { return }
    let offer = Input([
      "price": .money(Money(fen: 120_000_000)), "plan": .text("虚构示例方案:两年内完成中试并由第三方检测"), "team": .text("示例团队"),
    ])
    _ = try await market.work(as: solver) { work in try await work.placeBid(on: id, offer) }
  }

  /// Both officers give their shares.
  func open(_ envelope: Envelope, of id: ID<Challenge>) async throws {
    for secret in officers {
      guard let officer = try await market.officerKey(secret.publicKey),
        let share = try await market.shares(of: id, for: officer.caller).first(where: {
          $0.key == officer.id && $0.envelope == envelope
        })
      else { continue }
      let opened = try share.open(with: secret, on: id)
      _ = try await market.work(as: officer.caller) { work in
        try await work.giveShare(
          of: id,
          Input([
            "envelope": .text(envelope.rawValue), "officer_key": .reference(officer.id.bits), "share": .text(opened),
          ]))
      }
    }
  }
}
