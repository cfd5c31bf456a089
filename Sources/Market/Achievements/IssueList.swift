import Postgres

extension Effect<AchievementList> {
  /// Numbers and dates the list and writes down every published achievement of the institution, word for word, marked against
  /// the issue before. The organisation's row is held, so that two issues cannot take the same number or miss each other.
  static let freeze = Effect(
    first: { list, work in
      _ = try await work.tx.query("SELECT FROM organisations WHERE id = \(list.organisation) FOR NO KEY UPDATE")
    },
    set: { list, _ in
      """
      issued_on = market_today(),
      issue = 1 + coalesce((SELECT max(issue) FROM achievement_lists WHERE organisation = \(list.organisation)), 0),
      previous = (SELECT id FROM achievement_lists WHERE organisation = \(list.organisation) AND issue IS NOT NULL ORDER BY issue DESC LIMIT 1)
      """
    },
    then: { list, _, work in
      _ = try await work.tx.execute(
        """
        INSERT INTO achievement_list_items (list, position, achievement, change, content)
        SELECT \(list.id), row_number() OVER (ORDER BY change = 'removed', achievement), achievement, change, content FROM (
          SELECT coalesce(now.id, before.achievement) AS achievement,
            CASE WHEN now.id IS NULL THEN 'removed' WHEN before.achievement IS NULL THEN 'added'
                 WHEN now.content = before.content THEN 'unchanged' ELSE 'changed' END AS change,
            coalesce(now.content, before.content) AS content
          FROM (
            SELECT id, jsonb_build_object('title', title, 'summary', summary, 'field', field, 'keywords', keywords, 'trl', trl,
              'transfer_modes', transfer_modes, 'region', region, 'price', price, 'origin', origin, 'source', source) AS content
            FROM achievements WHERE organisation = \(list.organisation) AND status = 'published') now
          FULL JOIN (
            SELECT achievement, content FROM achievement_list_items
            WHERE list = \(list.previous) AND change <> 'removed') before ON before.achievement = now.id) diff
        """)
      // The counts belong to the same issue and no version of it is ever seen without them.
      _ = try await work.tx.execute(
        """
        UPDATE achievement_lists SET items = n.items, added = n.added, changed = n.changed, removed = n.removed
        FROM (SELECT count(*) FILTER (WHERE change <> 'removed') AS items, count(*) FILTER (WHERE change = 'added') AS added,
                count(*) FILTER (WHERE change = 'changed') AS changed, count(*) FILTER (WHERE change = 'removed') AS removed
              FROM achievement_list_items WHERE list = \(list.id)) n
        WHERE id = \(list.id)
        """)
    })
}

extension Market {
  /// The rows of an issue as it was issued, as ready JSON, in its order.
  /// - Parameter after: the position after which to go on.
  public func items(of list: ID<AchievementList>, after: Int, limit: Int) async throws -> [ListItem] {
    let rows = try await database.query(
      """
      SELECT position, achievement, change, content FROM achievement_list_items
      WHERE list = \(list) AND position > \(after) ORDER BY position LIMIT \(limit)
      """)
    return try rows.map { row throws(DecodingFailure) in
      ListItem(
        position: try row.get(0), achievement: try row.get(1), change: try row.get(2),
        content: try row.get(3, as: JSONB.self).bytes)
    }
  }
}

/// One line of an issued list.
public struct ListItem: Sendable {
  public let position: Int
  public let achievement: ID<Achievement>
  public let change: String
  /// The achievement as it was, JSON.
  public let content: [UInt8]
}
