import Postgres

/// 榜单: a numbered, dated, frozen publication of the challenges that are on the board, with what changed since the board before.
public struct ChallengeBoard: NumberedIssue {
  public enum State: String, CaseIterable, Sendable { case draft, issued, withdrawn }
  public enum Action: String, CaseIterable, Sendable, EditAction { case edit, issue, withdraw }
  public typealias Item = Challenge

  public static let idPrefix = "brd"
  public static let kind = "challenge_board"
  public static let noun = Phrase("榜单", "challenge board")

  public let id: ID<ChallengeBoard>
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let title: String
  public let note: String
  public let issue: Int?
  public let previous: ID<ChallengeBoard>?
  public let issuedOn: CivilDate?
  public let items: Int
  public let added: Int
  public let changed: Int
  public let removed: Int
  public let reason: String?
  public let createdAt: Instant

  public static let itemsTable: SQL = "challenge_board_items"
  /// Every challenge that takes bids, with the notice it was on: that is over, and came without objection.
  public var current: SQL {
    """
    SELECT c.id, jsonb_build_object('title', c.title, 'summary', c.summary, 'poster', o.name, 'mode', c.mode, 'indicators', c.indicators,
      'field', c.field, 'keywords', c.keywords, 'region', c.region, 'budget', c.budget, 'closes_at', c.closes_at,
      'terms_version', c.terms_version, 'attempt', c.attempt, 'origin', c.origin, 'source', c.source,
      'notice', CASE WHEN n.id IS NOT NULL THEN jsonb_build_object('id', 'ntc_' || ulid(n.id), 'number', n.number, 'hash', n.hash,
        'ended_at', n.ends_at) END) AS content
    FROM challenges c JOIN organisations o ON o.id = c.organisation LEFT JOIN notices n ON n.id = c.notice
    WHERE c.status = 'published' AND c.mode <> 'plain_demand'
    """
  }

  public static let table: SQL = "challenge_boards"
  public static let columns: SQL =
    """
    t.id, t.organisation, o.name, t.status, t.version, t.rulebook, t.title, t.note, t.issue, t.previous, t.issued_on, t.items,
    t.added, t.changed, t.removed, t.reason, t.created_at
    """
  public static func from(_ rows: SQL) -> SQL { "\(sql: rows) t JOIN organisations o ON o.id = t.organisation" }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
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
  public static let policy = Policy<ChallengeBoard>(
    parties: [], internal: ["rulebook", "updated_at"],
    .show(.issued, .withdrawn, to: .everyone),
    .show(to: .operator, .supervisor, .admin))

  public static let fields: [Field<ChallengeBoard>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("organisation", \.organisation, .shown, "发榜单位标识", "publisher's id"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "发榜单位", "publisher"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("title", \.title, max: 200, .required, "榜单名称", "title"),
    .text("note", \.note, max: 2000, .optional, "说明", "note"),
    .integer("issue", \.issue, 1...Int(Int32.max), .shown, "批次", "number of the issue"),
    .reference("previous", \.previous, .shown, "上一批", "the board before"),
    .date("issued_on", \.issuedOn, .shown, "发榜日期", "date of issue"),
    .integer("items", \.items, 0...Int(Int32.max), .shown, "题目数", "challenges on it"),
    .integer("added", \.added, 0...Int(Int32.max), .shown, "较上批新增", "new since the board before"),
    .integer("changed", \.changed, 0...Int(Int32.max), .shown, "较上批有变更", "changed since the board before"),
    .integer("removed", \.removed, 0...Int(Int32.max), .shown, "较上批移除", "gone since the board before"),
    .text("reason", \.reason, max: 1000, .shown, "撤回理由", "why it was withdrawn"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("organisation", .reference(Organisation.idPrefix), "发榜单位", "publisher"),
  ]

  public static let workflow = Workflow<ChallengeBoard>(
    .on(.draft, do: .edit, by: .operator),
    .on(.draft, do: .issue, to: .issued, by: .operator, then: .freeze),
    .on(.issued, do: .withdraw, to: .withdrawn, by: .operator, .supervisor, needs: [.reason], then: .reason)
  )
}
