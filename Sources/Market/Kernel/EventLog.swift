import Postgres

/// A line of the log: who did what to which object, when, and from which state to which.
public struct Event: Identified {
  public static let idPrefix = "evt"

  public let id: ID<Event>
  public let at: Instant
  public let kind: String
  public let objectID: UInt128
  public let action: String
  public let from: String?
  public let to: String?
  public let version: Int
  public let actorRole: String
  public let payload: [UInt8]
  let cursor: EventCursor

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("id", id.text)
      json.instant("at", at)
      json.string("type", "\(kind).\(action)")
      json.string("object", Event.prefixes[kind, default: "obj"] + "_" + ULID.encode(objectID))
      json.string("from", from)
      json.string("to", to)
      json.int("version", version)
      json.string("actor", actorRole)
      json.raw("data", payload)
    }
  }

  /// The prefix of an object's id, by the kind that events know it as.
  static let prefixes: [String: String] = [
    Achievement.kind: Achievement.idPrefix, AchievementList.kind: AchievementList.idPrefix,
    Challenge.kind: Challenge.idPrefix,
    Bid.kind: Bid.idPrefix, Deal.kind: Deal.idPrefix, Contract.kind: Contract.idPrefix,
    Wish.kind: Wish.idPrefix, "match": Challenge.idPrefix,
  ]
}

/// A place in the log. The order is (transaction, position): a reader stops below the oldest transaction that still runs, so
/// nothing can appear behind it later.
public struct EventCursor: Sendable, Hashable {
  let transaction: Int64
  let position: Int64
  public static let start = EventCursor(transaction: 0, position: 0)
}

/// Reads the log in its order. Every consumer keeps its own cursor.
public struct EventLog: Sendable {
  let database: Database

  /// The next events after a place, oldest first; never one that an event still being written could precede.
  /// - Parameter reader: whose eyes: nil sees all, for the platform's own consumers.
  public func read(after cursor: EventCursor, limit: Int, as reader: Caller?, kinds: [String]? = nil) async throws
    -> [Event]
  {
    let visible = reader.map(Self.visible) ?? "true"
    let ofKind: SQL = kinds.map { "kind = ANY(\($0))" } ?? "true"
    let rows = try await database.query(
      """
      SELECT id, at, kind, object_id, action, from_state, to_state, version, actor_role, payload,
        transaction::text::bigint, position
      FROM events
      WHERE (transaction, position) > (\(String(cursor.transaction))::text::xid8, \(cursor.position))
        AND transaction < pg_snapshot_xmin(pg_current_snapshot()) AND \(sql: visible) AND \(sql: ofKind)
      ORDER BY transaction, position LIMIT \(limit)
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return Event(
        id: try c.next(), at: try c.next(), kind: try c.next(), objectID: try c.next(ID<Anything>.self).bits,
        action: try c.next(), from: try c.next(), to: try c.next(), version: try c.next(), actorRole: try c.next(),
        payload: try c.next(JSONB.self).bytes, cursor: EventCursor(transaction: try c.next(), position: try c.next()))
    }
  }

  /// The place of an event that the reader was given; nil when there is no such event for this reader.
  public func place(of id: ID<Event>, as reader: Caller) async throws -> EventCursor? {
    let rows = try await database.query(
      "SELECT transaction::text::bigint, position FROM events WHERE id = \(id) AND \(sql: Self.visible(reader))")
    return try rows.first.map { row throws(DecodingFailure) in
      EventCursor(transaction: try row.get(0), position: try row.get(1))
    }
  }

  /// A place below which everything has been committed: where a consumer that reads the tables first may begin.
  public func horizon() async throws -> EventCursor {
    let row = try await database.query("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint").first
    guard let row else { return .start }
    return EventCursor(transaction: try row.get(0), position: 0)
  }

  static func visible(_ reader: Caller) -> SQL {
    let own: SQL = reader.organisation.map { "OR audience @> \([$0])" } ?? ""
    return reader.isStaff ? "(NOT sealed \(sql: own))" : "((public AND NOT sealed) \(sql: own))"
  }
}
