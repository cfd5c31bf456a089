import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct StatsTests {
  @Test func a_registered_contract_is_in_the_flow_of_its_year() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let contract = try await world.contract(.accepted)
      try await world.move(
        contract, .register, .object(["contract_no": .string("2026450300000001")]), as: world.registry.caller)
      let json = try await jiebang(on: conninfo).run("stats", "turnover", "--by", "flow", "--json")
      #expect(json.status == 0)
      let rows = try #require(json.member("rows") as? [[String: Any]])
      #expect(rows.count == 1)
      #expect(rows.first?["seller_region"] as? String == "450300")
      #expect(rows.first?["buyer_region"] as? String == "451000")
      #expect((rows.first?["total_amount"] as? [String: Any])?["amount"] as? String == "800000.00")
      #expect((rows.first?["technical_amount"] as? [String: Any])?["amount"] as? String == "400000.00")
      let text = try await jiebang(on: conninfo).run("stats", "turnover", "--by", "flow")
      #expect(text.lines.first?.hasPrefix("输出地区  吸纳地区") == true)
      #expect(text.lines.last?.split(separator: " ") == ["450300", "451000", "1", "800000.00", "400000.00"])
      #expect(text.err.isEmpty)
    }
  }

  @Test func a_year_without_contracts_says_so_beside_the_figures() async throws {
    try await TestDatabase.named { _, conninfo in
      for cut in ["none", "month"] {
        let outcome = try await jiebang(on: conninfo).run("stats", "turnover", "--year", "1999", "--by", cut)
        #expect(outcome.status == 0)
        #expect(outcome.err == "这一年没有登记的技术合同\n")
      }
    }
  }

  @Test func a_cut_that_does_not_exist_is_a_usage_error_that_names_those_that_do() async throws {
    let outcome = try await jiebang().run("stats", "turnover", "--by", "colour")
    #expect(outcome.status == 64)
    for cut in Turnover.cuts { #expect(outcome.err.contains(cut.name)) }
    #expect(try await jiebang().run("stats", "turnover", "--year", "zwei").status == 64)
  }
}
