import Postgres

/// 产业链: an industry chain of nodes, each with three lists bound to it: core enterprises, innovation resources and
/// key-technology gaps (三张清单).
public struct Chain: MarketObject {
  public enum State: String, CaseIterable, Sendable { case draft, published, archived }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, record, publish, archive }

  public static let idPrefix = "chn"
  public static let kind = "chain"
  public static let noun = Phrase("产业链", "industry chain")

  public let id: ID<Chain>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let name: String
  public let note: String
  public let region: String
  public let origin: String
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant
  public let nodes: Int
  public let coreEnterprises: Int
  public let innovationResources: Int
  public let technologyGaps: Int

  public static let table: SQL = "chains"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, t.status, t.version, t.rulebook, t.name, t.note, t.region, t.origin, t.reason, t.created_at,
    t.updated_at, (SELECT count(*) FROM chain_nodes n WHERE n.chain = t.id), e.enterprises, e.resources, e.gaps
    """
  public static func from(_ rows: SQL) -> SQL {
    """
    \(sql: rows) t JOIN organisations o ON o.id = t.organisation CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE list = 'core_enterprise') AS enterprises,
        count(*) FILTER (WHERE list = 'innovation_resource') AS resources, count(*) FILTER (WHERE list = 'technology_gap') AS gaps
      FROM chain_entries WHERE chain = t.id) e
    """
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    name = try c.next()
    note = try c.next()
    region = try c.next()
    origin = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    nodes = try c.next()
    coreEnterprises = try c.next()
    innovationResources = try c.next()
    technologyGaps = try c.next()
  }

  public var headline: String { name }
  public static let policy = Policy<Chain>(
    parties: [], .show(.published, .archived, to: .everyone), .show(to: .operator, .supervisor, .admin))

  public static let fields: [Field<Chain>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "编制单位标识", "who keeps it"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "编制单位", "who keeps it"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("name", \.name, max: 80, .required, "产业链名称", "name"),
    .text("note", \.note, max: 2000, .optional, "说明", "note"),
    .region("region", \.region, .required, "地区(行政区划代码)", "region, GB/T 2260"),
    .code(
      "origin", \.origin, ["real", "constructed"], .optional, "来源性质:真实或虚构示例", "real, or invented for demonstration"),
    .integer("nodes", \.nodes, 0...Int(Int32.max), .shown, "环节数", "nodes"),
    .integer("core_enterprises", \.coreEnterprises, 0...Int(Int32.max), .shown, "核心关联企业数", "core enterprises"),
    .integer(
      "innovation_resources", \.innovationResources, 0...Int(Int32.max), .shown, "创新资源数", "innovation resources"),
    .integer("technology_gaps", \.technologyGaps, 0...Int(Int32.max), .shown, "关键核心技术攻关数", "key-technology gaps"),
    .text("reason", \.reason, max: 1000, .shown, "归档理由", "why it was archived"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("region", .text(max: 6), match: .prefix, "行政区划代码前缀", "leading digits of the region"),
  ]

  public static let workflow = Workflow<Chain>(
    .on(.draft, .published, do: .edit, by: .operator, .supervisor),
    .on(.draft, .published, do: .record, by: .operator, .supervisor, needs: [.chainRows], then: .recordRows),
    .on(.draft, do: .publish, to: .published, by: .operator, .supervisor, if: [.hasNodes]),
    .on(.published, do: .archive, to: .archived, by: .operator, .supervisor, needs: [.reason], then: .reason)
  )

  static let constraints: [String: Refusal] = [
    "chains_name": .conflict(
      code: "duplicate_name", detail: Phrase("该地区已有同名产业链", "this region has a chain of this name already"))
  ]
}

extension Guard<Chain> {
  static let hasNodes = Guard("no_nodes", "尚未录入产业链环节", "it has no nodes yet") { chain, _ in chain.nodes > 0 }
}

/// 产业链环节: a step of an industry chain.
public struct ChainNode: Identified {
  public static let idPrefix = "nod"

  public let id: ID<ChainNode>
  public let chain: ID<Chain>
  public let position: Int
  public let name: String
  /// What the three lists hold of it.
  public let entries: [ChainEntry]
}
