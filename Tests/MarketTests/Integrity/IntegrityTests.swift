import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct IntegrityTests {
  @Test(arguments: [false, true])
  func a_record_in_force_keeps_a_bid_out_and_one_that_is_over_does_not(isOver: Bool) async throws {
    try await World.with { world in
      let made = try await world.challenge(.published)
      _ = try await world.integrityRecord(.inForce, isOver: isOver)
      _ = try await world.integrityRecord(.proposed)
      _ = try await world.integrityRecord(.lifted)
      try await world.move(made.id, .close, as: .system)
      try await world.open(of: made.id)
      let bid = try await world.market.find(made.bid, for: world.university.caller)
      #expect(bid.state == (isOver ? .opened : .invalid))
      #expect(bid.reason == (isOver ? nil : "“示例大学”有生效中的失信记录"))
      #expect(try await world.market.find(made.id, for: .anonymous).bidsReceived == 1)
    }
  }

  @Test func a_barred_member_keeps_a_joint_bid_from_its_award() async throws {
    try await World.with { world in
      let made = try await world.challenge(.awardNotice)
      try await world.place(
        """
        INSERT INTO bid_members (bid, challenge, organisation, position, role, cost_percent)
        VALUES (\(made.bid), \(made.id), \(world.university.id), 0, 'lead', 60),
          (\(made.bid), \(made.id), \(world.rival.id), 1, 'testing', 40)
        """)
      _ = try await world.integrityRecord(.inForce, of: world.rival)
      let refused = try await refusal { try await world.move(made.id, .award, as: world.supervisor.caller) }
      #expect(refused.issues.first?.detail.zh.contains("示例研究所") == true)
    }
  }

  @Test func a_barred_poster_submits_no_challenge_until_its_record_is_lifted() async throws {
    try await World.with { world in
      let id = try await world.challenge(.draft).id
      let record = try await world.integrityRecord(.inForce, of: world.enterprise)
      let barred = try await refusal { try await world.move(id, .submit, as: world.enterprise.caller) }
      #expect(barred.issues.map(\.code) == ["integrity"])
      #expect(try await world.market.find(record, for: .anonymous).state == .inForce)
      try await world.move(record, .lift, aReason, as: world.supervisor.caller)
      await #expect(throws: Refusal.self) { try await world.market.find(record, for: .anonymous) }
      #expect(try await world.market.find(record, for: world.enterprise.caller).reason == "示例理由")
      #expect(try await world.move(id, .submit, as: world.enterprise.caller).state == .submitted)
    }
  }

  @Test func a_barred_bidder_gets_no_award() async throws {
    try await World.with { world in
      let made = try await world.challenge(.awardNotice)
      _ = try await world.integrityRecord(.inForce)
      let before = try await world.fingerprint()
      let refused = try await refusal { try await world.move(made.id, .award, as: world.supervisor.caller) }
      #expect(refused.issues.map(\.code) == ["integrity"])
      #expect(refused.issues.first?.detail.zh.contains("示例大学") == true)
      #expect(try await world.fingerprint() == before)
    }
  }

  @Test func one_puts_it_forward_another_decides_and_the_rule_says_for_how_long() async throws {
    try await World.with { world in
      func propose(_ caller: Caller) async throws -> IntegrityRecord {
        try await world.market.work(as: caller) { work in
          try await work.proposeIntegrityRecord(
            Input([
              "organisation": .reference(world.university.id.bits), "ground": .text("false_evidence"),
              "facts": .text("示例事实"),
            ]))
        }
      }
      await #expect(throws: Refusal.self) { try await propose(world.supervisor.caller) }
      let ours = Caller(
        organisation: world.university.id, token: world.university.caller.token, role: .operator)
      await #expect(throws: Refusal.self, "nobody in their own matter") { try await propose(ours) }
      let record = try await propose(world.operator.caller)
      let today = try await world.market.today()
      func impose(_ until: CivilDate) async throws -> IntegrityRecord {
        try await world.move(
          record.id, .impose, .object(["decision": .string("示例决定〔2026〕1号"), "until_on": .string(until.text)]),
          as: world.supervisor.caller)
      }
      let long = try await refusal { try await impose(today.adding(months: 36).adding(days: 1)) }
      #expect(long.issues.map(\.code) == ["term"])
      await #expect(throws: Refusal.self) { try await impose(today) }
      #expect(try await impose(today.adding(months: 36)).state == .inForce)
      try await world.advance(days: 36 * 31 + 1)
      for _ in 0..<2 { try await Clockwork(world.market).tick() }
      #expect(try await world.market.find(record.id, for: .system).state == .expired)
    }
  }
}
