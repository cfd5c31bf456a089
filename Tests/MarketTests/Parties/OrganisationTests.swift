import Market
import Postgres
import TestSupport
import Testing

@Suite struct OrganisationTests {
  @Test func a_credit_code_is_registered_once_and_so_is_a_name_without_one() async throws {
    try await World.with { world in
      func register(_ name: String, _ code: String?) async throws -> Organisation {
        try await world.market.work(as: world.operator.caller) { work in
          try await work.register(
            Input([
              "name": .text(name), "kind": .text("university"), "region": .text("450300"),
              "uscc": code.map { .text($0) } ?? .null,
            ]))
        }
      }
      let first = try await register("又一大学", "12100000400000624D")
      #expect(first.creditCode == "12100000400000624D" && first.origin == "real" && first.version == 1)
      let again = try await refusal { try await register("别的名称", "12100000400000624D") }
      #expect(again.conflictCode == "duplicate_uscc")
      _ = try await register("又一大学", nil)
      let twice = try await refusal { try await register("又一大学", nil) }
      #expect(twice.conflictCode == "duplicate_name")
      #expect(try await world.market.organisation(first.id).name == "又一大学")
    }
  }

  @Test func a_region_that_is_none_is_said_to_be_none() async throws {
    try await World.with { world in
      let refused = try await refusal {
        try await world.market.work(as: world.operator.caller) { work in
          try await work.register(Input(["name": .text("x"), "kind": .text("other"), "region": .text("999999")]))
        }
      }
      #expect(refused.issues.map(\.pointer) == ["/region"] && refused.issues.map(\.code) == ["unknown_region"])
    }
  }
}
