import Postgres

/// Who did what: a line of the log with everybody that it names, for whoever may read the database.
public struct AuditLine: Sendable {
  public let at: Instant
  /// `achievement.publish`
  public let type: String
  /// The object's id with its prefix.
  public let object: String
  public let from: String?
  public let to: String?
  public let role: String
  public let organisation: ID<Organisation>?
  /// The organisation in whose place it was done.
  public let principal: ID<Organisation>?
  public let person: ID<Person>?
  public let token: ID<Token>?
  let payload: [UInt8]

  static let columns: SQL =
    "at, kind, action, object_id, from_state, to_state, actor_role, actor_org, acted_for, actor_person, actor_token, payload"

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    at = try c.next()
    let kind: String = try c.next(), action: String = try c.next()
    type = "\(kind).\(action)"
    object = Event.prefixes[kind, default: "obj"] + "_" + ULID.encode(try c.next(ID<Anything>.self).bits)
    from = try c.next()
    to = try c.next()
    role = try c.next()
    organisation = try c.next()
    principal = try c.next()
    person = try c.next()
    token = try c.next()
    payload = try c.next(JSONB.self).bytes
  }

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.instant("at", at)
      json.string("type", type)
      json.string("object", object)
      json.string("from", from)
      json.string("to", to)
      json.string("role", role)
      json.string("organisation", organisation?.text)
      json.string("acted_for", principal?.text)
      json.string("person", person?.text)
      json.string("token", token?.text)
      json.raw("data", payload)
    }
  }
}

/// What to look for in the log.
public struct AuditQuery: Sendable {
  public var person: ID<Person>?
  public var organisation: ID<Organisation>?
  /// The id of any object, with its prefix.
  public var object: String?
  public var action: String?
  public var from: Instant?
  public var to: Instant?
  public var limit = 200
  public init() {}
}

extension Market {
  /// Lines of the log, newest first. Nothing is withheld: this is for the one who keeps the database.
  /// - Throws: `badParameter` for an object that is no id.
  public func audit(_ asked: AuditQuery) async throws -> [AuditLine] {
    var condition: SQL = "true"
    if let person = asked.person { condition += " AND actor_person = \(person)" }
    if let organisation = asked.organisation {
      condition += " AND (actor_org = \(organisation) OR acted_for = \(organisation))"
    }
    if let object = asked.object {
      guard let bits = object.split(separator: "_", maxSplits: 1).last.flatMap({ ULID.decode($0.utf8) }) else {
        throw Refusal.badParameter(name: "object", detail: Phrase("应为对象标识", "must be an id"))
      }
      condition += " AND object_id = \(ID<Anything>(bits: bits))"
    }
    if let action = asked.action { condition += " AND action = \(action)" }
    if let from = asked.from { condition += " AND at >= \(from)" }
    if let to = asked.to { condition += " AND at < \(to)" }
    let rows = try await database.query(
      """
      SELECT \(sql: AuditLine.columns) FROM events
      WHERE \(sql: condition) ORDER BY at DESC, id DESC LIMIT \(asked.limit)
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try AuditLine(&c)
    }
  }
}
