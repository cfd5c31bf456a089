import Postgres
import TestSupport
import Testing

@testable import Market

/// From the opened bids to the award.
@Suite struct AwardTests {
  @Test func the_best_scored_bid_is_proposed_or_a_reason_is_written_down() async throws {
    try await World.with { world in
      let made = try await world.challenge(.evaluating), better = ID<Bid>()
      try await world.placeBid(better, of: world.rival, on: made.id, price: 70_000_000)
      try await world.judged(made.id, [(better, "95.00")])
      func propose(_ bid: ID<Bid>, _ reason: String?) async throws -> Challenge {
        var body: [String: JSONValue] = ["bids": .array([.string(bid.text)])]
        body["reason"] = reason.map { .string($0) }
        return try await world.move(made.id, .propose, .object(body), as: world.operator.caller)
      }
      let unexplained = try await refusal { try await propose(made.bid, nil) }
      #expect(unexplained.issues.map(\.pointer) == ["/reason"])
      let unknown = try await refusal { try await propose(ID(), nil) }
      #expect(unknown.issues.map(\.code) == ["not_in_running"])
      let proposed = try await propose(made.bid, "价格合理")
      #expect(
        proposed.awards.first?.bid == made.bid && proposed.awards.first?.reason == "价格合理",
        "the answer shows what was written")
      try await world.move(made.id, .reopen, .object(["reason": .string("异议成立")]), as: world.operator.caller)
      let second = try await propose(better, nil)
      #expect(second.awards.first?.bid == better && second.awards.first?.price == Money(fen: 70_000_000))
    }
  }

  @Test func the_notice_runs_its_full_time_and_then_one_wins_and_the_next_in_rank_is_kept() async throws {
    try await World.with { world in
      let made = try await world.challenge(.evaluating), other = ID<Bid>()
      try await world.placeBid(other, of: world.rival, on: made.id, price: 70_000_000)
      try await world.judged(made.id, [(other, "70.00")])
      let before = try await world.market.now()
      let proposed = try await world.move(
        made.id, .propose, .object(["bids": .array([.string(made.bid.text)])]), as: world.operator.caller)
      #expect(
        proposed.notice?.endsAt == (try world.market.rulebook.end(of: .awardNotice, from: before, region: "451000")))
      let early = try await refusal { try await world.move(made.id, .award, as: world.supervisor.caller) }
      #expect(early.issues.map(\.code) == ["notice_running"])
      try await world.advance(days: 30)
      try await world.move(made.id, .award, as: world.supervisor.caller)
      #expect(try await world.market.find(made.bid, for: world.university.caller).state == .won)
      #expect(try await world.market.find(other, for: world.rival.caller).state == .reserve)
    }
  }

  @Test func a_race_is_won_by_as_many_as_it_was_set_for_and_who_does_not_sign_makes_room_for_the_next() async throws {
    try await World.with { world in
      let made = try await world.challenge(.evaluating)
      try await world.place("UPDATE challenges SET racers = 2 WHERE id = \(made.id)")
      var bids = [made.bid]
      for (party, score) in [(world.rival, 70), (world.registry, 60)] {
        let bid = ID<Bid>()
        try await world.placeBid(bid, of: party, on: made.id, price: 70_000_000)
        try await world.judged(made.id, [(bid, "\(score).00")])
        bids.append(bid)
      }
      func propose(_ bids: [ID<Bid>]) async throws -> Challenge {
        try await world.move(
          made.id, .propose, .object(["bids": .array(bids.map { .string($0.text) })]), as: world.operator.caller)
      }
      func states() async throws -> [Bid.State] {
        var states: [Bid.State] = []
        for bid in bids { states.append(try await world.market.find(bid, for: .system).state) }
        return states
      }
      let one = try await refusal { try await propose([bids[0]]) }
      #expect(one.issues.map(\.code) == ["wrong_number"])
      #expect(try await propose([bids[0], bids[1]]).awards.map(\.rank) == [1, 2])
      try await world.advance(days: 30)
      try await world.move(made.id, .award, as: world.supervisor.caller)
      #expect(try await states() == [.won, .won, .reserve])
      try await world.move(bids[0], .forfeit, as: .system)
      try await world.place("UPDATE challenges SET status = 'evaluating' WHERE id = \(made.id)")
      let next = try await propose([bids[2]])
      #expect(next.awards.map(\.state) == [.forfeited, .awarded, .proposed] && next.awards.map(\.rank) == [1, 2, 3])
      try await world.advance(days: 30)
      try await world.move(made.id, .award, as: world.supervisor.caller)
      #expect(try await states() == [.forfeited, .won, .won])
    }
  }

  @Test func only_an_open_challenge_is_a_race_and_within_the_rulebook_s_bounds() async throws {
    try await World.with { world in
      let id = try await world.challenge(.draft).id, plain = try await world.challenge(.draft, isPlain: true).id
      func race(_ id: ID<Challenge>, _ racers: Int) async throws {
        _ = try await world.market.work(as: world.enterprise.caller) { work in
          try await work.edit(id, .object(["racers": .number(Double(racers))]), version: nil)
        }
      }
      #expect(try await refusal { try await race(plain, 2) }.issues.map(\.pointer) == ["/racers"])
      try await race(id, 4)
      let crowd = try await refusal { try await world.move(id, .submit, as: world.enterprise.caller) }
      #expect(crowd.issues.map(\.code) == ["race_out_of_bounds"])
      try await race(id, 3)
      #expect(try await world.move(id, .submit, as: world.enterprise.caller).racers == 3)
    }
  }

  @Test func a_reviewer_scores_once_and_not_where_an_interest_is() async throws {
    try await World.with { world in
      let made = try await world.challenge(.evaluating, isPlain: true)
      try await world.place("DELETE FROM bid_reviews")
      let score = Input(["score": .integer(80), "comment": .text("示例意见")])
      let review = try await world.market.work(as: world.reviewer.caller) { try await $0.review(made.bid, score) }
      #expect(review.score == 80 && review.bid == made.bid)
      let again = try await refusal {
        try await world.market.work(as: world.reviewer.caller) { try await $0.review(made.bid, score) }
      }
      #expect(again.conflictCode == "already_reviewed")
      for party in [world.university, world.enterprise] {
        let involved = Caller(organisation: party.id, token: party.caller.token, role: .reviewer)
        let refused = try await refusal {
          try await world.market.work(as: involved) { try await $0.review(made.bid, score) }
        }
        guard case .recused("employer") = refused else {
          Testing.Issue.record("\(refused)")
          return
        }
      }
      let outsider = try await refusal {
        try await world.market.work(as: world.operator.caller) { try await $0.review(made.bid, score) }
      }
      guard case .forbidden = outsider else {
        Testing.Issue.record("\(outsider)")
        return
      }
    }
  }

  @Test func what_has_no_price_or_no_closed_panel_is_not_proposed() async throws {
    try await World.with { world in
      let sealed = try await world.challenge(.evaluating, pricesOpen: false)
      let unread = try await world.challenge(.evaluating, isJudged: false)
      for (made, code) in [(sealed, "prices_sealed"), (unread, "not_reviewed")] {
        let early = try await refusal {
          try await world.move(
            made.id, .propose, .object(["bids": .array([.string(made.bid.text)])]), as: world.operator.caller)
        }
        #expect(early.issues.map(\.code) == [code])
      }
    }
  }

  @Test func a_bid_for_the_board_is_not_there_to_a_reviewer() async throws {
    try await World.with { world in
      let made = try await world.challenge(.evaluating, pricesOpen: false)
      let refused = try await refusal {
        try await world.market.work(as: world.reviewer.caller) {
          try await $0.review(made.bid, Input(["score": .integer(1), "comment": .text("x")]))
        }
      }
      guard case .notFound = refused else {
        Testing.Issue.record("\(refused)")
        return
      }
    }
  }

  @Test func who_stands_first_is_passed_over_by_two_supervisors_or_not_at_all() async throws {
    try await World.with { world in
      let made = try await world.challenge(.evaluating), better = ID<Bid>()
      try await world.placeBid(better, of: world.rival, on: made.id, price: 70_000_000)
      try await world.judged(made.id, [(better, "95.00")])
      let first = try await world.person(in: world.supervisor).caller,
        second = try await world.person(in: world.supervisor).caller
      let opinion = JSONValue.object(["opinion": .string("示例意见")])
      try await world.move(
        made.id, .propose, .object(["bids": .array([.string(made.bid.text)]), "reason": .string("价格合理")]),
        as: world.operator.caller)
      try await world.advance(days: 30)
      let alone = try await refusal { try await world.move(made.id, .award, as: first) }
      #expect(alone.issues.map(\.code) == ["not_endorsed"])
      let endorsed = try await world.move(made.id, .endorse, opinion, as: first)
      #expect(endorsed.awards.map(\.isEndorsed) == [true] && endorsed.state == .awardNotice)
      let same = try await refusal { try await world.move(made.id, .award, as: first) }
      #expect(same.issues.map(\.code) == ["four_eyes"])
      let twice = try await refusal { try await world.move(made.id, .endorse, opinion, as: second) }
      #expect(twice.issues.map(\.code) == ["follows_ranking"])
      #expect(try await world.move(made.id, .award, as: second).state == .awarded)
    }
  }

  @Test func nothing_is_reviewed_before_or_after_the_evaluation() async throws {
    try await World.with { world in
      for state in [Challenge.State.closed, .awardNotice] {
        let made = try await world.challenge(state, isPlain: true)
        try await world.place("DELETE FROM bid_reviews")
        let refused = try await refusal {
          try await world.market.work(as: world.reviewer.caller) {
            try await $0.review(made.bid, Input(["score": .integer(1), "comment": .text("x")]))
          }
        }
        #expect(refused.conflictCode == "not_evaluating", "\(state)")
      }
    }
  }
}
