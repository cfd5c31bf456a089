import Postgres
import TestSupport
import Testing

@testable import Market

/// Many demands make one challenge, or one makes many: nobody is forgotten.
@Suite struct ConsolidationTests {
  @Test func one_challenge_of_three_demands_credits_every_poster_and_moves_every_demand() async throws {
    try await World.with { world in
      let first = try await world.demand(.shortlisted), second = try await world.demand(.shortlisted, of: world.rival)
      let third = try await world.demand(.shortlisted, of: world.university)
      let challenge = try await Self.consolidate(world, [first, second, third], ["title": .text("柑橘黄龙病快速检测装备")])
      #expect(
        challenge.state == .draft && challenge.organisation == world.enterprise.id && challenge.mode == "open_challenge"
      )
      #expect(challenge.title == "柑橘黄龙病快速检测装备" && challenge.budget == Money(fen: 300_000_000))
      #expect(challenge.indicators == ["检出限 <= 10 拷贝/μL(检测方法:第三方检测)"] && challenge.origin == "constructed")
      let sources = try await world.market.sources(of: challenge.id, for: world.operator.caller)
      #expect(sources.map(\.demand) == [first, second, third])
      #expect(sources.map(\.organisationName) == ["示例企业", "示例研究所", "示例大学"])
      for id in [first, second, third] {
        let demand = try await world.market.find(id, for: world.operator.caller)
        #expect(demand.state == .consolidated && demand.challenges == [challenge.id])
        let open = try await world.market.find(id, for: .anonymous)
        #expect(open.state == .consolidated && open.challenges == [], "a draft is nobody else's business")
      }
      let kept = try await world.market.database.query(
        "SELECT content ->> 'problem', content ? 'contact_phone' FROM challenge_sources WHERE demand = \(first)")
      #expect(try kept.first?.get(0, as: String.self) == "示例问题")
      #expect(try kept.first?.get(1, as: Bool.self) == false, "whom to call is no part of where it came from")
      let again = try await refusal { try await Self.consolidate(world, [first]) }
      #expect(again.conflictCode == "already_used")
    }
  }

  @Test func what_is_not_openis_not_copied_into_what_will_be() async throws {
    try await World.with { world in
      let open = try await world.demand(.shortlisted), closed = try await world.demand(.shortlisted, confidentiality: 3)
      try await world.place(
        """
        UPDATE demands SET title = '密一', summary = '密二', problem = '密三', background = '密四', budget = 7700, own_funds = 77,
          indicators = '[{"name":"密五","operator":"=","target":"1","test_method":"x"}]' WHERE id = \(closed)
        """)
      let challenge = try await Self.consolidate(world, [open, closed])
      let text = String(decoding: challenge.json(for: .system), as: UTF8.self)
      #expect(!text.contains("密") && challenge.budget == Money(fen: 100_000_000))
      try await world.place(
        "UPDATE challenges SET status = 'published', published_at = market_now(), closes_at = market_now() + interval '1 day'"
      )
      #expect(try await world.market.sources(of: challenge.id, for: .anonymous).map(\.demand) == [open])
      #expect(try await world.market.sources(of: challenge.id, for: world.enterprise.caller).count == 2)
    }
  }

  @Test func two_operators_who_take_the_same_demands_in_two_orders_make_one_challenge() async throws {
    try await World.with { world in
      for _ in 0..<5 {
        let a = try await world.demand(.shortlisted), b = try await world.demand(.shortlisted)
        let made = await withTaskGroup(of: Bool.self) { group in
          for pair in [[a, b], [b, a]] {
            group.addTask { (try? await Self.consolidate(world, pair)) != nil }
          }
          return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        let rows = try await world.market.database.query(
          "SELECT count(DISTINCT challenge) FROM challenge_sources WHERE demand IN (\(a), \(b))")
        #expect(try rows.first?.get(0, as: Int.self) == 1)
      }
    }
  }

  @Test func one_demand_is_converted_or_split_into_several() async throws {
    try await World.with { world in
      let one = try await world.demand(.shortlisted), many = try await world.demand(.shortlisted)
      let challenge = try await Self.consolidate(world, [one])
      #expect(try await world.market.find(one, for: .system).state == .converted)
      #expect(try await world.market.sources(of: challenge.id, for: .system).map(\.relation) == ["converted"])
      let parts = JSONValue.object([
        "mode": .string("open_competition"),
        "parts": .array(
          ["检测试剂", "检测仪器"].map { .object(["title": .string($0), "indicators": .array([.string("示例指标")])]) }),
      ])
      let input = try Input(parts, Consolidation.splitInputs)
      let made = try await world.market.work(as: world.operator.caller) { work in try await work.split(many, input) }
      #expect(made.map(\.title) == ["检测试剂", "检测仪器"] && made.allSatisfy { $0.mode == "open_competition" })
      let demand = try await world.market.find(many, for: .system)
      #expect(demand.state == .converted && Set(demand.challenges) == Set(made.map(\.id)))
    }
  }

  @Test func only_an_operator_without_a_stake_consolidates_and_only_what_was_shortlisted() async throws {
    try await World.with { world in
      let id = try await world.demand(.shortlisted), unscreened = try await world.demand(.screening)
      for caller in [
        world.enterprise.caller, world.supervisor.caller,
        Caller(organisation: world.enterprise.id, token: nil, role: .operator),
      ] {
        await #expect(throws: Refusal.self) { try await Self.consolidate(world, [id], as: caller) }
      }
      let before = try await world.fingerprint()
      await #expect(throws: Refusal.self) { try await Self.consolidate(world, [id, unscreened]) }
      await #expect(throws: Refusal.self) { try await Self.consolidate(world, []) }
      #expect(try await world.fingerprint() == before, "nothing is half done")
    }
  }

  @discardableResult
  static func consolidate(
    _ world: World, _ demands: [ID<Demand>], _ more: [String: FieldValue] = [:], as caller: Caller? = nil
  ) async throws -> Challenge {
    var input = Input(["demands": .texts(demands.map(\.text)), "mode": .text("open_challenge")])
    for (name, value) in more { input[name] = value }
    let body = input
    return try await world.market.work(as: caller ?? world.operator.caller) { work in try await work.consolidate(body) }
  }
}
