import Postgres

/// 榜单: a numbered, dated, frozen publication of the challenges that are on the board, with what changed since the board before.
public typealias ChallengeBoard = NumberedIssue<ChallengeBoardKind>

public enum ChallengeBoardKind: IssueKind {
  public typealias Item = Challenge

  public static let idPrefix = "brd"
  public static let kind = "challenge_board"
  public static let noun = Phrase("榜单", "challenge board")
  public static let table: SQL = "challenge_boards"
  public static let itemsTable: SQL = "challenge_board_items"

  /// Every challenge that takes bids, with the notice it was on: that is over, and came without objection.
  public static func current(of organisation: ID<Organisation>) -> SQL {
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

  public static let policy = Policy<ChallengeBoard>(
    parties: [], internal: ["rulebook", "updated_at"],
    .show(.issued, .withdrawn, to: .everyone),
    .show(to: .operator, .supervisor, .admin))

  public static let fields = allFields()

  public static let workflow = Workflow<ChallengeBoard>(
    .on(.draft, do: .edit, by: .operator),
    .on(.draft, do: .issue, to: .issued, by: .operator, then: .freeze()),
    .on(.issued, do: .withdraw, to: .withdrawn, by: .operator, .supervisor, needs: [.reason], then: .reason)
  )
}
