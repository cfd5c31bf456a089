import Market
import MatchEngine

extension Route {
  private typealias Chains = ResourceRoutes<Chain>

  static let chains: [Route] = [
    Chains.list,
    Chains.create { work, input in
      try await work.create(Chain.self, input, own: [("organisation", try work.ownOffice)])
    },
    Chains.one,
    Chains.patch,
    Chains.transitions,
    Chains.transition,
    nodes,
    report,
  ]

  private static let nodes: Route = .get(
    "/api/v1/chains/{id}/nodes", Chain.path, "产业链各环节与三张清单", "the nodes of a chain with the three lists",
    gives: .items(
      Schema(name: "ChainNode") { json in
        json.schemaObject(
          [
            ("id", .reference(ChainNode.idPrefix), false, Phrase("标识", "id")),
            ("position", .integer(1...Int(Int32.max)), false, Phrase("序号", "position")),
            ("name", .text(max: 80), false, Phrase("环节", "node")),
            ("entries", .records(maxItems: 100_000, entry), false, Phrase("清单各行", "rows of the three lists")),
          ], required: ["id", "position", "name", "entries"])
      })
  ) { call in
    .items(try await call.market.nodes(of: try call.id(Chain.self), for: call.caller)) { node, json in
      json.object { json in
        json.string("id", node.id.text)
        json.int("position", node.position)
        json.string("name", node.name)
        json.array("entries") { json in for entry in node.entries { entry.write(into: &json) } }
      }
    }
  }

  private static let entry: [InputField] =
    [InputField("id", .reference(ChainEntry.idPrefix), Phrase("标识", "id"))]
    + ChainEntry.inputs.filter { $0.name != "node" }

  private static let report: Route = .get(
    "/api/v1/chains/{id}/report", Chain.path, "产业链缺口报告:有攻关需要而无需求的环节及可对接成果",
    "nodes with a gap and no demand, the achievements that could answer, and how well the chain is covered",
    query: [.limit],
    gives: .object(
      Schema(name: "ChainReport") { json in
        json.schemaObject(
          [
            ("chain", .reference(Chain.idPrefix), false, Phrase("产业链", "chain")),
            ("name", .text(max: 80), false, Phrase("名称", "name")),
          ], required: ["chain", "name", "coverage", "items"], isOpen: true)
      })
  ) { call in
    let report = try await call.matcher.report(
      on: try call.id(Chain.self), for: call.caller, limit: try call.integer("limit", default: 3, 1...100))
    return .json { json in report.write(for: call.caller, into: &json) }
  }
}
