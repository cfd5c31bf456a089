import FoundationEssentials
import Market

/// The samples brought to life: imported as drafts, published by the people whose job it is, through the same workflows as
/// everything else. Who is invented is named 示例….
struct Demonstration: Sendable {
  /// A real need with real answers among the samples.
  static let showcase = "D0057"

  let market: Market
  let share: String
  /// Where the demonstration keeps what is secret.
  let home: String

  /// One party for each role, with the token that acts as it.
  static let parties: [(role: Role, name: String, kind: String, region: String)] = [
    (.university, "示例大学(演示)", "university", "450300"),
    (.enterprise, "示例企业(演示)", "enterprise", "451000"),
    (.operator, "示例平台运营方(演示)", "operator", "450300"),
    (.reviewer, "示例评审机构(演示)", "other", "450000"),
    (.supervisor, "示例科技局(演示)", "government", "450300"),
    (.registry, "示例合同登记机构(演示)", "registry", "450300"),
    (.admin, "示例运维单位(演示)", "other", "450300"),
  ]

  /// Whether the last step of loading is behind us.
  func isLoaded() async throws -> Bool { try await DemoDeals.areMade(in: market) }

  /// Loads what is not there yet: an interrupted start is taken up where it stopped.
  func load() async throws {
    // The board's story is told first, in the past.
    let isTold = try await DemoBoard(market: market, callers: [:], officers: [], keys: "").isTold()
    if !isTold { try await market.setClock(days: DemoBoard.Day.selection) }
    let callers = try await makeParties()
    let officers = try await makeOfficers(callers)
    if !isTold {
      try await takeHoldersAsVerified()
      try await DemoBoard(market: market, callers: callers, officers: officers, keys: home + "/keys").make()
      try await market.setClock(days: 0)
    }
    try await importFile(Achievement.self, "achievements")
    try await importFile(Challenge.self, "challenges")
    try await takeHoldersAsVerified()
    try await publishAchievements(callers)
    try await publishChallenges(callers)
    try await DemoDemands(market: market, callers: callers, share: share).make()
    try await DemoDeals(market: market, callers: callers).make()
  }

  private func makeParties() async throws -> [Role: Caller] {
    try await market.work(as: .system) { work in
      var callers: [Role: Caller] = [:]
      for party in Self.parties {
        let id = try await work.organisationNamed(
          party.name, kind: party.kind, region: party.region, origin: "constructed")
        callers[party.role] = Caller(organisation: id, token: nil, role: party.role)
      }
      return callers
    }
  }

  /// Two officers without whom no bid on the board opens. In a demonstration both keys lie in one folder; in earnest, never.
  private func makeOfficers(_ callers: [Role: Caller]) async throws -> [SealingPrivateKey] {
    var secrets: [SealingPrivateKey] = []
    for role in OfficerKey.roles {
      guard let organisation = callers[role]?.organisation else { continue }
      let file = "\(home)/officer-\(role.rawValue).pem"
      let key =
        if let text = try KeyFile.read(file) { try SealingPrivateKey(pem: text) } else { try SealingPrivateKey(.sm) }
      _ = try KeyFile.create(file, try key.pem())
      secrets.append(key)
      guard try await market.officerKey(key.publicKey) == nil else { continue }
      _ = try await market.work(as: .system) { work in
        try await work.register(key.publicKey, for: organisation, role: role, label: "演示")
      }
    }
    return secrets
  }

  private func importFile<O: Importable>(_: O.Type, _ name: String) async throws {
    let csv = try CSV(try Share.read("\(share)/Samples/\(name).csv"))
    let plan = try ImportPlan<O>(csv, hasOwner: false, regions: try await market.regionCodes())
    guard plan.issues.isEmpty else { throw Refusal.invalid(plan.issues) }
    let (_, refused) = try await market.importRows(plan, owner: nil, validOnly: true)
    guard refused.allSatisfy({ $0.code == "duplicate_external_id" }) else { throw Refusal.invalid(refused) }
  }

  /// The samples know their holders by name; whoever publishes has to have been verified.
  private func takeHoldersAsVerified() async throws {
    let holders = try await all(Organisation.self, status: "unverified")
    try await market.work(as: .system) { work in
      for holder in holders {
        try await work.takeAsVerified(holder.id, evidence: "演示数据:据公开清单录入名称,未核验证照")
      }
    }
  }

  private func publishAchievements(_ callers: [Role: Caller]) async throws {
    let drafts = try await all(Achievement.self, status: "draft")
    let progress = Progress(Console.pick(Phrase("发布成果", "publishing achievements")), total: drafts.count)
    for (i, draft) in drafts.enumerated() {
      let owner = Caller(organisation: draft.organisation, token: nil, role: .university)
      try await steps(
        draft.id, [(.submit, owner), (.claim, callers[.operator]), (.approve, callers[.operator]), (.publish, owner)])
      progress.update(i + 1)
    }
  }

  /// Plain needs are published; invented challenges go on the board for their notice. Real ones without a budget stay drafts.
  private func publishChallenges(_ callers: [Role: Caller]) async throws {
    // Those of the samples have a number of their own; a draft of the board's story stays one.
    let drafts = try await all(Challenge.self, status: "draft").filter { $0.externalID != nil }
    let progress = Progress(Console.pick(Phrase("发布题目", "publishing challenges")), total: drafts.count)
    for (i, draft) in drafts.enumerated() {
      let poster = Caller(organisation: draft.organisation, token: nil, role: .enterprise)
      let way: [(Challenge.Action, Caller?)] = [
        (.submit, poster), (.select, callers[.operator]), (.choose, callers[.supervisor]),
      ]
      if draft.mode == "plain_demand" {
        try await steps(draft.id, way + [(.publish, callers[.operator])])
      } else if draft.origin == "constructed" {
        let indicators = JSONValue.object(["indicators": .array([.string("示例指标:由第三方检测机构出具合格报告")])])
        _ = try await market.work(as: poster) { work in try await work.edit(draft.id, indicators, version: nil) }
        try await steps(draft.id, way + [(.openNotice, callers[.operator])])
      }
      progress.update(i + 1)
    }
  }

  private func all<O: MarketObject>(_: O.Type, status: String) async throws -> [O] {
    var objects: [O] = [], token: String?
    repeat {
      let page = try await market.list(
        O.self, for: .system, filters: ["status": status], page: PageRequest(size: 200, token: token))
      objects += page.items
      token = page.next
    } while token != nil
    return objects
  }

  private func steps<O: MarketObject>(_ id: ID<O>, _ moves: [(O.Action, Caller?)]) async throws {
    for case (let action, let caller?) in moves {
      _ = try await market.work(as: caller) { work in try await work.move(id, action, version: nil) }
    }
  }

  /// Role → token, readable by the owner alone. Secrets are kept nowhere else, so a lost file means new tokens.
  func writeTokens(to path: String) async throws {
    if FileManager.default.fileExists(atPath: path) { return }
    let secrets = try await market.work(as: .system) { work in
      var secrets: [(String, String)] = []
      for party in Self.parties {
        let id = try await work.organisationNamed(
          party.name, kind: party.kind, region: party.region, origin: "constructed")
        secrets.append((party.role.rawValue, try await work.issueToken(for: id, role: party.role, label: "演示").secret))
      }
      return secrets
    }
    var json = JSONWriter()
    json.object { json in
      for (role, secret) in secrets {
        json.key(role)
        json.string(secret)
      }
    }
    try SecretFile.write(json.bytes + [10], to: path)
  }
}
