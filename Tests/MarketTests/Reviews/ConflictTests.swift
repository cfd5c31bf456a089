import Postgres
import TestSupport
import Testing

@testable import Market

/// 回避: what leaves an expert out of a draw, and stops a member who was drawn.
@Suite struct ConflictTests {
  /// A challenge under evaluation with a bid of the university, and a pool that is large enough.
  static func ready(_ world: World) async throws -> (challenge: ID<Challenge>, pool: [World.PoolMember]) {
    let made = try await world.challenge(.evaluating, pricesOpen: false, isJudged: false)
    return (made.id, try await world.pool(6, industry: 3))
  }
  static func form(_ challenge: ID<Challenge>, _ world: World, _ more: [String: FieldValue] = [:]) async throws -> Panel
  {
    try await world.market.work(as: world.operator.caller) { try await $0.formPanel(on: challenge, Input(more)) }
  }
  private static func grounds(_ panel: ID<Panel>, _ world: World) async throws -> [ID<Expert>: String] {
    let seats = try await world.market.seats(of: panel, for: world.supervisor.caller)
    return seats.reduce(into: [:]) { if $1.status == "excluded" { $0[$1.expert] = $1.ground } }
  }

  @Test(arguments: ["university", "enterprise"])
  func each_ground_leaves_the_expert_out_whether_it_is_towards_a_bidder_or_the_poster(side: String) async throws {
    try await World.with { world in
      let (challenge, pool) = try await Self.ready(world)
      let party = side == "university" ? world.university : world.enterprise
      var wanted: [ID<Expert>: String] = [:]
      wanted[try await world.expert(employer: party.id).id] = "employer"
      // Another place of the same person, and one that ended lately.
      let elsewhere = try await world.expert()
      try await world.join(elsewhere.person, party, .university)
      wanted[elsewhere.id] = "employer"
      let lately = try await world.expert()
      let place = try await world.join(lately.person, party, .university)
      try await world.place(
        "UPDATE memberships SET status = 'ended', updated_at = market_now() - interval '35 months' WHERE id = \(place)")
      wanted[lately.id] = "employer"
      for ground in ExpertRelation.registered where ground != "employer" {
        let expert = try await world.expert()
        _ = try await world.market.work(as: expert.caller) { work in
          try await work.relate(
            expert.id, Input(["organisation": .reference(party.id.bits), "ground": .text(ground)]))
        }
        wanted[expert.id] = ground
      }
      let delegate = try await world.expert(), trader = try await world.expert()
      try await world.place(
        """
        INSERT INTO delegations (id, owner, delegate, status, rulebook, kind, actions, valid_to)
        VALUES (\(ID<Delegation>()), \(party.id), \(delegate.party.id), 'active', 1, 'broker', '{achievement.*}', market_today() + 9)
        """,
        """
        INSERT INTO deals (id, status, rulebook, kind, title, seller, buyer, total_amount, pricing_route, signed_on, created_by)
        VALUES (\(ID<Deal>()), 'signed', 1, 'service', '示例交易', \(trader.party.id), \(party.id), 1, 'listed',
          (market_today() - interval '35 months')::date, \(party.id))
        """)
      wanted[delegate.id] = "delegation"
      wanted[trader.id] = "payment"
      let panel = try await Self.form(challenge, world)
      #expect(try await Self.grounds(panel.id, world) == wanted)
      #expect(panel.poolSize == pool.count)
      let own = try await world.market.seats(of: panel.id, for: world.operator.caller)
      #expect(own.isEmpty, "who was left out and why is the supervisor's to know")
    }
  }

  @Test func what_is_long_over_or_about_somebody_else_leaves_nobody_out() async throws {
    try await World.with { world in
      let (challenge, _) = try await Self.ready(world)
      let former = try await world.expert(), bystander = try await world.expert(), past = try await world.expert()
      let place = try await world.join(former.person, world.university, .university)
      try await world.place(
        "UPDATE memberships SET status = 'ended', updated_at = market_now() - interval '37 months' WHERE id = \(place)")
      let yesterday = try await world.market.today().adding(days: -1)
      for (expert, party, until) in [(bystander, world.registry, nil), (past, world.university, yesterday)] {
        _ = try await world.market.work(as: world.operator.caller) { work in
          try await work.relate(
            expert.id,
            Input([
              "organisation": .reference(party.id.bits), "ground": .text("co_author"),
              "until": until.map(FieldValue.date) ?? .null,
            ]))
        }
      }
      let panel = try await Self.form(challenge, world)
      #expect(try await Self.grounds(panel.id, world).isEmpty)
      #expect(panel.poolSize == 9)
    }
  }

  @Test func only_listed_experts_of_the_field_are_on_the_list() async throws {
    try await World.with { world in
      let (challenge, pool) = try await Self.ready(world)
      _ = try await world.expert(fields: ["05"])
      for state in [Expert.State.proposed, .paused, .removed] { _ = try await world.expert(state: state) }
      #expect(try await Self.form(challenge, world).poolSize == pool.count)
    }
  }

  @Test func a_panel_is_odd_no_smaller_than_the_rule_and_only_drawn_from_a_pool_that_can_fill_it() async throws {
    try await World.with { world in
      let (challenge, _) = try await Self.ready(world)
      let few = try await refusal { try await Self.form(challenge, world, ["size": .integer(3)]) }
      #expect(
        few.issues.map(\.code) == ["below_legal_floor"] && few.issues[0].detail.zh.contains("review.panel_minimum"))
      let even = try await refusal { try await Self.form(challenge, world, ["size": .integer(6)]) }
      #expect(even.issues.map(\.code) == ["even"])
      let many = try await refusal { try await Self.form(challenge, world, ["size": .integer(7)]) }
      #expect(many.issues.map(\.code) == ["pool_too_small"])
      try await world.place("UPDATE experts SET kind = 'academia'")
      let none = try await refusal { try await Self.form(challenge, world) }
      #expect(none.issues.map(\.code) == ["pool_too_small"], "a third is industry's")
      try await world.place("UPDATE experts SET kind = 'user'")
      #expect(try await Self.form(challenge, world).industrySeats == 2)
      let second = try await refusal { try await Self.form(challenge, world) }
      #expect(second.conflictCode == "panel_exists")
    }
  }

  @Test func no_panel_is_formed_by_others_before_the_evaluation_for_a_plain_need_or_once_prices_are_known() async throws
  {
    try await World.with { world in
      _ = try await world.pool(6, industry: 3)
      let closed = try await world.challenge(.closed).id
      let plain = try await world.challenge(.evaluating, isPlain: true).id
      let priced = try await world.challenge(.evaluating, pricesOpen: true, isJudged: false).id
      for challenge in [closed, plain, priced] {
        let refused = try await refusal { try await Self.form(challenge, world) }
        #expect(refused.conflictCode == "not_evaluating")
      }
      let open = try await world.challenge(.evaluating, pricesOpen: false, isJudged: false).id
      let staffOfBidder = Caller(organisation: world.university.id, token: nil, role: .operator)
      for caller in [world.supervisor.caller, world.enterprise.caller, world.reviewer.caller, staffOfBidder] {
        let refused = try await refusal {
          try await world.market.work(as: caller) { try await $0.formPanel(on: open, Input()) }
        }
        guard case .forbidden = refused else {
          Testing.Issue.record("\(refused)")
          return
        }
      }
    }
  }
}
