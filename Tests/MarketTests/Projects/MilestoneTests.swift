import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct MilestoneTests {
  @Test func half_of_the_indicators_are_measured_by_somebody_else() async throws {
    try await World.with { world in
      let id = try await world.milestone(.planned)
      let two =
        #"[{"name":"一","operator":">=","target":"1","test_method":"x"},{"name":"二","operator":">=","target":"1","test_method":"x"}]"#
      try await world.place("UPDATE milestones SET indicators = \(JSONB(Array(two.utf8)))")
      func row(_ indicator: Double, _ by: String, _ organisation: ID<Organisation>? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
          "indicator": .number(indicator), "value": .string("1"), "method": .string("x"), "evidence": .string("x"),
          "measured_by": .string(by),
        ]
        members["measured_by_organisation"] = organisation.map { .string($0.text) }
        return .object(members)
      }
      func submit(_ rows: JSONValue...) async throws -> Milestone {
        try await world.move(id, .submit, .object(["results": .array(rows)]), as: world.university.caller)
      }
      func refused(_ rows: JSONValue...) async throws -> [String] {
        let refused = try await refusal {
          try await world.move(id, .submit, .object(["results": .array(rows)]), as: world.university.caller)
        }
        return refused.issues.map(\.code)
      }
      let mine = row(1, "示例大学"), other = row(2, "示例检测中心")
      #expect(try await refused(mine, row(2, " 示例大学 ")) == ["not_independent"])
      #expect(try await refused(mine, row(2, "示例检测中心", world.university.id)) == ["not_independent"], "the id counts")
      #expect(try await refused(other) == ["not_measured"], "one of two")
      #expect(try await refused(other, other) == ["not_measured"], "one twice")
      #expect(try await refused(mine, other, row(3, "示例检测中心")) == ["not_measured"], "one that is not there")
      #expect(try await refused(mine, row(2, "无此单位", ID())) == ["unknown_reference"])
      #expect(try await submit(mine, row(2, "示例研究所", world.rival.id)).state == .submitted)
    }
  }

  @Test func who_bid_along_is_on_the_solvers_side() async throws {
    try await World.with { world in
      let project = try await world.project(.executing), id = try await world.milestone(.planned, of: project)
      let found = try await world.market.find(project, for: .system)
      try await world.place(
        """
        INSERT INTO bid_members (bid, challenge, organisation, position, role, cost_percent)
        VALUES (\(found.bid), \(found.challenge), \(world.university.id), 0, 'lead', 60),
          (\(found.bid), \(found.challenge), \(world.rival.id), 1, 'testing', 40)
        """)
      for by in ["示例大学", "示例研究所"] {
        let mine = try await refusal {
          try await world.move(id, .submit, .object(["results": World.measured(by: by)]), as: world.university.caller)
        }
        #expect(mine.issues.map(\.code) == ["not_independent"], "\(by)")
      }
      try await world.move(id, .submit, .object(["results": World.measured()]), as: world.university.caller)
      // Nor is there a pledge without their agreement.
      let awarded = try await world.project(.awarded), other = try await world.market.find(awarded, for: .system)
      try await world.place(
        """
        INSERT INTO bid_members (bid, challenge, organisation, position, role, cost_percent)
        VALUES (\(other.bid), \(other.challenge), \(world.university.id), 0, 'lead', 60),
          (\(other.bid), \(other.challenge), \(world.rival.id), 1, 'testing', 40)
        """)
      let bare = try await refusal { try await world.pledge(awarded) }
      #expect(bare.issues.map(\.code) == ["agreement_missing"])
      let agreed = try await world.pledge(awarded, agreement: "示例联合体协议〔2026〕1号")
      #expect(agreed.pledgeContent?.contains(world.rival.id.text) == true)
    }
  }

  @Test func what_is_not_there_on_its_day_has_the_rules_time_and_then_has_failed_however_late_anybody_looks()
    async throws
  {
    var ends: [[String]] = []
    for days in [[1, 1, 100, 1], [400, 0, 0, 0]] {
      ends.append(
        try await World.with { world in
          try await world.freeze(at: "2026-03-02T01:00:00Z")
          let id = try await world.milestone(.planned, of: try await world.project(.executing))
          try await world.place("UPDATE milestones SET due_on = '2026-03-03' WHERE id = \(id)")
          try await Clockwork(world.market).tick()
          #expect(try await world.market.find(id, for: .system).state == .planned)
          var day = CivilDate(year: 2026, month: 3, day: 2)!
          for step in days {
            day = day.adding(days: step)
            try await world.freeze(at: "\(day.text)T16:00:00Z")
            for _ in 0..<2 { try await Clockwork(world.market).tick() }
          }
          let failed = try await world.market.find(id, for: .system)
          #expect(failed.state == .failed)
          let late = try await refusal {
            try await world.move(id, .submit, .object(["results": World.measured()]), as: world.university.caller)
          }
          guard case .illegalMove = late else {
            Testing.Issue.record("\(late)")
            return []
          }
          let actions = try await world.market.database.query(
            "SELECT action FROM events WHERE object_id = \(id) ORDER BY version")
          return try [failed.rectifyBy?.text ?? ""] + actions.map { try $0.get(0, as: String.self) }
        })
    }
    // Ninety days from the third of March end on a Monday.
    #expect(ends == [["2026-06-01T16:00:00Z", "fall_due", "lapse"], ["2026-06-01T16:00:00Z", "fall_due", "lapse"]])
  }

  @Test func it_is_sent_back_once_for_no_longer_than_the_rule_and_a_missed_one_ends_the_project() async throws {
    try await World.with { world in
      let project = try await world.project(.executing), id = try await world.milestone(.submitted, of: project)
      let long = try await refusal {
        try await world.move(
          id, .rectify, .object(["days": .number(91), "reason": .string("示例理由")]), as: world.enterprise.caller)
      }
      #expect(long.issues.map(\.code) == ["above_ceiling"])
      let back = try await world.move(
        id, .rectify, .object(["days": .number(30), "reason": .string("示例理由")]), as: world.enterprise.caller)
      #expect(back.state == .rectifying && back.reason == "示例理由")
      try await world.move(id, .submit, .object(["results": World.measured()]), as: world.university.caller)
      let twice = try await refusal { try await world.move(id, .rectify, aReason, as: world.enterprise.caller) }
      #expect(twice.issues.map(\.code) == ["rectified_before"])
      #expect(try await world.move(id, .fail, aReason, as: world.supervisor.caller).state == .failed)
      let ended = try await world.move(
        project, .terminate,
        .object([
          "ground": .string("missed_milestone"), "decision": .string("示例决定〔2026〕5号"), "reason": .string("示例理由"),
        ]), as: world.supervisor.caller)
      #expect(ended.state == .terminated)
      let records = try await world.market.database.query("SELECT count(*) FROM integrity_records")
      #expect(try records.first?.get(0, as: Int.self) == 0, "failure is no fraud")
    }
  }

  @Test func it_is_waived_by_the_poster_and_the_operator_together() async throws {
    try await World.with { world in
      let id = try await world.milestone(.planned)
      let alone = try await refusal { try await world.move(id, .waive, aReason, as: world.operator.caller) }
      #expect(alone.issues.map(\.code) == ["poster_first"])
      try await world.move(id, .askWaiver, aReason, as: world.enterprise.caller)
      let waived = try await world.move(id, .waive, aReason, as: world.operator.caller)
      #expect(waived.state == .waived && waived.reason == "示例理由")
    }
  }
}
