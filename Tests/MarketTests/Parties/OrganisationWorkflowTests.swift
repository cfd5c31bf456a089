import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct OrganisationWorkflowTests {
  static let specification = Specification(
    """
    unverified edit owner,operator -> unverified
    unverified verify operator -> verified
    unverified verify system -> verified
    unverified reject operator -> rejected
    unverified reject system -> rejected
    rejected resubmit owner -> unverified
    verified suspend operator,supervisor -> suspended
    suspended resume operator,supervisor -> verified
    verified reopen operator -> unverified
    rejected reopen operator -> unverified
    unverified propose_code operator -> unverified
    unverified confirm_code operator -> unverified
    """)

  @Test func everybody_can_do_exactly_what_the_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<Organisation>(
        world: world, specification: Self.specification,
        standing: [
          "university": "owner", "operator": "operator", "supervisor": "supervisor", "registry": "registry",
          "reviewer": "reviewer", "admin": "admin", "system": "system",
        ],
        sees: { name, state in
          state != "rejected" || ["university", "operator", "supervisor", "admin", "system"].contains(name)
        },
        inputs: [
          "verify": .object(["evidence": .string("事业单位法人证书")]), "reject": aReason, "suspend": aReason,
          "resume": aReason,
          "reopen": aReason,
          "propose_code": .object(["uscc": .string("12100000400000624X"), "reason": .string("示例理由")]),
        ],
        // These are for persons; the world's operator is a token.
        blocked: ["unverified propose_code", "unverified confirm_code"],
        make: { state in
          try await world.place(
            "UPDATE organisations SET status = \(state.rawValue), uscc = '12100000400000624D' WHERE id = \(world.university.id)"
          )
          return world.university.id
        }
      ).run()
    }
  }

  @Test func an_operator_does_not_verify_the_organisation_it_belongs_to() async throws {
    try await World.with { world in
      try await world.place(
        "UPDATE organisations SET status = 'unverified', uscc = '12100000400000624D' WHERE id = \(world.operator.id)")
      let refused = try await refusal {
        try await world.move(world.operator.id, .verify, .object(["evidence": .string("x")]), as: world.operator.caller)
      }
      guard case .forbidden = refused else {
        Testing.Issue.record("\(refused)")
        return
      }
    }
  }

  private func register(_ world: World, _ values: [String: FieldValue]) async throws -> Organisation {
    var all: [String: FieldValue] = ["name": .text("又一单位"), "kind": .text("enterprise"), "region": .text("450300")]
    for (name, value) in values { all[name] = value }
    return try await world.market.work(as: world.operator.caller) { [all] work in try await work.register(Input(all)) }
  }

  @Test func the_first_two_characters_of_a_code_are_those_of_its_kind() async throws {
    try await World.with { world in
      for (kind, code, fits) in [
        ("enterprise", "91110108551385082Q", true), ("university", "12100000400000624D", true),
        ("enterprise", "12100000400000624D", false), ("government", "91110108551385082Q", false),
        ("other", "91110000101623741K", true),
      ] {
        try await world.place("DELETE FROM organisations WHERE uscc IS NOT NULL")
        do {
          let made = try await register(world, ["kind": .text(kind), "uscc": .text(code)])
          #expect(fits && made.creditCode == code && made.state == .unverified, "\(kind) \(code)")
        } catch let refused as Refusal {
          #expect(
            !fits && refused.issues.map(\.pointer) == ["/uscc"] && refused.issues.map(\.code) == ["kind_mismatch"])
        }
      }
    }
  }

  @Test func a_foreign_party_has_a_country_and_a_number_there_and_no_code() async throws {
    try await World.with { world in
      let made = try await register(
        world, ["country": .text("SG"), "foreign_no": .text("示例000"), "region": .text("990000")])
      #expect(made.country == "SG" && made.creditCode == nil)
      try await world.move(made.id, .verify, .object(["evidence": .string("公证认证文件")]), as: .system)
      for (values, code) in [
        (["country": FieldValue.text("SG")], "foreign_party"),
        (["country": .text("SG"), "region": .text("990000"), "uscc": .text("91110108551385082Q")], "foreign_party"),
        (["region": .text("990000")], "abroad"), (["foreign_no": .text("x")], "foreign_party"),
        (["country": .text("s1"), "region": .text("990000")], "bad_country"),
      ] {
        let refused = try await refusal {
          try await register(world, values.merging(["name": .text("别的单位")]) { a, _ in a })
        }
        #expect(refused.issues.map(\.code) == [code], "\(values)")
      }
    }
  }

  @Test func an_abolished_region_is_refused_with_what_took_its_place_and_followed_where_it_stands() async throws {
    try await World.with { world in
      let refused = try await refusal { try await register(world, ["region": .text("450322")]) }
      #expect(refused.issues.map(\.code) == ["region_replaced"] && refused.issues.map(\.pointer) == ["/region"])
      #expect(refused.issues.first?.detail.zh.contains("450312") == true)
      try await world.place("UPDATE organisations SET region = '450322' WHERE id = \(world.university.id)")
      let shown = try await world.market.organisation(world.university.id)
      #expect(shown.region == "450322" && shown.regionSuccessor == "450312")
      #expect(try await world.market.organisation(world.enterprise.id).regionSuccessor == nil)
      let named = try await world.market.work(as: .system) { work in
        try await work.organisationNamed("某单位", kind: "other", region: "450322", origin: "constructed")
      }
      #expect(try await world.market.organisation(named).region == "450312")
    }
  }

  @Test func every_write_is_an_event() async throws {
    try await World.with { world in
      let made = try await register(world, [:])
      _ = try await world.market.work(as: .system) { work in
        let first = try await work.organisationNamed("某单位", kind: "other", region: "450300", origin: "constructed")
        let again = try await work.organisationNamed("某单位", kind: "other", region: "450300", origin: "constructed")
        #expect(first == again)
      }
      let rows = try await world.market.database.query(
        "SELECT action, public FROM events WHERE kind = 'organisation' ORDER BY position")
      #expect(try rows.map { try $0.get(0, as: String.self) } == ["create", "create"])
      #expect(try rows.allSatisfy { try $0.get(1) })
      #expect(made.state == .unverified)
    }
  }
}
