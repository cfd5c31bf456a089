import MatchEngine
import Postgres

/// What a chain lacks: its nodes with a technology gap that nobody has put forward as a demand, and the achievements that could
/// answer the gap; with how well the chain is covered.
public struct ChainReport: Sendable {
  public struct Coverage: Sendable, Hashable {
    public var nodes = 0, withEnterprise = 0, withResource = 0, withGap = 0, withDemand = 0, gapWithoutDemand = 0

    public static let fields: [(name: String, doc: Phrase, value: @Sendable (Coverage) -> Int)] = [
      ("nodes", Phrase("环节", "nodes"), { $0.nodes }),
      ("with_core_enterprise", Phrase("有核心关联企业", "with a core enterprise"), { $0.withEnterprise }),
      ("with_innovation_resource", Phrase("有创新资源", "with an innovation resource"), { $0.withResource }),
      ("with_technology_gap", Phrase("有攻关需要", "with a technology gap"), { $0.withGap }),
      ("with_demand", Phrase("已有需求", "with a demand"), { $0.withDemand }),
      ("gap_without_demand", Phrase("有攻关需要而无需求", "with a gap and no demand"), { $0.gapWithoutDemand }),
    ]
  }

  public struct Line: Sendable {
    public let node: ChainNode
    public let gap: ChainEntry
    /// Achievements that match the gap's words, best first.
    public let achievements: [Ranked<Achievement>]
  }

  public let chain: Chain
  public let coverage: Coverage
  public let lines: [Line]

  public func write(for caller: Caller, into json: inout JSONWriter) {
    json.object { json in
      json.string("chain", chain.id.text)
      json.string("name", chain.name)
      json.object("coverage") { json in for field in Coverage.fields { json.int(field.name, field.value(coverage)) } }
      json.array("items") { json in for line in lines { line.write(for: caller, into: &json) } }
    }
  }
}

extension ChainReport.Line {
  fileprivate func write(for caller: Caller, into json: inout JSONWriter) {
    json.object { json in
      json.string("node", node.id.text)
      json.string("node_name", node.name)
      json.key("gap")
      gap.write(into: &json)
      json.array("achievements") { json in
        for hit in achievements {
          json.object { json in
            json.key("achievement")
            hit.object.write(for: caller, into: &json)
            json.double("score", hit.score)
            json.strings("reasons", hit.reasons.filter { !$0.isAgainst }.map(\.chinese))
          }
        }
      }
    }
  }
}

extension Matcher {
  /// The report on a chain as this caller may know of it: a demand that may not be known of does not count.
  /// - Parameter limit: achievements a gap.
  public func report(on id: ID<Chain>, for caller: Caller, limit: Int) async throws -> ChainReport {
    let chain = try await market.find(id, for: caller)
    let nodes = try await market.nodes(of: id, for: caller)
    let rows = try await market.reader(for: caller).query(
      """
      SELECT DISTINCT t.chain_node FROM demands t
      WHERE t.chain_node = ANY(\(nodes.map(\.id))) AND t.status NOT IN ('draft', 'declined', 'withdrawn')
        AND \(sql: Demand.visible(to: caller))
      """)
    let asked = Set(try rows.map { row throws(DecodingFailure) in try row.get(0, as: ID<ChainNode>.self) })
    var coverage = ChainReport.Coverage()
    var lines: [ChainReport.Line] = []
    for node in nodes {
      func has(_ list: String) -> Bool { node.entries.contains { $0.list == list } }
      coverage.nodes += 1
      coverage.withEnterprise += has("core_enterprise") ? 1 : 0
      coverage.withResource += has("innovation_resource") ? 1 : 0
      coverage.withGap += has("technology_gap") ? 1 : 0
      coverage.withDemand += asked.contains(node.id) ? 1 : 0
      guard has("technology_gap"), !asked.contains(node.id) else { continue }
      coverage.gapWithoutDemand += 1
      for gap in node.entries where gap.list == "technology_gap" {
        let found = try await achievements(forText: gap.name, content: gap.description, limit: limit)
        lines.append(ChainReport.Line(node: node, gap: gap, achievements: found))
      }
    }
    return ChainReport(chain: chain, coverage: coverage, lines: lines)
  }
}
