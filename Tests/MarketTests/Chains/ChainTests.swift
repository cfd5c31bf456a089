import MatchEngine
import Postgres
import TestSupport
import Testing

@testable import Market

/// Chains, their three lists, and what the report says is missing.
@Suite struct ChainTests {
  static let file = """
    环节,清单,名称,说明
    种苗繁育,core_enterprise,示例苗木公司,
    种苗繁育,technology_gap,柑橘无病毒苗木繁育,容器苗快速扩繁
    采后保鲜,technology_gap,鲜果保鲜,
    采后保鲜,innovation_resource,示例重点实验室,
    深加工,,,
    """.replacing("环节", with: "node").replacing("清单", with: "list").replacing("名称", with: "name").replacing(
      "说明", with: "description")

  @Test func a_file_makes_the_nodes_in_their_order_and_the_rows_once_however_often_it_is_read() async throws {
    try await World.with { world in
      let file = ChainFile(try CSV(Array(Self.file.utf8)))
      for _ in 0..<2 {
        let chain = try await world.market.record(file, in: "柑橘产业链", region: "450300", as: world.operator.caller)
        #expect([chain.nodes, chain.coreEnterprises, chain.innovationResources, chain.technologyGaps] == [3, 1, 1, 2])
        let nodes = try await world.market.nodes(of: chain.id, for: world.operator.caller)
        #expect(nodes.map(\.name) == ["种苗繁育", "采后保鲜", "深加工"] && nodes.map(\.position) == [1, 2, 3])
        #expect(nodes[0].entries.map(\.name) == ["示例苗木公司", "柑橘无病毒苗木繁育"])
      }
    }
  }

  @Test func a_bad_file_is_refused_by_row_and_column_and_changes_nothing() async throws {
    try await World.with { world in
      let bad = ChainFile(
        try CSV(Array("node,list,name\n,technology_gap,x\n种苗,technology_gep,x\n种苗,technology_gap,\n".utf8)))
      #expect(bad.issues.map(\.row) == [2, 3, 4] && bad.issues.map(\.column) == ["node", "list", "name"])
      let before = try await world.fingerprint()
      await #expect(throws: Refusal.self) {
        try await world.market.record(bad, in: "柑橘产业链", region: "450300", as: world.operator.caller)
      }
      #expect(try await world.fingerprint() == before)
      let unknown = ChainFile(try CSV(Array("node,lst\n种苗,x\n".utf8)))
      #expect(unknown.issues.map(\.code) == ["unknown_column"])
      let rows = JSONValue.object(["rows": .array([.object(["node": .string("种苗"), "name": .string("x")])])])
      let chain = try await world.chain(.draft).id
      let refused = try await refusal { try await world.move(chain, .record, rows, as: world.operator.caller) }
      #expect(refused.issues.map(\.pointer) == ["/rows/0"])
    }
  }

  @Test func the_report_names_the_nodes_with_a_gap_and_no_demand_and_what_could_answer() async throws {
    try await World.with { world in
      let file = ChainFile(try CSV(Array(Self.file.utf8)))
      let chain = try await world.market.record(file, in: "柑橘产业链", region: "450300", as: world.operator.caller)
      let achievement = try await world.achievement(.published)
      let matcher = Matcher(world.market, lexicon: try Lexicon.shipped(in: try Share.folder()))
      try await matcher.load()
      let report = try await matcher.report(on: chain.id, for: world.operator.caller, limit: 3)
      #expect(report.lines.map(\.gap.name) == ["柑橘无病毒苗木繁育", "鲜果保鲜"])
      #expect(report.lines[0].achievements.map(\.object.id) == [achievement])
      let c = report.coverage
      #expect(
        [c.nodes, c.withEnterprise, c.withResource, c.withGap, c.withDemand, c.gapWithoutDemand] == [3, 1, 1, 2, 0, 2])

      // A demand at the node closes its line; a draft does not, and one that the reader may not know of does not for the reader.
      let node = report.lines[0].node.id
      _ = try await world.demand(.draft, node: node)
      #expect(try await matcher.report(on: chain.id, for: .system, limit: 3).lines.count == 2)
      _ = try await world.demand(.shortlisted, confidentiality: 3, node: node)
      #expect(try await matcher.report(on: chain.id, for: .system, limit: 3).lines.map(\.gap.name) == ["鲜果保鲜"])
      try await world.move(chain.id, .publish, as: world.operator.caller)
      #expect(try await matcher.report(on: chain.id, for: .anonymous, limit: 3).lines.count == 2)
    }
  }
}
