import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct AcceptanceTests {
  @Test func a_panel_is_odd_large_enough_has_its_users_and_no_solver() async throws {
    try await World.with { world in
      let id = try await world.acceptance(.requested)
      func codes(_ seats: [(World.Party, String)]) async throws -> [String] {
        let rows: [JSONValue] = seats.map {
          .object(["organisation": .string($0.0.id.text), "side": .string($0.1)])
        }
        let refused = try await refusal {
          try await world.move(id, .convene, .object(["seats": .array(rows)]), as: world.operator.caller)
        }
        return refused.issues.map(\.code)
      }
      let all = world.panelists
      let technical = all.dropFirst().map { ($0, "technical") }
      #expect(try await codes([(all[0], "user")] + technical.dropLast()) == ["panel_too_small"], "four")
      #expect(try await codes([(all[0], "user")] + technical.dropLast(2)) == ["panel_too_small"], "three")
      #expect(try await codes([(world.admin, "technical")] + technical) == ["users_missing"])
      #expect(
        try await codes([(all[0], "technical"), (all[1], "user")] + technical.dropFirst()) == ["conflict_of_interest"])
      #expect(try await codes([(world.university, "user")] + technical) == ["conflict_of_interest"])
      #expect(try await codes([(all[1], "user")] + technical) == ["twice"])
      try await world.convene(id)
      #expect(try await world.market.find(id, for: .system).state == .panel)
    }
  }

  @Test func each_seat_votes_once_unseen_and_nobody_else() async throws {
    try await World.with { world in
      let id = try await world.acceptance(.requested)
      try await world.convene(id)
      func vote(_ caller: Caller) async throws {
        _ = try await world.market.work(as: caller) { work in
          try await work.vote(on: id, Input(["verdict": .text("passed"), "comment": .text("示例意见")]))
        }
      }
      try await vote(world.reviewer.caller)
      #expect(try await refusal { try await vote(world.reviewer.caller) }.conflictCode == "already_voted")
      let stranger = Caller(organisation: world.admin.id, token: world.admin.caller.token, role: .reviewer)
      #expect(try await refusal { try await vote(stranger) }.conflictCode == "no_seat")
      guard case .forbidden = try await refusal({ try await vote(world.operator.caller) }) else {
        Testing.Issue.record("an operator has no voice")
        return
      }
      for party in [world.university, world.enterprise, world.operator, world.supervisor] {
        #expect(try await world.market.votes(on: id, for: party.caller).isEmpty)
      }
      let few = try await refusal { try await world.move(id, .decide, as: world.operator.caller) }
      #expect(few.issues.map(\.code).contains("votes_missing"))
      let sealed = try await world.market.database.query("SELECT sealed, public FROM events WHERE action = 'vote'")
      #expect(try sealed.first?.get(0, as: Bool.self) == true && sealed.first?.get(1, as: Bool.self) == false)
    }
  }

  @Test func a_veto_names_indicators_and_then_the_panel_cannot_pass_it() async throws {
    try await World.with { world in
      let id = try await world.acceptance(.panel)
      for named in [["2"], ["x"], []] {
        let refused = try await refusal {
          try await world.move(
            id, .veto,
            .object(["reason": .string("示例理由"), "veto_indicators": .array(named.map { .string($0) })]),
            as: world.enterprise.caller)
        }
        #expect(refused.issues.count == 1, "\(named)")
      }
      try await world.move(
        id, .veto, .object(["reason": .string("带毒率未达标"), "veto_indicators": .array([.string("1")])]),
        as: world.enterprise.caller)
      #expect(try await world.move(id, .decide, as: world.operator.caller).state == .concluded)
      let project = try await world.market.find(id, for: .system).project
      #expect(try await world.market.find(project, for: .anonymous).state == .concluded)
      let challenge = try await world.market.find(project, for: .anonymous).challenge
      #expect(try await world.state(of: challenge) == .concludedWithDiligence)
      let records = try await world.market.database.query("SELECT count(*) FROM integrity_records")
      #expect(try records.first?.get(0, as: Int.self) == 0, "尽职免责")
    }
  }

  /// Counted once more, vote by vote: every way in which three users and four others can vote.
  @Test func the_verdict_is_the_majority_s_and_the_users_have_to_be_among_it() {
    let verdicts = ["passed", "concluded", "failed"]
    for code in 0..<2187 {
      var rest = code
      let votes = (0..<7).map { _ in
        let verdict = verdicts[rest % 3]
        rest /= 3
        return verdict
      }
      let ballot = Ballot(
        seats: 7, cast: 7, passed: votes.count { $0 == "passed" }, failed: votes.count { $0 == "failed" }, usersCast: 3,
        usersPassed: votes.prefix(3).count { $0 == "passed" })
      let expected: Acceptance.State
      if votes.count(where: { $0 == "failed" }) >= 4 {
        expected = .failed
      } else if votes.count(where: { $0 == "passed" }) >= 4, votes.prefix(3).count(where: { $0 == "passed" }) >= 2 {
        expected = .passed
      } else {
        expected = .concluded
      }
      #expect(ballot.verdict(isVetoed: false) == expected, "\(votes)")
      #expect(ballot.verdict(isVetoed: true) == (expected == .passed ? .concluded : expected), "\(votes)")
    }
  }

  @Test func market_evidence_is_there_and_a_line_ran_long_enough() {
    func rows(_ text: String) -> [UInt8] { Array(text.utf8) }
    #expect(!AcceptanceFile.isEnough(rows("[]"), lineDays: 30))
    #expect(!AcceptanceFile.isEnough(rows(#"[{"kind":"line_run"}]"#), lineDays: 30))
    #expect(!AcceptanceFile.isEnough(rows(#"[{"kind":"line_run","days":29}]"#), lineDays: 30))
    #expect(AcceptanceFile.isEnough(rows(#"[{"kind":"line_run","days":30}]"#), lineDays: 30))
    #expect(AcceptanceFile.isEnough(rows(#"[{"kind":"sales_invoice"}]"#), lineDays: 30))
  }

  @Test func what_lacks_something_goes_back_to_its_solver() async throws {
    try await World.with { world in
      let id = try await world.acceptance(.requested)
      try await world.move(id, .sendBack, aReason, as: world.operator.caller)
      guard case .object(var members) = World.delivery else { return }
      members["evidence"] = .array([])
      let bare = try await refusal {
        try await world.move(id, .supply, .object(members), as: world.university.caller)
      }
      #expect(bare.issues.map(\.code) == ["evidence_missing"])
      members["evidence"] = World.delivery["evidence"]
      members["report"] = .string("补正后的报告")
      let supplied = try await world.move(id, .supply, .object(members), as: world.university.caller)
      #expect(supplied.state == .requested && supplied.report == "补正后的报告")
    }
  }
}
