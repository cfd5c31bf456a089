import Postgres

/// A numbered, dated, frozen publication of objects, with what changed since the issue before: 成果清单, 榜单.
public protocol NumberedIssue: MarketObject {
  associatedtype Item: MarketObject

  var organisation: ID<Organisation> { get }
  var previous: ID<Self>? { get }
  /// The frozen rows: `list`, `position`, a column named for the item's kind, `change`, `content`.
  static var itemsTable: SQL { get }
  /// What would be issued now: `id` and `content` of each item.
  var current: SQL { get }
}

extension Effect where Object: NumberedIssue {
  /// Numbers and dates the issue and writes down every item there is, word for word, marked against the issue before. The
  /// organisation's row is held, so that two issues cannot take the same number or miss each other.
  static var freeze: Effect {
    Effect(
      first: { issue, work in
        _ = try await work.tx.query("SELECT FROM organisations WHERE id = \(issue.organisation) FOR NO KEY UPDATE")
      },
      set: { issue, _ in
        let table = Object.table
        return """
          issued_on = market_today(),
          issue = 1 + coalesce((SELECT max(issue) FROM \(sql: table) WHERE organisation = \(issue.organisation)), 0),
          previous = (SELECT id FROM \(sql: table) WHERE organisation = \(issue.organisation) AND issue IS NOT NULL ORDER BY issue DESC LIMIT 1)
          """
      },
      then: { issue, _, work in
        let item = SQL(unsafe: Object.Item.kind)
        _ = try await work.tx.execute(
          """
          INSERT INTO \(sql: Object.itemsTable) (list, position, \(sql: item), change, content)
          SELECT \(issue.id), row_number() OVER (ORDER BY change = 'removed', item), item, change, content FROM (
            SELECT coalesce(now.id, before.item) AS item,
              CASE WHEN now.id IS NULL THEN 'removed' WHEN before.item IS NULL THEN 'added'
                   WHEN now.content = before.content THEN 'unchanged' ELSE 'changed' END AS change,
              coalesce(now.content, before.content) AS content
            FROM (\(sql: issue.current)) now
            FULL JOIN (
              SELECT \(sql: item) AS item, content FROM \(sql: Object.itemsTable)
              WHERE list = \(issue.previous) AND change <> 'removed') before ON before.item = now.id) diff
          """)
        // The counts belong to the same issue and no version of it is ever seen without them.
        _ = try await work.tx.execute(
          """
          UPDATE \(sql: Object.table) SET items = n.items, added = n.added, changed = n.changed, removed = n.removed
          FROM (SELECT count(*) FILTER (WHERE change <> 'removed') AS items, count(*) FILTER (WHERE change = 'added') AS added,
                  count(*) FILTER (WHERE change = 'changed') AS changed, count(*) FILTER (WHERE change = 'removed') AS removed
                FROM \(sql: Object.itemsTable) WHERE list = \(issue.id)) n
          WHERE id = \(issue.id)
          """)
      })
  }
}

extension Market {
  /// The rows of an issue as it was issued, as ready JSON, in its order.
  /// - Parameter after: the position after which to go on.
  public func items<L: NumberedIssue>(
    of list: ID<L>, for caller: Caller, after: Int, limit: Int
  ) async throws -> [IssuedItem<L.Item>] {
    let rows = try await reader(for: caller).query(
      """
      SELECT position, \(sql: SQL(unsafe: L.Item.kind)), change, content FROM \(sql: L.itemsTable)
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
