import Postgres
import TestSupport
import Testing

@testable import Market

/// From the award to what became of it.
@Suite struct ProjectTests {
  @Test func an_award_is_pledged_contracted_planned_carried_out_and_accepted() async throws {
    try await World.with { world in
      let made = try await world.challenge(.awardNotice)
      try await world.move(made.id, .award, as: world.supervisor.caller)
      let project = try #require(try await world.projects(of: made.id).first)
      #expect(project.state == .awarded && project.solver == world.university.id && project.price.fen == 80_000_000)
      #expect(try await world.projects(of: made.id).count == 1)
      let deal = try await world.deal(of: made.id)
      let unpledged = try await refusal { try await world.move(deal, .countersign, as: world.enterprise.caller) }
      #expect(unpledged.issues.map(\.code) == ["pledge_first"])

      let pledged = try await world.pledge(project.id)
      let content = try #require(pledged.pledgeContent)
      #expect(pledged.pledgeHash == Notice.digest(of: content) && content.contains("带毒率"))
      let oracle = """
        import sys, json, hashlib
        text = sys.stdin.read()
        assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text
        print("sha256:" + hashlib.sha256(text.encode()).hexdigest(), end="")
        """
      if let said = try Python.run(oracle, input: Array(content.utf8)) {
        #expect(String(decoding: said, as: UTF8.self) == pledged.pledgeHash)
      }
      try await world.move(project.id, .confirm, as: world.enterprise.caller)
      // Pledged anew, it is to be confirmed anew.
      #expect(try await world.pledge(project.id).pledgeConfirmedAt == nil)
      try await world.move(project.id, .confirm, as: world.enterprise.caller)
      try await world.move(deal, .countersign, as: world.enterprise.caller)
      #expect(try await world.state(of: made.id) == .contracted)
      let told = try await world.history(as: .anonymous).first { $0.kind == "project" && $0.action == "contract" }
      let facts = JSONValue.parse(told?.payload ?? [])
      #expect(facts?["pledge_hash"]?.string?.hasPrefix("sha256:") == true && facts?["pledge"] == nil)
      let contracted = try await world.market.find(project.id, for: .anonymous)
      #expect(contracted.state == .contracted && contracted.deal == deal)

      try await world.begin(project.id)
      #expect(try await world.state(of: made.id) == .executing)
      let milestones = try await world.milestones(of: project.id)
      #expect(milestones.map(\.number) == [1, 2, 3] && milestones.allSatisfy { $0.state == .planned })
      let early = try await refusal {
        try await world.move(project.id, .deliver, World.delivery, as: world.university.caller)
      }
      #expect(early.issues.map(\.code) == ["milestones_open"])
      for milestone in milestones { try await world.pass(milestone.id) }
      try await world.move(project.id, .deliver, World.delivery, as: world.university.caller)
      #expect(try await world.state(of: made.id) == .acceptance)
      let acceptance = try await world.acceptance(of: project.id)
      try await world.convene(acceptance)
      try await world.vote(on: acceptance, ["passed", "passed", "passed", "failed", "passed"])
      #expect(try await world.move(acceptance, .decide, as: world.operator.caller).state == .passed)
      #expect(try await world.market.find(project.id, for: .anonymous).state == .completed)
      #expect(try await world.state(of: made.id) == .completed)
      #expect(try await world.market.votes(on: acceptance, for: world.university.caller).count == 5)
      #expect(try await world.market.votes(on: acceptance, for: world.rival.caller).isEmpty)
    }
  }

  @Test func whoever_does_not_contract_in_time_loses_the_award_once_and_late_as_on_time() async throws {
    try await World.with { world in
      let made = try await world.challenge(.awardNotice)
      try await world.move(made.id, .award, as: world.supervisor.caller)
      let project = try #require(try await world.projects(of: made.id).first)
      let awarded = try await world.market.now()
      #expect(
        project.contractDueAt
          == (try world.market.rulebook.end(of: .contractDeadline, from: awarded, region: "451000")))
      try await world.confirmPledge(project.id)
      let deal = try await world.deal(of: made.id)
      try await world.advance(days: 20)
      try await Clockwork(world.market).tick()
      #expect(try await world.market.find(project.id, for: .system).state == .awarded, "not yet")
      // Nobody looked for a long time; the signature comes too late all the same.
      try await world.advance(days: 200)
      let late = try await refusal { try await world.move(deal, .countersign, as: world.enterprise.caller) }
      #expect(late.issues.map(\.code) == ["contract_overdue"])
      for _ in 0..<3 { try await Clockwork(world.market).tick() }
      #expect(try await world.market.find(project.id, for: .system).state == .forfeited)
      #expect(try await world.state(of: made.id) == .evaluating)
      #expect(try await world.market.find(deal, for: .system).state == .cancelled)
      let events = try await world.market.database.query(
        "SELECT count(*) FROM events WHERE action IN ('forfeit', 'pass_over') AND kind IN ('project', 'challenge')")
      #expect(try events.first?.get(0, as: Int.self) == 2, "each once")
      #expect(try await world.market.clockworkState().stalled == 0)
    }
  }

  @Test func the_award_of_who_does_not_contract_goes_to_the_next_in_rank() async throws {
    try await World.with { world in
      let made = try await world.challenge(.awardNotice), next = ID<Bid>()
      try await world.placeBid(next, of: world.rival, on: made.id, price: 70_000_000)
      try await world.place(review: next, on: made.id)
      try await world.move(made.id, .award, as: world.supervisor.caller)
      #expect(try await world.market.find(next, for: world.rival.caller).state == .reserve)
      let first = try #require(try await world.projects(of: made.id).first)
      try await world.confirmPledge(first.id)
      try await world.advance(days: 60)
      for _ in 0..<2 { try await Clockwork(world.market).tick() }
      #expect(try await world.market.find(made.bid, for: world.university.caller).state == .forfeited)
      let challenge = try await world.market.find(made.id, for: .anonymous)
      #expect(challenge.state == .evaluating && challenge.awards.map(\.state) == [.forfeited])

      try await world.propose(made.id, [next])
      try await world.move(made.id, .award, as: world.supervisor.caller)
      let projects = try await world.projects(of: made.id)
      #expect(projects.map(\.state) == [.awarded, .forfeited] && projects.first?.solver == world.rival.id)
      let second = try #require(projects.first)
      try await world.confirmPledge(second.id, by: world.rival)
      let deal = try await world.deal(of: made.id, by: world.rival)
      try await world.move(deal, .countersign, as: world.enterprise.caller)
      #expect(try await world.state(of: made.id) == .contracted)
    }
  }

  @Test func of_several_winners_only_the_missing_one_is_replaced_or_the_others_go_on_without() async throws {
    for isReplaced in [true, false] {
      try await World.with { world in
        let made = try await world.challenge(.awardNotice), other = ID<Bid>(), third = ID<Bid>()
        try await world.place("UPDATE challenges SET racers = 2 WHERE id = \(made.id)")
        let spare = try await world.party("又一示例大学")
        for (bid, party) in [(other, world.rival), (third, spare)] {
          try await world.placeBid(bid, of: party, on: made.id, price: 70_000_000)
          try await world.place(review: bid, on: made.id)
        }
        try await world.place(
          """
          INSERT INTO awards (challenge, bid, rank, organisation, price, score)
          VALUES (\(made.id), \(other), 2, \(world.rival.id), 70000000, 80)
          """)
        try await world.move(made.id, .award, as: world.supervisor.caller)
        let projects = try await world.projects(of: made.id)
        let mine = try #require(projects.first { $0.solver == world.university.id })
        let theirs = try #require(projects.first { $0.solver == world.rival.id })
        try await world.confirmPledge(mine.id)
        try await world.move(try await world.deal(of: made.id), .countersign, as: world.enterprise.caller)
        #expect(try await world.state(of: made.id) == .awarded, "the other one has not")
        try await world.move(theirs.id, .resign, aReason, as: world.rival.caller)
        #expect(try await world.state(of: made.id) == .evaluating)
        // The one who has contracted gets on meanwhile, and nothing takes the challenge away from it.
        try await world.begin(mine.id)
        for (action, who) in [(Challenge.Action.noAward, world.operator), (.cancel, world.enterprise)] {
          let refused = try await refusal { try await world.move(made.id, action, aReason, as: who.caller) }
          #expect(refused.issues.map(\.code) == ["projects_run"])
        }
        guard isReplaced else {
          try await world.move(made.id, .proceed, aReason, as: world.operator.caller)
          #expect(try await world.state(of: made.id) == .executing)
          #expect(try await world.market.find(third, for: spare.caller).state == .lost)
          return
        }
        try await world.propose(made.id, [third])
        try await world.move(made.id, .award, as: world.supervisor.caller)
        let last = try #require(try await world.projects(of: made.id).first { $0.solver == spare.id })
        #expect(try await world.projects(of: made.id).count == 3)
        try await world.confirmPledge(last.id, by: spare)
        try await world.move(try await world.deal(of: made.id, by: spare), .countersign, as: world.enterprise.caller)
        #expect(try await world.state(of: made.id) == .executing, "as far as the first one has come")
      }
    }
  }

  @Test func a_deal_is_not_ended_past_the_project_that_it_contracts() async throws {
    try await World.with { world in
      let id = try await world.project(.executing)
      let deal = try #require(try await world.market.find(id, for: .system).deal)
      let refused = try await refusal { try await world.move(deal, .terminate, aReason, as: world.university.caller) }
      #expect(refused.issues.map(\.code) == ["project_runs"])
    }
  }

  @Test func a_winner_may_give_its_award_up() async throws {
    try await World.with { world in
      let id = try await world.project(.awarded)
      let given = try await world.move(id, .resign, aReason, as: world.university.caller)
      #expect(given.state == .forfeited && given.reason == "示例理由")
      #expect(try await world.state(of: given.challenge) == .evaluating)
    }
  }

  @Test func a_pledge_answers_every_indicator_of_the_challenge() async throws {
    try await World.with { world in
      let id = try await world.project(.awarded)
      let project = try await world.market.find(id, for: .system)
      try await world.place("UPDATE challenges SET indicators = '{一,二}' WHERE id = \(project.challenge)")
      let partial = try await refusal { try await world.pledge(id) }
      #expect(partial.issues.map(\.code) == ["indicators_missing"])
      #expect(Pledge.covers(Array(#"[{"answers":2},{"answers":1},{"answers":1}]"#.utf8), 2), "more than one may answer")
      #expect(
        !Pledge.covers(Array(#"[{"answers":3},{"answers":1},{"answers":2}]"#.utf8), 2), "no line that is not there")
    }
  }

  @Test func nothing_is_changed_in_the_last_part_of_the_term_and_before_that_it_takes_three() async throws {
    try await World.with { world in
      let id = try await world.project(.executing)
      let request = JSONValue.object(["leader": .string("又一负责人"), "reason": .string("示例理由")])
      let empty = try await refusal { try await world.move(id, .requestChange, aReason, as: world.university.caller) }
      #expect(empty.issues.map(\.code) == ["nothing_changed"])
      try await world.move(id, .requestChange, request, as: world.university.caller)
      let alone = try await refusal { try await world.move(id, .approveChange, as: world.operator.caller) }
      #expect(alone.issues.map(\.code) == ["poster_first"])
      try await world.move(id, .agreeChange, as: world.enterprise.caller)
      let changed = try await world.move(id, .approveChange, as: world.operator.caller)
      #expect(changed.leader == "又一负责人" && changed.change == nil)
      #expect(changed.indicators == Array(World.indicators.utf8) || !changed.indicators.isEmpty)

      // Two thirds of the two years, less a day; then two days more.
      try await world.advance(days: 488)
      try await world.move(id, .requestChange, request2, as: world.university.caller)
      try await world.move(id, .agreeChange, as: world.enterprise.caller)
      try await world.advance(days: 3)
      let frozen = try await refusal { try await world.move(id, .approveChange, as: world.operator.caller) }
      #expect(frozen.issues.map(\.code) == ["change_frozen"])
      let again = try await refusal { try await world.move(id, .requestChange, request, as: world.university.caller) }
      #expect(again.issues.contains { $0.code == "change_frozen" })
      #expect(try await world.move(id, .refuseChange, aReason, as: world.operator.caller).change == nil)
    }
  }

  @Test func a_project_is_ended_for_a_ground_that_holds_and_only_fraud_is_put_forward_for_a_record() async throws {
    try await World.with { world in
      func end(_ id: ID<Project>, _ ground: String) async throws -> Project {
        try await world.move(
          id, .terminate,
          .object(["ground": .string(ground), "decision": .string("示例决定〔2026〕2号"), "reason": .string("示例理由")]),
          as: world.supervisor.caller)
      }
      func records() async throws -> [IntegrityRecord] {
        try await world.market.list(IntegrityRecord.self, for: .system, filters: [:], page: PageRequest()).items
      }
      let id = try await world.project(.executing)
      for ground in ["missed_milestone", "missed_acceptance", "mutual"] {
        let refused = try await refusal { try await end(id, ground) }
        #expect(refused.issues.map(\.code) == ["ground_missing"], "\(ground)")
      }
      try await world.move(id, .consent, as: world.university.caller)
      let half = try await refusal { try await end(id, "mutual") }
      #expect(half.issues.map(\.code) == ["ground_missing"], "one consents, the other has not")
      try await world.move(id, .consent, as: world.enterprise.caller)
      let milestone = try await world.milestone(.planned, of: id)
      let ended = try await end(id, "mutual")
      #expect(ended.state == .terminated && ended.decision == "示例决定〔2026〕2号")
      #expect(try await world.state(of: ended.challenge) == .terminated)
      #expect(try await world.market.find(milestone, for: .system).state == .waived, "nothing is owed any more")
      #expect(try await records().isEmpty)

      let fraud = try await world.project(.executing)
      _ = try await end(fraud, "fraud")
      let record = try #require(try await records().first)
      #expect(record.state == .proposed && record.organisation == world.university.id && record.project == fraud)
      #expect(
        try await world.market.list(IntegrityRecord.self, for: .anonymous, filters: [:], page: PageRequest()).items
          .isEmpty)
      let until = try await world.market.today().adding(days: 365)
      try await world.move(
        record.id, .impose, .object(["decision": .string("示例决定〔2026〕3号"), "until_on": .string(until.text)]),
        as: world.supervisor.caller)
      #expect(try await world.market.find(record.id, for: .anonymous).untilOn == until)
    }
  }

  @Test func what_was_not_delivered_in_its_window_is_delivered_no_more() async throws {
    try await World.with { world in
      let id = try await world.project(.executing)
      try await world.place("UPDATE projects SET accept_by = market_now() - interval '1 second' WHERE id = \(id)")
      let late = try await refusal { try await world.move(id, .deliver, World.delivery, as: world.university.caller) }
      #expect(late.issues.map(\.code) == ["window_over"])
      let ended = try await world.move(
        id, .terminate,
        .object([
          "ground": .string("missed_acceptance"), "decision": .string("示例决定〔2026〕4号"), "reason": .string("示例理由"),
        ]), as: world.supervisor.caller)
      #expect(ended.state == .terminated)
    }
  }

  private var request2: JSONValue { .object(["leader": .string("第三负责人"), "reason": .string("示例理由")]) }
}
