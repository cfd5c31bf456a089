import Postgres

/// An address of an organisation's own system that is told of every event the organisation may know of.
public struct Webhook: MarketObject {
  public enum State: String, CaseIterable, Sendable { case active, paused, disabled, removed }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, pause, resume, disable, remove }

  public static let idPrefix = "whk"
  public static let kind = "webhook"
  public static let noun = Phrase("回调地址", "webhook")

  public let id: ID<Webhook>
  public let organisation: ID<Organisation>
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let url: String
  public let description: String
  /// The kinds of objects whose events it is told of; empty for all.
  public let kinds: [String]
  /// Counts the secrets it has had.
  public let generation: Int
  public let rotatedAt: Instant?
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant
  /// Deliveries in a row that have failed.
  public let failures: Int
  public let failingSince: Instant?

  public static let table: SQL = "webhooks"
  public static let columns: SQL =
    """
    t.id, t.organisation, t.status, t.version, t.rulebook, t.url, t.description, t.kinds, t.generation, t.rotated_at, t.reason,
    t.created_at, t.updated_at, coalesce(p.failures, 0), p.failing_since
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t LEFT JOIN webhook_progress p ON p.webhook = t.id" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    url = try c.next()
    description = try c.next()
    kinds = try c.next()
    generation = try c.next()
    rotatedAt = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    failures = try c.next()
    failingSince = try c.next()
  }

  public var headline: String { url }
  public static let policy = Policy<Webhook>(
    parties: [.init(.owner, "t.organisation", \.organisation)],
    .show(to: .owner, .operator, .supervisor, .admin))

  static let constraints: [String: Refusal] = [
    "webhooks_url": .conflict(
      code: "duplicate_url", detail: Phrase("本单位已登记同一回调地址", "your organisation has this address already"))
  ]

  /// With whose eyes it looks: the organisation's own and the public's. What its people see as staff goes to no address.
  var reader: Caller { Caller(organisation: organisation, token: nil, role: .enterprise) }

  /// Its own events are its owner's to look up, the test apart: who is told of deliveries by deliveries has no end of them.
  var wants: SQL {
    let chosen: SQL = kinds.isEmpty ? "kind <> \(Self.kind)" : "kind = ANY(\(kinds))"
    return "(\(sql: chosen) OR (kind = \(Self.kind) AND action = \(Self.testAction) AND object_id = \(id)))"
  }

  static let testAction = "test"
}

extension Webhook {
  /// What can be asked for.
  public static let everyKind = Event.kinds.filter { $0 != kind }

  public static let fields: [Field<Webhook>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "所属单位", "whose it is"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("url", \.url, max: 500, .required, "接收地址(https)", "where to, https"),
    .text("description", \.description, max: 200, .optional, "说明", "what it is for"),
    .codes("kinds", \.kinds, everyKind, .optional, "只要这些对象的事件,空为全部", "kinds of objects; all when empty"),
    .integer("generation", \.generation, 1...Int(Int32.max), .shown, "密钥第几代", "which secret in turn"),
    .instant("rotated_at", \.rotatedAt, "上次更换密钥的时间", "when its secret was last changed"),
    .text("reason", \.reason, max: 1000, .shown, "停用的原因", "why it was disabled"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
    .integer("failures", \.failures, 0...Int(Int32.max), .shown, "连续失败次数", "failures in a row"),
    .instant("failing_since", \.failingSince, "从何时起连续失败", "failing since"),
  ]

  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("organisation", .reference(Organisation.idPrefix), "所属单位", "whose"),
  ]
}
