import Postgres
import TestSupport
import Testing

@testable import Market

/// A ring of bidders is flagged, an honest field is not.
@Suite struct SignalTests {
  private static let limits = SignalThresholds(likeness: 60, roundPrice: 1_000_000, prices: 3, lostChallenges: 3)
  /// Long enough to be compared, and different for every number.
  private static func plan(_ n: Int) -> String {
    var letters = Array("柑橘黄龙病绿色防控苗木检测监控模型田间试验示范推广数据采集传感设备算法训练验证平台部署农户培训技术服务质量标准成本效益分析")
    var text = ""
    for i in 0..<400 {
      letters.swapAt((i * (7 + 2 * n) + n) % letters.count, (i * (13 + 4 * n) + 3 * n) % letters.count)
      text.append(letters[(i * (5 + n) + n) % letters.count])
    }
    return text
  }

  private static func challenge(_ bids: [(party: ID<Organisation>, plan: String, fen: Int64)], _ world: World)
    async throws -> (id: ID<Challenge>, bids: [ID<Bid>])
  {
    let id = try await world.challenge(.evaluating, withBid: false).id
    var ids: [ID<Bid>] = []
    for bid in bids {
      let own = ID<Bid>()
      try await world.place(
        """
        INSERT INTO bids (id, challenge, organisation, status, rulebook, price, plan, commitment, received_at)
        VALUES (\(own), \(id), \(bid.party), 'opened', 1, \(bid.fen), \(bid.plan), sha256(\(own.text)::bytea),
          market_now() - interval '1 day')
        """)
      ids.append(own)
    }
    return (id, ids)
  }

  private static func bidders(_ count: Int, _ world: World) async throws -> [ID<Organisation>] {
    try await DeadlineTests.bidders(count, world).compactMap(\.organisation)
  }

  @Test func a_ring_is_flagged_by_its_texts_prices_people_places_and_its_past() async throws {
    try await World.with { world in
      let who = try await Self.bidders(4, world)
      let copied = Self.plan(1)
      let made = try await Self.challenge(
        [
          (who[0], copied, 81_234_500), (who[1], "我单位方案:" + copied + "特此说明", 82_345_600),
          (who[2], Self.plan(2), 83_456_700), (who[3], Self.plan(3), 77_000_000),
        ], world)
      // One person in two of them, two people at one device, and a partner that has only ever lost.
      let shared = try await world.person(in: world.university), one = try await world.person(in: world.university)
      let two = try await world.person(in: world.university)
      for (person, organisation) in [
        (shared.id, who[0]), (shared.id, who[1]), (one.id, who[1]), (two.id, who[2]),
      ] {
        try await world.place(
          """
          INSERT INTO memberships (id, person, organisation, rulebook, roles)
          VALUES (\(ID<Membership>()), \(person), \(organisation), 1, '{university}')
          """)
      }
      for person in [one.id, two.id] {
        try await world.place("INSERT INTO known_places (person, place) VALUES (\(person), 'device')")
      }
      for _ in 0..<3 {
        let past = try await Self.challenge([(who[0], "旧方案", 1), (who[2], "旧方案", 2)], world)
        try await world.place(
          "UPDATE bids SET status = CASE WHEN organisation = \(who[0]) THEN 'won' ELSE 'lost' END WHERE challenge = \(past.id)"
        )
      }
      let signals = try await world.market.signals(on: made.id, for: world.supervisor.caller)
      func bids(_ kind: CollusionSignal.Kind) -> Set<Set<ID<Bid>>> {
        Set(signals.filter { $0.kind == kind }.map { Set($0.bids) })
      }
      let b = made.bids
      #expect(bids(.text) == [[b[0], b[1]]])
      #expect(bids(.prices) == [[b[0], b[1], b[2]]])
      #expect(bids(.person) == [[b[0], b[1]]])
      #expect(bids(.place) == [[b[1], b[2]]])
      #expect(bids(.partner) == [[b[0], b[2]]])
      #expect(signals.first { $0.kind == .partner }?.measure == 3)
      #expect(!signals.contains { $0.bids.contains(b[3]) }, "who has nothing to do with it is not named")
    }
  }

  @Test func an_honest_field_is_silent_though_it_quotes_the_challenge_and_says_round_prices() async throws {
    try await World.with { world in
      let who = try await Self.bidders(5, world)
      let made = try await Self.challenge(
        who.enumerated().map { n, organisation in
          (organisation, "柑橘黄龙病绿色防控\n示例简介\n带毒率 ≤ 0.1 %\n" + Self.plan(n + 1), Int64(70 + 5 * n) * 1_000_000)
        }, world)
      // They have met before, and each has won.
      for round in 0..<5 {
        let past = try await Self.challenge(who.map { ($0, "旧方案", Int64($0.bits % 1000) + 1) }, world)
        try await world.place(
          "UPDATE bids SET status = CASE WHEN organisation = \(who[round]) THEN 'won' ELSE 'lost' END WHERE challenge = \(past.id)"
        )
      }
      #expect(try await world.market.signals(on: made.id, for: world.operator.caller).isEmpty)
    }
  }

  @Test func they_are_for_operators_and_supervisors_whose_matter_it_is_not_and_only_after_the_opening() async throws {
    try await World.with { world in
      let made = try await world.challenge(.evaluating)
      for (name, party) in world.everybody where !["operator", "supervisor"].contains(name) {
        guard
          case .forbidden = try await refusal({ try await world.market.signals(on: made.id, for: party.caller) })
        else {
          Testing.Issue.record("\(name)")
          continue
        }
      }
      #expect(try await world.market.signals(on: made.id, for: world.operator.caller).isEmpty)
      let interested = Caller(
        person: ID(), organisation: world.operator.id, role: .operator, affiliations: [world.university.id])
      guard case .forbidden = try await refusal({ try await world.market.signals(on: made.id, for: interested) })
      else {
        Testing.Issue.record("somebody of a bidder's own")
        return
      }
      let sealed = try await world.challenge(.published, hasClosed: false).id
      let early = try await refusal { try await world.market.signals(on: sealed, for: world.supervisor.caller) }
      #expect(early.conflictCode == "not_opened")
    }
  }

  @Test(
    arguments: [
      ([80, 85, 90, 95].map { $0 * 1_000_000 }, nil, nil), ([812_345, 912_345, 1_012_345], nil, [0, 1, 2]),
      ([1_000_000, 1_030_000, 1_060_900, 5_000_000], nil, [0, 1, 2]), ([812_345, 700_000, 812_345], nil, [0, 2]),
      ([812_345, 700_000, 812_345], 812_345, nil), ([1_000_001, 1_030_007, 1_091_113], nil, nil), ([], nil, nil),
      ([5], nil, nil),
    ] as [([Int64], Int64?, [Int]?)])
  func equal_steps_and_shares_are_a_ladder_and_what_people_say_anyway_is_none(
    prices: [Int64], budget: Int64?, ladder: [Int]?
  ) {
    #expect(PriceLadder.find(prices, budget: budget, Self.limits) == ladder)
  }

  @Test func likeness_is_the_share_of_common_runs_as_counted_naively() {
    func naive(_ a: String, _ b: String) -> Int {
      func runs(_ text: String) -> Set<String> {
        let letters = Array(text)
        return Set((0...letters.count - 4).map { String(letters[$0..<$0 + 4]) })
      }
      let x = runs(a), y = runs(b)
      return x.intersection(y).count * 100 / x.union(y).count
    }
    for n in 1...6 {
      let a = Self.plan(n), b = String(a.dropFirst(60 * n)) + Self.plan(n + 10).prefix(60 * n)
      #expect(Shingles(a).likeness(to: Shingles(b), atLeast: 1) ?? 0 == naive(a, b), "\(n)")
      #expect(Shingles(a).likeness(to: Shingles(a), atLeast: 60) == 100)
    }
    #expect(Shingles("见附件").likeness(to: Shingles("见附件"), atLeast: 1) == nil, "too short to say anything")
  }
}
