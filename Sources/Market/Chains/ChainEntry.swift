import Postgres

/// One row of one of the three lists, at its node.
public struct ChainEntry: Identified {
  public static let idPrefix = "cen"
  /// The words of the rulebook's `chain_list` list; a test compares them.
  public static let lists = ["core_enterprise", "innovation_resource", "technology_gap"]

  public let id: ID<ChainEntry>
  public let list: String
  public let name: String
  public let description: String
  public let source: String

  /// One row as it is sent, and the columns of a file of them. A row without a list names a node and no more.
  public static let inputs: [InputField] = [
    InputField("node", .text(max: 80), Phrase("产业链环节", "node, by name")),
    InputField("list", .code(lists), required: false, Phrase("清单", "which of the three lists")),
    InputField("name", .text(max: 200), required: false, Phrase("名称", "enterprise, resource or gap")),
    InputField("description", .text(max: 2000), required: false, Phrase("说明", "description")),
    InputField("source", .text(max: 500), required: false, Phrase("来源", "where the facts are from")),
  ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("id", id.text)
      json.string("list", list)
      json.string("name", name)
      json.string("description", description)
      json.string("source", source)
    }
  }
}

extension InputField {
  static let chainRows = InputField(
    "rows", .records(maxItems: 2000, ChainEntry.inputs), Phrase("清单各行", "rows of the three lists"))
}

extension Effect<Chain> {
  /// Adds nodes in the order in which they are first named, and their rows; a row that is there already gets the new text.
  static let recordRows = Effect(then: { chain, moment, work in
    let rows = JSONB(moment.input.records("rows") ?? [])
    let incomplete = try await work.tx.query(
      """
      SELECT n FROM jsonb_array_elements(\(rows)) WITH ORDINALITY r (line, n)
      WHERE (line ->> 'list' IS NULL) <> (coalesce(line ->> 'name', '') = '') ORDER BY n LIMIT 1
      """)
    if let row = incomplete.first {
      let n: Int = try row.get(0)
      throw Refusal.invalid([
        Issue(
          pointer: "/rows/\(n - 1)", code: "incomplete",
          detail: Phrase("第 \(n) 行:清单与名称须同时填写", "row \(n): a list and a name go together"))
      ])
    }
    let names = try await work.tx.query(
      """
      SELECT line ->> 'node' FROM jsonb_array_elements(\(rows)) WITH ORDINALITY r (line, n) GROUP BY 1
      EXCEPT SELECT name FROM chain_nodes WHERE chain = \(chain.id)
      """)
    let fresh = try names.map { row throws(DecodingFailure) in try row.get(0, as: String.self) }
    let ids = fresh.map { _ in ID<ChainNode>() }
    _ = try await work.tx.execute(
      """
      INSERT INTO chain_nodes (id, chain, position, name)
      SELECT new.id, \(chain.id), row_number() OVER (ORDER BY f.n)
        + coalesce((SELECT max(position) FROM chain_nodes WHERE chain = \(chain.id)), 0), new.name
      FROM unnest(\(ids)::uuid[], \(fresh)::text[]) new (id, name)
      JOIN (SELECT line ->> 'node' AS node, min(n) AS n FROM jsonb_array_elements(\(rows)) WITH ORDINALITY r (line, n) GROUP BY 1) f
        ON f.node = new.name
      """)
    let entries = (JSONValue.parse(rows.bytes)?.array ?? []).map { _ in ID<ChainEntry>() }
    _ = try await work.tx.execute(
      """
      INSERT INTO chain_entries (id, chain, node, list, name, description, source)
      SELECT DISTINCT ON (n.id, line ->> 'list', line ->> 'name') i.id, \(chain.id), n.id, line ->> 'list', line ->> 'name',
        coalesce(line ->> 'description', ''), coalesce(line ->> 'source', '')
      FROM jsonb_array_elements(\(rows)) WITH ORDINALITY r (line, at)
      JOIN unnest(\(entries)::uuid[]) WITH ORDINALITY i (id, at) USING (at)
      JOIN chain_nodes n ON n.chain = \(chain.id) AND n.name = line ->> 'node'
      WHERE line ->> 'list' IS NOT NULL
      ORDER BY n.id, line ->> 'list', line ->> 'name', at DESC
      ON CONFLICT (node, list, name) DO UPDATE SET description = excluded.description, source = excluded.source
      """)
  })
}

extension Market {
  /// The nodes of a chain in their order, each with its rows.
  public func nodes(of id: ID<Chain>, for caller: Caller) async throws -> [ChainNode] {
    let chain = try await find(id, for: caller)
    let nodes = try await reader(for: caller).query(
      "SELECT id, position, name FROM chain_nodes WHERE chain = \(chain.id) ORDER BY position")
    let rows = try await reader(for: caller).query(
      "SELECT node, id, list, name, description, source FROM chain_entries WHERE chain = \(chain.id) ORDER BY list, name"
    )
    var entries: [ID<ChainNode>: [ChainEntry]] = [:]
    for row in rows {
      var c = row.columns
      let node: ID<ChainNode> = try c.next()
      entries[node, default: []].append(
        ChainEntry(
          id: try c.next(), list: try c.next(), name: try c.next(), description: try c.next(), source: try c.next()))
    }
    return try nodes.map { row throws(DecodingFailure) in
      let node: ID<ChainNode> = try row.get(0)
      return ChainNode(
        id: node, chain: chain.id, position: try row.get(1), name: try row.get(2), entries: entries[node] ?? [])
    }
  }
}
