import Postgres

/// Places in the log that are kept in the database, for consumers whose effect is in the database as well.
extension EventLog {
  /// Where a consumer has got to.
  func place(of consumer: String) async throws -> EventCursor {
    let row = try await database.query("SELECT seq FROM event_cursors WHERE consumer = \(consumer)").first
    return try row.map { row throws(DecodingFailure) in EventCursor(seq: try row.get(0)) } ?? .start
  }
}

extension Work {
  /// Moves a consumer's place in the same transaction as what it did on the way.
  /// - Returns: false when somebody else has moved it meanwhile; then nothing else must be done.
  func moveOn(_ consumer: String, from old: EventCursor, to new: EventCursor) async throws -> Bool {
    let rows = try await tx.execute(
      "UPDATE event_cursors SET seq = \(new.seq) WHERE consumer = \(consumer) AND seq = \(old.seq) RETURNING 1")
    return rows.count == 1
  }
}
