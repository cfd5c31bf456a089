import TestSupport
import Testing

@testable import Market

/// What was meant, found by what was typed.
@Suite struct RefusalTests {
  @Test(arguments: [
    ("titel", "title"), ("sumary", "summary"), ("keyword", "keywords"), ("trl_", "trl"), ("Title", "title"),
    ("descripton", "description"),
  ])
  func a_slip_of_the_hand_finds_the_name(typed: String, meant: String) {
    #expect(nearest(to: typed, among: Achievement.inputs.map(\.name)) == meant)
  }

  @Test(arguments: ["", "colour", "xyzxyz", "成果"])
  func what_is_near_to_nothing_finds_nothing(typed: String) {
    #expect(nearest(to: typed, among: ["title", "summary", "keywords"]) == nil)
  }

  @Test func the_first_in_order_is_taken_of_names_that_are_as_near() {
    #expect(nearest(to: "bat", among: ["hat", "cat"]) == "cat")
    #expect(nearest(to: "x", among: []) == nil)
  }

  @Test func unknown_members_are_refused_with_the_nearest_name_before_anything_else_is_said() async throws {
    let body = try #require(JSONValue.parse(#"{"titel":"x","trl":"seven"}"#.utf8))
    guard case .unknownField(let name, let nearest) = try await refusal({ try Input(body, Achievement.inputs) }) else {
      Testing.Issue.record("not refused for the field")
      return
    }
    #expect(name == "titel" && nearest == "title")
  }

  @Test func everything_that_is_wrong_is_said_at_once_and_where() async throws {
    let body = try #require(
      JSONValue.parse(
        #"{"trl":10,"price":{"amount":"-1","currency":"CNY"},"transfer_modes":["sell"],"region":"45","keywords":[1]}"#
          .utf8))
    let issues = try await refusal { try Input(body, Achievement.inputs) }.issues
    #expect(
      Set(issues.map { "\($0.pointer ?? "") \($0.code)" }) == [
        "/title required", "/trl out_of_range", "/price bad_amount", "/transfer_modes unknown_code",
        "/region bad_region", "/keywords wrong_type",
      ])
  }
}
