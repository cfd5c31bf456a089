import Postgres

/// 异议: somebody's objection to a notice, made in their name. Who it was is known to them and to the staff who decide, and to
/// nobody else: the object, its events and its answers are theirs alone.
public struct Objection: MarketObject {
  public enum State: String, CaseIterable, Sendable {
    case filed, accepted, rejected, investigating, dismissed, upheld, partlyUpheld = "partly_upheld", appealed, final
  }
  public enum Action: String, CaseIterable, Sendable {
    case accept, reject, investigate, extend, dismiss, uphold, upholdPartly = "uphold_partly", appeal, conclude
    case markOverdue = "mark_overdue"
  }

  public static let idPrefix = "obn"
  public static let kind = "objection"
  public static let noun = Phrase("异议", "objection")

  public let id: ID<Objection>
  public let notice: ID<Notice>
  public let noticeNumber: String?
  public let noticeKind: String
  public let noticeState: Notice.State
  public let parties: [ID<Organisation>]
  public let publisher: ID<Token>?
  public let publisherPerson: ID<Person>?
  public let region: String
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let statement: String
  public let evidence: String
  public let receivedAt: Instant
  public let dueAt: Instant?
  public let isOverdue: Bool
  public let isExtended: Bool
  public let decidedAt: Instant?
  public let outcome: String?
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "objections"
  public static let columns: SQL =
    """
    t.id, t.notice, n.number, n.kind, n.status, n.parties, n.publisher, n.publisher_person, n.region, t.organisation, o.name, t.status, t.version,
    t.rulebook, t.statement, t.evidence, t.received_at, t.due_at, t.overdue, t.extended, t.decided_at, t.outcome, t.reason,
    t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN notices n ON n.id = t.notice JOIN organisations o ON o.id = t.organisation"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    notice = try c.next()
    noticeNumber = try c.next()
    noticeKind = try c.next()
    noticeState = try c.state()
    parties = try c.next()
    publisher = try c.next()
    publisherPerson = try c.next()
    region = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    statement = try c.next()
    evidence = try c.next()
    receivedAt = try c.next()
    dueAt = try c.next()
    isOverdue = try c.next()
    isExtended = try c.next()
    decidedAt = try c.next()
    outcome = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { noticeNumber ?? notice.text }

  /// Those who decide are staff, and neither a party to the matter nor the objector's own. Its events are the objector's alone.
  public static let policy = Policy<Objection>(
    parties: [.init(.objector, "t.organisation", \.organisation)], recused: .init("n.parties", \.parties), sealed: true,
    internal: ["rulebook", "alarm_at"],
    .show(to: .objector, .operator, .supervisor))

  public static let fields: [Field<Objection>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("notice", \.notice, .shown, "所针对的公示", "notice"),
    .text("notice_number", \.noticeNumber, max: 40, .shown, "公示编号", "number of the notice"),
    .reference("organisation", \.organisation, .shown, "异议人标识(只对异议人和处理人员可见)", "objector's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "异议人", "objector"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("statement", \.statement, max: 5000, .required, "异议事项、事实和理由", "what is objected to, and why"),
    .text("evidence", \.evidence, max: 5000, .fixedOptional, "证据或线索", "evidence"),
    .instant("received_at", \.receivedAt, "收到时间", "received at"),
    .instant("due_at", \.dueAt, "本环节应办结时间", "when the step that is next should be done"),
    Field("overdue", .flag, .shown, Phrase("是否超期", "whether that was missed")) { $1.bool($0.isOverdue) },
    Field("extended", .flag, .shown, Phrase("是否已延长", "whether the time was extended")) { $1.bool($0.isExtended) },
    .instant("decided_at", \.decidedAt, "决定时间", "decided at"),
    .code("outcome", \.outcome, ["dismissed", "upheld"], .shown, "复核结论", "outcome of the appeal"),
    .text("reason", \.reason, max: 1000, .shown, "决定的理由", "why it was decided so"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("notice", .reference(Notice.idPrefix), "公示", "notice"),
  ]

  static let constraints: [String: Refusal] = [
    "objections_before_end": .conflict(
      code: "notice_closed", detail: Phrase("公示不在受理异议的期间内", "the notice takes no objections now")),
    "objections_not_by_party": .conflict(
      code: "own_notice", detail: Phrase("公示单位和所涉单位不能对本公示提出异议", "a party cannot object to its own notice")),
    "objections_one_open": .conflict(
      code: "already_objected",
      detail: Phrase("本单位对该公示的异议尚在办理", "an objection of your organisation to it is open already")),
  ]
}
