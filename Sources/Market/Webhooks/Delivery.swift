import Postgres

/// One event on its way to one webhook, with every attempt so far.
public struct Delivery: Identified {
  public static let idPrefix = "whd"
  public static let states = ["retrying", "delivered", "failed"]

  public let id: ID<Delivery>
  public let webhook: ID<Webhook>
  public let event: ID<Event>
  public let type: String
  public let status: String
  /// When it is tried next; nil when it is over.
  public let nextAt: Instant?
  public let askedAt: Instant
  public let attempts: [Attempt]

  public struct Attempt: Sendable {
    public let at: Instant
    /// The receiver's status; nil when there was no answer.
    public let answer: Int?
    public let milliseconds: Int
    public let error: String?
  }

  private init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    webhook = try c.next()
    event = try c.next()
    type = try c.next()
    status = try c.next()
    nextAt = try c.next()
    askedAt = try c.next()
    let times: [Instant] = try c.next(), answers: [Int64] = try c.next(), spans: [Int64] = try c.next()
    let errors: [String] = try c.next()
    attempts = times.indices.map {
      Attempt(
        at: times[$0], answer: answers[$0] < 0 ? nil : Int(answers[$0]), milliseconds: Int(spans[$0]),
        error: errors[$0].isEmpty ? nil : errors[$0])
    }
  }

  /// Newest first.
  static func read(_ condition: SQL, limit: Int = 1, in source: any Answering) async throws -> [Delivery] {
    let rows = try await source.query(
      """
      SELECT d.id, d.webhook, d.event, e.kind || '.' || e.action, d.status, d.next_at, d.asked_at,
        ARRAY(SELECT at FROM webhook_attempts a WHERE a.delivery = d.id ORDER BY number),
        ARRAY(SELECT coalesce(answer, -1)::bigint FROM webhook_attempts a WHERE a.delivery = d.id ORDER BY number),
        ARRAY(SELECT milliseconds::bigint FROM webhook_attempts a WHERE a.delivery = d.id ORDER BY number),
        ARRAY(SELECT coalesce(error, '') FROM webhook_attempts a WHERE a.delivery = d.id ORDER BY number)
      FROM webhook_deliveries d JOIN events e ON e.id = d.event
      WHERE \(sql: condition) ORDER BY d.id DESC LIMIT \(limit)
      """)
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try Delivery(&c)
    }
  }
}

extension Market {
  /// What a webhook was sent, newest first.
  /// - Parameter before: goes on below this one.
  public func deliveries(
    of webhook: ID<Webhook>, status: String? = nil, before: ID<Delivery>? = nil, limit: Int = 50
  ) async throws -> [Delivery] {
    var condition: SQL = "d.webhook = \(webhook)"
    if let status { condition += " AND d.status = \(status)" }
    if let before { condition += " AND d.id < \(before)" }
    return try await Delivery.read(condition, limit: limit, in: database)
  }
}

extension Delivery {
  public static let fields: [Field<Delivery>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("webhook", \.webhook, .shown, "回调地址", "webhook"),
    .reference("event", \.event, .shown, "事件", "event"),
    .text("type", \.type, max: 80, .shown, "事件类型", "the event's type"),
    .code("status", \.status, states, .shown, "状态", "state"),
    .instant("next_at", \.nextAt, "下次尝试的时间", "tried next at"),
    .instant("asked_at", \.askedAt, "从何时起投递", "on its way since"),
    Field("attempts", .object("DeliveryAttempts"), .shown, Phrase("历次尝试", "every attempt")) { delivery, json in
      json.array { json in for attempt in delivery.attempts { attempt.write(into: &json) } }
    },
  ]
}

extension Delivery.Attempt {
  func write(into json: inout JSONWriter) {
    json.object { json in
      json.instant("at", at)
      json.key("answer")
      if let answer { json.int(answer) } else { json.null() }
      json.int("milliseconds", milliseconds)
      json.string("error", error)
    }
  }
}
