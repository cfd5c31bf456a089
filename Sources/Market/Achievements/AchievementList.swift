import Postgres

/// 成果清单: a numbered, dated, frozen issue of what an institution has published, with what changed since the issue before.
public struct AchievementList: NumberedIssue {
  public enum State: String, CaseIterable, Sendable { case draft, issued, withdrawn }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, issue, withdraw }

  public static let idPrefix = "lst"
  public static let kind = "achievement_list"
  public static let noun = Phrase("成果清单", "achievement list")

  public let id: ID<AchievementList>
  public let organisation: ID<Organisation>
  public let organisationName: String
  let holderIsVerified: Bool
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let title: String
  public let note: String
  public let issue: Int?
  public let previous: ID<AchievementList>?
  public let issuedOn: CivilDate?
  public let items: Int
  public let added: Int
  public let changed: Int
  public let removed: Int
  public let reason: String?
  public let createdAt: Instant

  public typealias Item = Achievement
  public static let itemsTable: SQL = "achievement_list_items"
  /// Every published achievement of the institution.
  public var current: SQL {
    """
    SELECT id, jsonb_build_object('title', title, 'summary', summary, 'field', field, 'keywords', keywords, 'trl', trl,
      'transfer_modes', transfer_modes, 'region', region, 'price', price, 'origin', origin, 'source', source) AS content
    FROM achievements WHERE organisation = \(organisation) AND status = 'published'
    """
  }

  public static let table: SQL = "achievement_lists"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, \(sql: Organisation.isVerified("o")), t.status, t.version, t.rulebook, t.title, t.note, t.issue, t.previous, t.issued_on, t.items,
    t.added, t.changed, t.removed, t.reason, t.created_at
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    holderIsVerified = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    title = try c.next()
    note = try c.next()
    issue = try c.next()
    previous = try c.next()
    issuedOn = try c.next()
    items = try c.next()
    added = try c.next()
    changed = try c.next()
    removed = try c.next()
    reason = try c.next()
    createdAt = try c.next()
  }

  public var headline: String { title }
  public static let ownerActor = Actor.owner
  public static let policy = Policy<AchievementList>(
    parties: [.init(.owner, "t.organisation", \.organisation)], internal: ["rulebook", "updated_at"],
    .show(.issued, .withdrawn, to: .everyone),
    .show(to: .owner, .operator, .supervisor, .admin))

  public static let fields: [Field<AchievementList>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "发布单位标识", "institution's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "发布单位", "institution"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("title", \.title, max: 200, .required, "清单名称", "title"),
    .text("note", \.note, max: 2000, .optional, "说明", "note"),
    .integer("issue", \.issue, 1...Int(Int32.max), .shown, "期号", "number of the issue"),
    .reference("previous", \.previous, .shown, "上一期", "the issue before"),
    .date("issued_on", \.issuedOn, .shown, "发布日期", "date of issue"),
    .integer("items", \.items, 0...Int(Int32.max), .shown, "成果项数", "achievements in it"),
    .integer("added", \.added, 0...Int(Int32.max), .shown, "较上期新增", "new since the issue before"),
    .integer("changed", \.changed, 0...Int(Int32.max), .shown, "较上期有变更", "changed since the issue before"),
    .integer("removed", \.removed, 0...Int(Int32.max), .shown, "较上期移除", "gone since the issue before"),
    .text("reason", \.reason, max: 1000, .shown, "撤回理由", "why it was withdrawn"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("organisation", .reference(Organisation.idPrefix), "发布单位", "institution"),
  ]

  public static let workflow = Workflow<AchievementList>(
    .on(.draft, do: .edit, by: .owner),
    .on(
      .draft, do: .issue, to: .issued, by: .owner, if: [Organisation.verified { $0.holderIsVerified }], then: .freeze),
    .on(.issued, do: .withdraw, to: .withdrawn, by: .owner, needs: [.reason], then: .reason)
  )
}
