import Postgres
import TestSupport
import Testing

@testable import Market

/// The tier of a demand decides who sees what; whom to call is nobody's to read.
@Suite struct ConfidentialityTests {
  @Test func a_demand_of_the_third_tier_is_in_no_event_that_others_read() async throws {
    try await World.with { world in
      for tier in [1, 3] {
        let id = try await world.demand(.screening, confidentiality: tier)
        try await world.move(id, .shortlist, as: world.operator.caller)
        let seen = try await world.history(as: .anonymous).filter { $0.objectID == id.bits }
        #expect(seen.map(\.action) == (tier == 1 ? ["shortlist"] : []), "tier \(tier)")
        #expect(try await world.history(as: world.enterprise.caller).contains { $0.objectID == id.bits })
      }
    }
  }

  @Test func the_contact_is_masked_for_everybody_and_shown_for_a_purpose_that_is_remembered() async throws {
    try await World.with { world in
      let phone = "13800001234"
      let input = Input([
        "title": .text("示例需求"), "region": .text("451000"), "contact_name": .text("示例联系人"),
        "contact_phone": .text(phone),
      ])
      let made = try await world.market.work(as: world.enterprise.caller) { work in
        try await work.create(Demand.self, input, own: [("organisation", .reference(world.enterprise.id.bits))])
      }
      for caller in [world.enterprise.caller, world.operator.caller, .system] {
        let text = String(decoding: try await world.market.find(made.id, for: caller).json(for: caller), as: UTF8.self)
        #expect(text.contains("138****1234") && text.contains("示*") && !text.contains(phone))
      }
      let why = Input(["purpose": .text("核实自有资金")])
      let contact = try await world.market.work(as: world.operator.caller) { work in
        try await work.revealContact(of: made.id, why)
      }
      #expect(contact.phone == phone && contact.name == "示例联系人")
      await #expect(throws: Refusal.self) {
        try await world.market.work(as: world.supervisor.caller) { work in
          try await work.revealContact(of: made.id, why)
        }
      }
      let rows = try await world.market.database.query(
        "SELECT payload::text FROM events WHERE object_id = \(made.id) ORDER BY position")
      let payloads = try rows.map { try $0.get(0, as: String.self) }
      #expect(payloads.count == 2 && payloads[1].contains("核实自有资金"))
      #expect(!payloads.joined().contains(phone) && !payloads.joined().contains("示例联系人"))
    }
  }

  @Test func who_was_shown_a_contact_is_in_the_log_by_name_and_too_often_is_refused() async throws {
    try await World.with { world in
      let id = try await world.demand(.submitted), clerk = try await world.person(in: world.operator)
      let why = Input(["purpose": .text("核实自有资金")])
      let most = try world.market.rulebook.setting(.revealsHourly)
      for _ in 0..<most {
        _ = try await world.market.work(as: clerk.caller) { try await $0.revealContact(of: id, why) }
      }
      let refused = try await refusal {
        _ = try await world.market.work(as: clerk.caller) { try await $0.revealContact(of: id, why) }
      }
      guard case .tooMany = refused else { return #expect(Bool(false), "\(refused)") }
      let rows = try await world.market.database.query(
        """
        SELECT actor_person, from_state, to_state, version FROM events
        WHERE object_id = \(id) AND action = 'reveal_contact' ORDER BY position
        """)
      #expect(rows.count == Int(most))
      for row in rows {
        #expect(try row.get(0) == clerk.id && row.get(1) == "submitted" && row.get(2) == "submitted" && row.get(3) == 1)
      }
    }
  }

  @Test func a_consult_request_is_late_when_its_working_days_are_over() async throws {
    try await World.with { world in
      let input = Input([
        "title": .text("示例咨询"), "question": .text("示例问题"), "region": .text("451000"),
        "adviser": .reference(world.university.id.bits),
      ])
      let before = try await world.market.now()
      let made = try await world.market.work(as: world.enterprise.caller) { work in try await work.ask(input) }
      #expect(made.dueAt == (try world.market.rulebook.end(of: .consultationReply, from: before, region: "451000")))
      #expect(!made.isOverdue)
      try await world.advance(days: 30)
      #expect(try await world.market.find(made.id, for: world.university.caller).isOverdue)
      let answered = try await world.move(
        made.id, .answer, .object(["answer": .string("示例答复")]), as: world.university.caller)
      #expect(answered.isOverdue && answered.answeredBy == world.university.id)
      let closed = try await world.move(made.id, .close, .object(["helpful": .bool(true)]), as: world.enterprise.caller)
      #expect(closed.isHelpful == true)
    }
  }
}
