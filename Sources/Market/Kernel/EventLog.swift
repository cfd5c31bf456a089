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
  /// What was sent, as far as the reader may see it: a JSON object.
  public let payload: [UInt8]
  let cursor: EventCursor

  /// The object's id with its prefix.
  public var object: String { Event.prefixes[kind, default: "obj"] + "_" + ULID.encode(objectID) }

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("id", id.text)
      json.instant("at", at)
      json.string("type", "\(kind).\(action)")
      json.string("object", object)
      json.string("from", from)
      json.string("to", to)
      json.int("version", version)
      json.string("actor", actorRole)
      json.raw("data", payload)
    }
  }

  /// The prefix of an object's id, by the kind that events know it as. It is hashed into the ledger: what is there never changes.
  static let prefixes: [String: String] = Objects.all.reduce(
    into: [
      Token.kind: Token.idPrefix, OneTimeLink.kind: OneTimeLink.idPrefix, BidSeal.kind: BidSeal.idPrefix,
      ReleaseMonth.kind: ReleaseMonth.idPrefix, PlatformKeys.kind: PlatformKeys.idPrefix, "match": Challenge.idPrefix,
    ]
  ) { $0[$1.kind] = $1.idPrefix }
  /// What events may be about.
  public static let kinds = prefixes.keys.sorted()
}

extension Event {
  /// Reads the columns of ``EventLog/read(after:limit:as:kinds:since:only:)``.
  fileprivate init(_ c: inout ColumnReader, reader: Caller) throws(DecodingFailure) {
    id = try c.next()
    at = try c.next()
    kind = try c.next()
    objectID = try c.next(ID<Anything>.self).bits
    action = try c.next()
    from = try c.next()
    to = try c.next()
    version = try c.next()
    actorRole = try c.next()
    let data = try c.next(JSONB.self).bytes, isParty: Bool = try c.next()
    payload = EventPolicy.data(data, kind: kind, state: to, for: reader, isParty: isParty)
    cursor = try EventCursor(&c)
  }
}

/// A place in the log: the number of the last event seen, and a mark by which that event is known again.
public struct EventCursor: Sendable, Hashable {
  /// Events are numbered from 1 without a gap; 0 is before the first.
  public let seq: Int64
  /// The beginning of the event's hash; 0 where only the number was kept.
  let mark: UInt64
  public static let start = EventCursor(seq: 0)

  public init(seq: Int64) { (self.seq, mark) = (seq, 0) }
  init(seq: Int64, mark: UInt64) { (self.seq, self.mark) = (seq, mark) }

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    seq = try c.next()
    mark = try c.next(Bytea.self).bytes.reduce(0) { $0 << 8 | UInt64($1) }
  }

  static let columns: SQL = "l.seq, substring(l.hash FOR 8)"
}

/// Reads the log in the order of the ledger. Every consumer keeps its own cursor, and nothing ever appears behind it.
public struct EventLog: Sendable {
  let database: Database
  let publicDatabase: Database
  let ledger: Ledger

  /// The next events after a place, oldest first: all that was committed before the call has its place.
  /// - Parameter reader: whose eyes: nil sees all, for the platform's own consumers.
  /// - Parameter since: leaves out what happened before.
  /// - Parameter only: a further condition on the columns of `events`.
  public func read(
    after cursor: EventCursor, limit: Int, as reader: Caller?, kinds: [String]? = nil, since: Instant? = nil,
    only: SQL = "true"
  ) async throws -> [Event] {
    try await ledger.sequence()
    let visible = reader.map(Self.visible) ?? "true"
    let ofKind: SQL = kinds.map { "kind = ANY(\($0))" } ?? "true"
    let isLate: SQL = since.map { "at >= \($0)" } ?? "true"
    let isParty: SQL = reader?.organisation.map { "audience @> \([$0])" } ?? "false"
    // What is kept apart from the public is not even asked for in its name.
    let isPublic = reader?.isAnonymous == true
    let payload: SQL = isPublic ? "payload" : "payload || coalesce(withheld, '{}')"
    let rows = try await (isPublic ? publicDatabase : database).query(
      """
      SELECT id, at, kind, object_id, action, from_state, to_state, version, actor_role, \(sql: payload), \(sql: isParty),
        \(sql: EventCursor.columns)
      FROM ledger_leaves l JOIN events USING (position)
      WHERE l.seq > \(cursor.seq) AND \(sql: visible) AND \(sql: ofKind) AND \(sql: isLate) AND \(sql: only)
      ORDER BY l.seq LIMIT \(limit)
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try Event(&c, reader: reader ?? .system)
    }
  }

  /// The place of an event that the reader was given; nil when there is no such event for this reader.
  public func place(of id: ID<Event>, as reader: Caller) async throws -> EventCursor? {
    try await ledger.sequence()
    return try await one("events.id = \(id) AND \(sql: Self.visible(reader))")
  }

  /// Where to begin for somebody who wants what has happened since a time: before the first event of that time. Events have their
  /// place by when they were committed, so a few older ones may follow.
  public func place(since time: Instant) async throws -> EventCursor {
    try await ledger.sequence()
    let rows = try await database.query(
      """
      SELECT min(seq) - 1 FROM ledger_leaves JOIN (
        SELECT position FROM events WHERE at >= \(time) ORDER BY at LIMIT 1000) e USING (position)
      """)
    guard let seq: Int64 = try rows.first?.get(0) else { return try await end() }
    return EventCursor(seq: seq)
  }

  /// The place of the newest event. What a consumer reads of the tables after asking holds every event up to here.
  public func end() async throws -> EventCursor {
    try await ledger.sequence()
    return try await one("l.seq = (SELECT max(seq) FROM ledger_leaves)") ?? .start
  }

  /// Whether the event at a place is still the one that was seen there: not so once an older copy of the database was put back.
  func holds(_ cursor: EventCursor) async throws -> Bool {
    if cursor == .start { return true }
    return try await one("l.seq = \(cursor.seq)") == cursor
  }

  private func one(_ condition: SQL) async throws -> EventCursor? {
    let rows = try await database.query(
      "SELECT \(sql: EventCursor.columns) FROM ledger_leaves l JOIN events USING (position) WHERE \(sql: condition)")
    return try rows.first.map { row throws(DecodingFailure) in
      var c = row.columns
      return try EventCursor(&c)
    }
  }

  static func visible(_ reader: Caller) -> SQL {
    let own: SQL = reader.organisation.map { "OR audience @> \([$0])" } ?? ""
    return reader.isStaff ? "(NOT sealed \(sql: own))" : "((public AND NOT sealed) \(sql: own))"
  }
}
