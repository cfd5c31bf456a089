import Postgres
import TestSupport
import Testing

@testable import Market

/// The three modes, none of which becomes another; amendments and reissues.
@Suite struct ModeTests {
  @Test func a_directed_entrustment_names_its_solver_and_rests_on_experts_and_a_decision() async throws {
    try await World.with { world in
      let id = try await directed(world, .selected), experts = try await world.experts(3)
      let platform = world.operator.caller
      func missing() async throws -> [String] {
        try await refusal { try await world.move(id, .openNotice, as: platform) }.issues.map(\.code)
      }
      #expect(try await missing() == ["solver_missing", "opinions_missing", "decision_missing"])
      try await world.place(
        """
        UPDATE challenges SET solver = \(world.university.id), entrustment_reason = '示例:国内仅此一家', decision_record = '示例会议纪要'
        WHERE id = \(id)
        """)
      #expect(try await missing() == ["opinions_missing"])
      for (i, expert) in experts.enumerated() {
        try await opinion(world, id, supports: i > 0, as: expert)
      }
      #expect(try await missing() == ["opinions_missing"], "one of three does not support it")
      let more = try await world.experts(1)
      try await opinion(world, id, supports: true, as: more[0])
      #expect(
        try await refusal { try await opinion(world, id, supports: true, as: more[0]) }.conflictCode == "already_given")
      #expect(try await world.move(id, .openNotice, as: platform).state == .boardNotice)
      #expect(try await world.market.opinions(on: id, for: .anonymous).map(\.supports) == [false, true, true, true])
    }
  }

  @Test func an_expert_of_either_side_has_no_opinion() async throws {
    try await World.with { world in
      let id = try await directed(world, .inSelection)
      try await world.place("UPDATE challenges SET solver = \(world.university.id)")
      for organisation in [world.university.id, world.enterprise.id] {
        let insider = Caller(organisation: organisation, token: ID(bits: 5), role: .reviewer)
        let refused = try await refusal { try await opinion(world, id, supports: true, as: insider) }
        #expect(refused.issues.map(\.code) == ["conflict_of_interest"])
      }
      let open = try await world.challenge(.selected).id, expert = try await world.experts(1)[0]
      guard case .notFound = try await refusal({ try await opinion(world, open, supports: true, as: expert) }) else {
        return #expect(Bool(false), "only entrustments are up for an opinion")
      }
    }
  }

  @Test func a_directed_entrustment_takes_a_bid_from_its_solver_alone() async throws {
    try await World.with { world in
      let id = try await directed(world, .published)
      func bid(_ party: World.Party) async throws -> SealedBid {
        try await world.market.work(as: party.caller) { work in try await work.placeBid(on: id, World.offer) }
      }
      #expect(try await refusal { try await bid(world.rival) }.conflictCode == "not_entrusted")
      #expect(try await bid(world.university).status == .sealed)
    }
  }

  @Test func a_mode_is_converted_by_nobody() async throws {
    try await World.with { world in
      let id = try await world.challenge(.draft).id
      #expect(throws: Refusal.self) {
        try Input(.object(["mode": .string("directed_entrustment")]), Challenge.editableInputs, partial: true)
      }
      do {
        _ = try await world.market.database.execute("UPDATE challenges SET mode = 'plain_demand' WHERE id = \(id)")
        Testing.Issue.record("the mode was converted")
      } catch let error as PostgresError { #expect(error.constraint == "challenges_mode_stays") }
      do {
        _ = try await world.market.database.execute(
          "UPDATE challenges SET solver = \(world.university.id) WHERE id = \(id)")
        Testing.Issue.record("an open challenge names its solver")
      } catch let error as PostgresError { #expect(error.constraint == "challenges_solver_mode") }
    }
  }

  @Test(arguments: [("open_challenge", 1, 1), ("open_competition", 1, 3), ("open_competition", 2, 2)])
  func a_challenge_is_evaluated_with_as_many_bids_as_its_mode_needs(mode: String, attempt: Int, needed: Int)
    async throws
  {
    try await World.with { world in
      let id = try await world.challenge(.closed, withBid: false).id
      let before = try await world.challenge(.noAward, withBid: false).id
      try await world.place(
        """
        UPDATE challenges SET mode = \(mode), attempt = \(attempt)::bigint, bids_received = \(needed)::bigint,
          reissue_of = \(attempt > 1 ? before : nil) WHERE id = \(id)
        """)
      var bids: [ID<Bid>] = []
      for bidder in try await DeadlineTests.bidders(needed, world) {
        let party = World.Party(id: try #require(bidder.organisation), caller: bidder, secret: "")
        bids.append(ID())
        try await world.placeBid(bids[bids.count - 1], of: party, on: id, price: nil)
      }
      try await world.place("UPDATE bids SET status = 'invalid' WHERE id = \(bids[0])")
      let few = try await refusal { try await world.move(id, .evaluate, as: world.operator.caller) }
      #expect(few.issues.map(\.code) == ["no_bids"])
      try await world.place("UPDATE bids SET status = 'opened' WHERE id = \(bids[0])")
      #expect(try await world.move(id, .evaluate, as: world.operator.caller).state == .evaluating)
    }
  }

  @Test func a_challenge_without_award_is_issued_again_twice_linked_and_in_the_same_mode() async throws {
    try await World.with { world in
      let me = world.enterprise.caller
      var id = try await world.challenge(.noAward, withBid: false).id
      for attempt in 2...3 {
        let moved = try await world.move(id, .reissue, as: me)
        let next = try await world.market.find(try #require(moved.terms.reissuedAs), for: me)
        #expect(next.state == .draft && next.terms.attempt == attempt && next.terms.reissueOf == id)
        #expect(
          next.title == moved.title && next.mode == moved.mode && next.indicators == moved.indicators
            && next.budget == moved.budget)
        #expect(
          try await refusal { try await world.move(id, .reissue, as: me) }.issues.map(\.code) == ["already_reissued"])
        id = next.id
        try await world.place("UPDATE challenges SET status = 'no_award' WHERE id = \(id)")
      }
      let third = try await refusal { try await world.move(id, .reissue, as: me) }
      #expect(third.issues.map(\.code) == ["reissued_often"])
    }
  }

  @Test func two_who_reissue_at_once_make_one() async throws {
    try await World.with { world in
      let id = try await world.challenge(.noAward, withBid: false).id
      let made = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<4 { group.addTask { (try? await world.move(id, .reissue, as: world.enterprise.caller)) != nil } }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(made == 1)
    }
  }

  @Test func a_material_amendment_gives_time_counts_the_terms_and_touches_no_bid() async throws {
    try await World.with { world in
      let made = try await world.challenge(.published, hasClosed: false)
      try await world.place("UPDATE challenges SET closes_at = market_now() + interval '2 days' WHERE id = \(made.id)")
      let before = try await world.market.find(made.id, for: .anonymous), now = try await world.market.now()
      let bids = try await world.fingerprint()["sealed_bids"]
      let moved = try await world.move(
        made.id, .amend,
        .object(["indicators": .array([.string("带毒率 ≤ 0.05 %")]), "rationale": .string("示例:提高要求")]),
        as: world.enterprise.caller)
      #expect(moved.terms.version == 2 && moved.indicators == ["带毒率 ≤ 0.05 %"])
      #expect(moved.closesAt == (try world.market.rulebook.end(of: .amendmentMinimum, from: now, region: "451000")))
      #expect(try await world.fingerprint()["sealed_bids"] == bids, "sealed means silent")
      let record = try #require(try await world.market.amendments(of: made.id, for: .anonymous).first)
      #expect(record.number == 1 && record.isMaterial && record.termsVersion == 2 && record.rationale == "示例:提高要求")
      #expect(record.closedAt == before.closesAt && record.closesAt == moved.closesAt)
      let changes = JSONValue.parse(record.changes)
      #expect(changes?["indicators"]?["from"]?.array == [.string("带毒率 ≤ 0.1 %")])
      if case .object(let members) = changes { #expect(Array(members.keys) == ["indicators"]) }
    }
  }

  @Test func a_bid_made_under_older_terms_is_not_opened_and_one_made_anew_is() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id
      func bid(_ party: World.Party) async throws -> SealedBid {
        try await world.market.work(as: party.caller) { work in try await work.placeBid(on: id, World.offer) }
      }
      let stale = try await bid(world.university).receipt.bid, renewed = try await bid(world.rival).receipt.bid
      try await world.move(
        id, .amend, .object(["indicators": .array([.string("示例指标")]), "rationale": .string("示例")]),
        as: world.enterprise.caller)
      _ = try await world.market.work(as: world.rival.caller) { work in
        try await work.replaceBid(renewed, World.offer, version: nil)
      }
      try await world.advance(days: 30)
      try await world.giveShare(world.officers[0], of: id)
      try await world.giveShare(world.officers[1], of: id)
      let mine = try await world.market.sealedBid(stale, for: world.university.caller)
      #expect(mine.status == .invalid && mine.fault == "older_terms")
      #expect(try await world.market.find(renewed, for: world.rival.caller).state == .opened)
    }
  }

  @Test func a_slip_is_corrected_without_more_time_and_the_deadline_comes_no_nearer_than_the_rule_allows() async throws
  {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id, me = world.enterprise.caller
      func amend(_ body: [String: JSONValue]) async throws -> Challenge {
        try await world.move(id, .amend, .object(body.merging(["rationale": .string("示例")]) { a, _ in a }), as: me)
      }
      let before = try await world.market.find(id, for: me)
      let slip = try await amend(["summary": .string("更正后的简介")])
      #expect(slip.closesAt == before.closesAt && slip.terms.version == 1)
      #expect(try await world.market.amendments(of: id, for: me).map(\.isMaterial) == [false])
      #expect(
        try await refusal { try await amend(["summary": .string("更正后的简介")]) }.issues.map(\.code) == ["nothing_changed"])
      #expect(
        try await refusal { try await amend(["indicators": .array([])]) }.issues.map(\.code) == ["not_measurable"])
      let today = try await world.market.today()
      let later = try await refusal { try await amend(["closes_on": .string(today.adding(days: 90).text)]) }
      #expect(later.issues.map(\.code) == ["use_extend"])
      let now = try await world.market.now()
      let earlier = try await amend(["closes_on": .string(today.adding(days: 1).text)])
      #expect(earlier.closesAt == (try world.market.rulebook.end(of: .amendmentMinimum, from: now, region: "451000")))
      #expect(earlier.terms.version == 2)
    }
  }

  private func directed(_ world: World, _ state: Challenge.State) async throws -> ID<Challenge> {
    let id = try await world.challenge(state, hasClosed: false, withBid: false).id
    let isNamed = state == .published
    try await world.place(
      """
      UPDATE challenges SET mode = 'directed_entrustment', solver = \(isNamed ? world.university.id : nil),
        entrustment_reason = \(isNamed ? "示例理由" : nil), decision_record = \(isNamed ? "示例纪要" : nil) WHERE id = \(id)
      """)
    return id
  }

  private func opinion(_ world: World, _ id: ID<Challenge>, supports: Bool, as caller: Caller) async throws {
    _ = try await world.market.work(as: caller) { work in
      try await work.giveOpinion(on: id, Input(["supports": .flag(supports), "opinion": .text("示例意见")]))
    }
  }
}
