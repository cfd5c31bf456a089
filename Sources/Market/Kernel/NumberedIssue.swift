import Postgres

/// What a numbered issue is of: 成果清单 of achievements, 榜单 of challenges.
public protocol IssueKind: Sendable {
  associatedtype Item: MarketObject

  static var idPrefix: String { get }
  static var kind: String { get }
  static var noun: Phrase { get }
  static var table: SQL { get }
  /// The frozen rows: `list`, `position`, a column named for the item's kind, `change`, `content`.
  static var itemsTable: SQL { get }
  /// What an organisation would issue now: `id` and `content` of each item.
  static func current(of organisation: ID<Organisation>) -> SQL
  static var policy: Policy<NumberedIssue<Self>> { get }
  static var fields: [Field<NumberedIssue<Self>>] { get }
  static var workflow: Workflow<NumberedIssue<Self>> { get }
}

/// A numbered, dated, frozen publication of objects, with what changed since the issue before: 成果清单, 榜单.
public struct NumberedIssue<Kind: IssueKind>: MarketObject {
  public enum State: String, CaseIterable, Sendable { case draft, issued, withdrawn }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, issue, withdraw }

  public static var idPrefix: String { Kind.idPrefix }
  public static var kind: String { Kind.kind }
  public static var noun: Phrase { Kind.noun }

  public let id: ID<NumberedIssue>
  public let organisation: ID<Organisation>
  public let organisationName: String
  let holderIsVerified: Bool
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let title: String
  public let note: String
  public let issue: Int?
  public let previous: ID<NumberedIssue>?
  public let issuedOn: CivilDate?
  public let items: Int
  public let added: Int
  public let changed: Int
  public let removed: Int
  public let reason: String?
  public let createdAt: Instant

  public static var table: SQL { Kind.table }
  public static var columns: SQL {
    """
    t.id, t.organisation, o.name, \(sql: Organisation.isVerified("o")), t.status, t.version, t.rulebook, t.title, t.note,
    t.issue, t.previous, t.issued_on, t.items, t.added, t.changed, t.removed, t.reason, t.created_at
    """
  }
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    holderIsVerified = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    title = try c.next()
    note = try c.next()
    issue = try c.next()
    previous = try c.next()
    issuedOn = try c.next()
    items = try c.next()
    added = try c.next()
    changed = try c.next()
    removed = try c.next()
    reason = try c.next()
    createdAt = try c.next()
  }

  public var headline: String { title }
  public static var policy: Policy<NumberedIssue> { Kind.policy }
  public static var fields: [Field<NumberedIssue>] { Kind.fields }
  public static var filters: [Filter] {
    [
      Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
      Filter("organisation", .reference(Organisation.idPrefix), "发布单位", "publisher"),
    ]
  }
  public static var workflow: Workflow<NumberedIssue> { Kind.workflow }
}

extension IssueKind {
  /// What every kind of issue says of itself; each kind keeps the list that this makes.
  static func allFields() -> [Field<NumberedIssue<Self>>] {
    [
      .reference("id", \.id, .shown, "标识", "id"),
      .reference("organisation", \.organisation, .shown, "发布单位标识", "publisher's id"),
      .text("organisation_name", \.organisationName, max: 120, .shown, "发布单位", "publisher"),
      .state(\.state),
      .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
      .text("title", \.title, max: 200, .required, "\(noun.zh)名称", "title"),
      .text("note", \.note, max: 2000, .optional, "说明", "note"),
      .integer("issue", \.issue, 1...Int(Int32.max), .shown, "期号", "number of the issue"),
      .reference("previous", \.previous, .shown, "上一期", "the issue before"),
      .date("issued_on", \.issuedOn, .shown, "发布日期", "date of issue"),
      .integer("items", \.items, 0...Int(Int32.max), .shown, "项数", "\(Item.noun.en)s in it"),
      .integer("added", \.added, 0...Int(Int32.max), .shown, "较上期新增", "new since the issue before"),
      .integer("changed", \.changed, 0...Int(Int32.max), .shown, "较上期有变更", "changed since the issue before"),
      .integer("removed", \.removed, 0...Int(Int32.max), .shown, "较上期移除", "gone since the issue before"),
      .text("reason", \.reason, max: 1000, .shown, "撤回理由", "why it was withdrawn"),
      .instant("created_at", \.createdAt, "创建时间", "made at"),
    ]
  }
}

extension Effect {
  /// Numbers and dates the issue and writes down every item there is, word for word, marked against the issue before. The
  /// organisation's row is held, so that two issues cannot take the same number or miss each other.
  static func freeze<Kind>() -> Effect where Object == NumberedIssue<Kind> {
    Effect(
      first: { issue, work in
        _ = try await work.tx.query("SELECT FROM organisations WHERE id = \(issue.organisation) FOR NO KEY UPDATE")
      },
      set: { issue, _ in
        let table = Kind.table
        return """
          issued_on = market_today(),
          issue = 1 + coalesce((SELECT max(issue) FROM \(sql: table) WHERE organisation = \(issue.organisation)), 0),
          previous = (SELECT id FROM \(sql: table) WHERE organisation = \(issue.organisation) AND issue IS NOT NULL ORDER BY issue DESC LIMIT 1)
          """
      },
      then: { issue, _, work in
        let item = SQL(unsafe: Kind.Item.kind)
        _ = try await work.tx.execute(
          """
          INSERT INTO \(sql: Kind.itemsTable) (list, position, \(sql: item), change, content)
          SELECT \(issue.id), row_number() OVER (ORDER BY change = 'removed', item), item, change, content FROM (
            SELECT coalesce(now.id, before.item) AS item,
              CASE WHEN now.id IS NULL THEN 'removed' WHEN before.item IS NULL THEN 'added'
                   WHEN now.content = before.content THEN 'unchanged' ELSE 'changed' END AS change,
              coalesce(now.content, before.content) AS content
            FROM (\(sql: Kind.current(of: issue.organisation))) now
            FULL JOIN (
              SELECT \(sql: item) AS item, content FROM \(sql: Kind.itemsTable)
              WHERE list = \(issue.previous) AND change <> 'removed') before ON before.item = now.id) diff
          """)
        // The counts belong to the same issue and no version of it is ever seen without them.
        _ = try await work.tx.execute(
          """
          UPDATE \(sql: Kind.table) SET items = n.items, added = n.added, changed = n.changed, removed = n.removed
          FROM (SELECT count(*) FILTER (WHERE change <> 'removed') AS items, count(*) FILTER (WHERE change = 'added') AS added,
                  count(*) FILTER (WHERE change = 'changed') AS changed, count(*) FILTER (WHERE change = 'removed') AS removed
                FROM \(sql: Kind.itemsTable) WHERE list = \(issue.id)) n
          WHERE id = \(issue.id)
          """)
      })
  }
}

extension Market {
  /// The rows of an issue as it was issued, as ready JSON, in its order.
  /// - Parameter after: the position after which to go on.
  public func items<Kind>(
    of list: ID<NumberedIssue<Kind>>, for caller: Caller, after: Int, limit: Int
  ) async throws -> [IssuedItem<Kind.Item>] {
    let rows = try await reader(for: caller).query(
      """
      SELECT position, \(sql: SQL(unsafe: Kind.Item.kind)), change, content FROM \(sql: Kind.itemsTable)
      WHERE list = \(list) AND position > \(after) ORDER BY position LIMIT \(limit)
      """)
    return try rows.map { row throws(DecodingFailure) in
      IssuedItem(
        position: try row.get(0), item: try row.get(1), change: try row.get(2),
        content: try row.get(3, as: JSONB.self).bytes)
    }
  }
}

/// One line of an issue.
public struct IssuedItem<Item: MarketObject>: Sendable {
  public let position: Int
  public let item: ID<Item>
  public let change: String
  /// The item as it was, JSON.
  public let content: [UInt8]
}
