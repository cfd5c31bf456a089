import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct PersonWorkflowTests {
  private static let roles = [
    "operator": "operator", "supervisor": "supervisor", "registry": "registry", "reviewer": "reviewer",
    "admin": "admin",
    "system": "system", "subject": "subject", "manager": "manager",
  ]
  /// The university's token sees its people, and manages nobody.
  private static let viewers = ["university", "subject", "manager", "operator", "admin", "system"]

  @Test func everybody_can_do_with_an_account_exactly_what_the_table_says() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let manager = try await world.person(in: world.university, manager: true)
      try await WorkflowTrial<Person>(
        world: world,
        specification: Specification(
          """
          active edit subject,manager,admin -> active
          active disable manager,admin,system -> disabled
          disabled enable manager,admin,system -> active
          """), standing: Self.roles, sees: { name, _ in Self.viewers.contains(name) }, inputs: ["disable": aReason],
        others: [("subject", who.caller), ("manager", manager.caller)],
        make: { state in
          try await world.place("UPDATE people SET status = \(state.rawValue) WHERE id = \(who.id)")
          return who.id
        }
      ).run()
    }
  }

  @Test func everybody_can_do_with_a_membership_exactly_what_the_table_says() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let manager = try await world.person(in: world.university, manager: true)
      try await WorkflowTrial<Membership>(
        world: world,
        specification: Specification(
          """
          active edit manager,admin -> active
          active end subject,manager,admin,system -> ended
          """), standing: Self.roles, sees: { name, _ in Self.viewers.contains(name) }, inputs: ["end": aReason],
        others: [("subject", who.caller), ("manager", manager.caller)],
        make: { state in
          try await world.place("UPDATE memberships SET status = \(state.rawValue) WHERE id = \(who.membership)")
          return who.membership
        }
      ).run()
    }
  }

  @Test func a_login_is_shown_masked_unless_somebody_says_what_for() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university, login: "13800000000")
      var shown = JSONWriter()
      try await world.market.find(who.id, for: .system).write(for: .system, into: &shown)
      let text = String(decoding: shown.bytes, as: UTF8.self)
      #expect(text.contains("138****0000") && !text.contains("13800000000"))
      let admin = try await world.person(in: world.admin).caller
      for _ in 0..<20 {
        let login = try await world.market.work(as: admin) { try await $0.reveal(who.id, purpose: "通知评审时间") }
        #expect(login == "13800000000")
      }
      guard
        case .tooMany = try await refusal({
          try await world.market.work(as: admin) { try await $0.reveal(who.id, purpose: "通知评审时间") }
        })
      else {
        Testing.Issue.record("looked at without end")
        return
      }
      let lines = try await world.market.audit(AuditQuery())
      #expect(lines.count { $0.type == "person.reveal" && $0.person == admin.person && $0.object == who.id.text } == 20)
      for caller in [world.enterprise.caller, world.university.caller, world.supervisor.caller] {
        let refused = try await refusal {
          try await world.market.work(as: caller) { try await $0.reveal(who.id, purpose: "x") }
        }
        switch refused {
        case .notFound, .forbidden: continue
        default: Testing.Issue.record("\(caller.roleName): \(refused)")
        }
      }
    }
  }

  @Test func the_audit_finds_by_person_organisation_object_action_and_time() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let id = try await world.achievement(.draft), other = try await world.achievement(.draft)
      try await world.move(id, .submit, as: who.caller)
      try await world.move(other, .submit, as: world.university.caller)
      let now = try await world.market.now()
      func found(_ fill: (inout AuditQuery) -> Void) async throws -> [String] {
        var query = AuditQuery()
        fill(&query)
        return try await world.market.audit(query).map(\.object)
      }
      #expect(try await found { $0.person = who.id } == [id.text])
      #expect(try await found { $0.object = other.text } == [other.text])
      #expect(Set(try await found { $0.organisation = world.university.id }) == [id.text, other.text])
      #expect(try await found { $0.organisation = world.enterprise.id } == [])
      #expect(try await found { $0.action = "submit" }.count == 2)
      #expect(try await found { $0.to = now }.count == 2)
      #expect(try await found { $0.from = now }.isEmpty)
      #expect(try await found { $0.limit = 1 } == [other.text], "newest first")
    }
  }
}
