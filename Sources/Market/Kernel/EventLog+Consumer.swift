import Postgres

/// Places in the log that are kept in the database, for consumers whose effect is in the database as well.
extension EventLog {
  /// Where a consumer has got to.
  func place(of consumer: String) async throws -> EventCursor {
    let row = try await database.query(
      "SELECT transaction, position FROM event_cursors WHERE consumer = \(consumer)"
    ).first
    return try row.map { row throws(DecodingFailure) in
      EventCursor(transaction: try row.get(0), position: try row.get(1))
    } ?? .start
  }
}

extension Work {
  /// Moves a consumer's place in the same transaction as what it did on the way.
  /// - Returns: false when somebody else has moved it meanwhile; then nothing else must be done.
  func moveOn(_ consumer: String, from old: EventCursor, to new: EventCursor) async throws -> Bool {
    let rows = try await tx.execute(
      """
      UPDATE event_cursors SET transaction = \(new.transaction), position = \(new.position)
      WHERE consumer = \(consumer) AND transaction = \(old.transaction) AND position = \(old.position) RETURNING 1
      """)
    return rows.count == 1
  }
}

extension EventCursor: Comparable {
  public static func < (left: EventCursor, right: EventCursor) -> Bool {
    (left.transaction, left.position) < (right.transaction, right.position)
  }
}
