import Market
import Postgres
import TestSupport
import Testing

/// Every object in every state, asked for over HTTP by everybody: one, in the list, its moves and its events. What is answered is
/// what the documented table says, read here by itself.
@Suite struct PolicyWalkTests {
  @Test func achievements() async throws {
    try await walk(Achievement.self, owner: ["university": "owner"]) { try await $0.achievement($1) }
  }
  @Test func achievement_lists() async throws {
    try await walk(AchievementList.self, owner: ["university": "owner"]) { try await $0.achievementList($1) }
  }
  @Test(arguments: [1, 2, 3]) func demands(tier: Int) async throws {
    try await walk(Demand.self, owner: ["enterprise": "poster"], grade: "/\(tier)") {
      try await $0.demand($1, confidentiality: tier)
    }
  }
  @Test func demand_calls() async throws { try await walk(DemandCall.self, owner: [:]) { try await $0.demandCall($1) } }
  @Test func chains() async throws { try await walk(Chain.self, owner: [:]) { try await $0.chain($1).id } }
  @Test func consult_requests() async throws {
    try await walk(ConsultRequest.self, owner: ["enterprise": "asker", "university": "adviser"]) {
      try await $0.consultRequest($1)
    }
  }
  @Test func challenge_boards() async throws {
    try await walk(ChallengeBoard.self, owner: [:]) { try await $0.challengeBoard($1) }
  }
  @Test func questions() async throws {
    try await walk(Question.self, owner: ["university": "asker", "enterprise": "poster"]) { try await $0.question($1) }
  }
  @Test func challenges() async throws {
    try await walk(Challenge.self, owner: ["enterprise": "poster"]) { try await $0.challenge($1, withBid: false).id }
  }
  @Test(arguments: [0, 1]) func bids(plain: Int) async throws {
    try await walk(
      Bid.self, owner: ["university": "solver", "enterprise": "poster"], listed: false, grade: "/\(plain)"
    ) { try await $0.bid($1, isPlain: plain == 1) }
  }
  @Test func experts() async throws { try await walk(Expert.self, owner: [:]) { try await $0.expert(state: $1).id } }
  @Test func panels() async throws { try await walk(Panel.self, owner: [:]) { try await $0.panel($1).id } }
  @Test func projects() async throws {
    try await walk(Project.self, owner: ["university": "solver", "enterprise": "poster"]) { try await $0.project($1) }
  }
  @Test func milestones() async throws {
    try await walk(Milestone.self, owner: ["university": "solver", "enterprise": "poster"]) {
      try await $0.milestone($1)
    }
  }
  @Test func acceptances() async throws {
    try await walk(Acceptance.self, owner: ["university": "solver", "enterprise": "poster"]) {
      try await $0.acceptance($1)
    }
  }
  @Test func integrity_records() async throws {
    try await walk(IntegrityRecord.self, owner: ["university": "owner"]) { try await $0.integrityRecord($1) }
  }
  @Test func challenge_invitations() async throws {
    try await walk(ChallengeInvitation.self, owner: ["university": "invited", "enterprise": "poster"]) {
      try await $0.challengeInvitation($1)
    }
  }
  @Test func deals() async throws {
    try await walk(Deal.self, owner: ["university": "seller", "enterprise": "buyer"]) { try await $0.deal($1) }
  }
  @Test func contracts() async throws {
    try await walk(Contract.self, owner: ["university": "seller", "enterprise": "buyer"]) {
      try await $0.contract($1, name: "示例合同 \($1.rawValue)")
    }
  }
  @Test func programmes() async throws { try await walk(Programme.self, owner: [:]) { try await $0.programme($1) } }
  @Test func outlays() async throws {
    try await walk(Outlay.self, owner: ["university": "owner"]) { try await $0.outlay($1) }
  }
  @Test func claims() async throws {
    try await walk(Claim.self, owner: ["university": "applicant"]) { try await $0.claim($1) }
  }
  @Test func notices() async throws {
    try await walk(Notice.self, owner: ["university": "owner"]) { try await $0.notice($1) }
  }
  @Test func objections() async throws {
    try await walk(Objection.self, owner: ["rival": "objector"]) { try await $0.objection($1) }
  }

  @Test func organisations() async throws {
    try await walk(Organisation.self, owner: ["university": "owner"]) { world, state in
      try await world.place("UPDATE organisations SET status = \(state.rawValue) WHERE id = \(world.university.id)")
      return world.university.id
    }
  }
  @Test func persons() async throws {
    try await walk(Person.self, owner: ["university": "owner"]) { world, state in
      let id = try await world.person(in: world.university).id
      try await world.place("UPDATE people SET status = \(state.rawValue) WHERE id = \(id)")
      return id
    }
  }
  @Test func memberships() async throws {
    try await walk(Membership.self, owner: ["university": "owner"]) { world, state in
      let id = try await world.person(in: world.university).membership
      try await world.place("UPDATE memberships SET status = \(state.rawValue) WHERE id = \(id)")
      return id
    }
  }
  @Test func delegations() async throws {
    try await walk(Delegation.self, owner: ["university": "owner", "enterprise": "delegate"]) {
      try await $0.delegation($1, over: $1 == .active)
    }
  }

  @Test func wishes() async throws {
    try await walk(Wish.self, owner: ["enterprise": "owner"]) { try await $0.wish($1) }
  }
  @Test func webhooks() async throws {
    try await walk(Webhook.self, owner: ["university": "owner"]) { try await $0.webhook($1) }
  }

  /// - Parameter owner: what the parties of the story are to the object; who is not named comes by role alone.
  /// - Parameter listed: whether there is a list of all of them.
  private func walk<O: MarketObject>(
    _: O.Type, owner: [String: String], listed: Bool = true, grade: String = "",
    _ make: @escaping @Sendable (World, O.State) async throws -> ID<O>
  ) async throws {
    let table = try PolicyDocument(kind: O.kind)
    let path = "/api/v1/" + O.kind.split(separator: "_").joined(separator: "-") + (O.kind.hasSuffix("sh") ? "es" : "s")
    let fields = Set(O.fields.map(\.name))
    try await TestServer.with { server in
      let world = server.world
      let people: [(String, World.Party?)] = world.everybody.map { ($0.0, $0.1) } + [("everyone", nil)]
      for state in O.State.allCases {
        let id = try await make(world, state)
        for (name, party) in people {
          let words = ["everyone", owner[name], party?.caller.role?.rawValue].compactMap(\.self)
          let withheld = table.withheld(state: state.rawValue + grade, from: words)
          let label = "\(O.kind) \(state.rawValue) for \(name)"
          let one = try await server.send("GET", "\(path)/\(id)", as: party)
          #expect(one.status == (withheld == nil ? 404 : 200), "\(label)")
          let moves = try await server.send("GET", "\(path)/\(id)/transitions", as: party)
          #expect(moves.status == one.status, "\(label): moves")
          if let withheld { #expect(one.json.members == fields.subtracting(withheld), "\(label): fields") }
          guard listed else { continue }
          let page = try await server.send("GET", "\(path)?page_size=200", as: party)
          let found = page.json["items"]?.array?.first { $0["id"]?.string == id.text }
          #expect((found != nil) == (withheld != nil), "\(label): list")
          if let found, let withheld {
            #expect(found.members == fields.subtracting(withheld), "\(label): list's fields")
          }
        }
      }
    }
  }
}

/// The table as `Documentation/policy.md` shows it, read back.
private struct PolicyDocument {
  /// By state and viewer, the fields withheld; missing where nothing is shown.
  private var cells: [String: [String: Set<String>]] = [:]

  init(kind: String) throws {
    let text = String(decoding: try Share.read("\(try Share.folder())/Documentation/policy.md"), as: UTF8.self)
    let lines = text.split(separator: "\n").map(String.init)
    let start = try #require(lines.firstIndex { $0.hasPrefix("## ") && $0.hasSuffix("`\(kind)`") })
    let rows = lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }.map { line in
      line.split(separator: "|").map { $0.trimmingPrefix(" ").description.trimmed }
    }
    let viewers = try #require(rows.first)
    for row in rows.dropFirst(2) {
      for (viewer, cell) in zip(viewers, row).dropFirst() where cell != "–" {
        let names = cell.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        cells[row[0], default: [:]][viewer] = Set(names)
      }
    }
  }

  func withheld(state: String, from words: [String]) -> Set<String>? {
    let shown = words.compactMap { cells[state]?[$0] }
    return shown.dropFirst().reduce(shown.first) { $0?.intersection($1) }
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = Substring(self)
    while text.last == " " { text = text.dropLast() }
    while text.first == " " { text = text.dropFirst() }
    return String(text)
  }
}

extension JSONValue {
  fileprivate var members: Set<String> {
    if case .object(let members) = self { Set(members.keys) } else { [] }
  }
}
