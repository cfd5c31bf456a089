import Postgres

/// 成果清单: a numbered, dated, frozen issue of what an institution has published, with what changed since the issue before.
public typealias AchievementList = NumberedIssue<AchievementListKind>

public enum AchievementListKind: IssueKind {
  public typealias Item = Achievement

  public static let idPrefix = "lst"
  public static let kind = "achievement_list"
  public static let noun = Phrase("成果清单", "achievement list")
  public static let table: SQL = "achievement_lists"
  public static let itemsTable: SQL = "achievement_list_items"

  /// Every published achievement of the institution.
  public static func current(of organisation: ID<Organisation>) -> SQL {
    """
    SELECT id, jsonb_build_object('title', title, 'summary', summary, 'field', field, 'keywords', keywords, 'trl', trl,
      'transfer_modes', transfer_modes, 'region', region, 'price', price, 'origin', origin, 'source', source) AS content
    FROM achievements WHERE organisation = \(organisation) AND status = 'published'
    """
  }

  public static let policy = Policy<AchievementList>(
    parties: [.init(.owner, "t.organisation", \.organisation)], internal: ["rulebook", "updated_at"],
    .show(.issued, .withdrawn, to: .everyone),
    .show(to: .owner, .operator, .supervisor, .admin))

  public static let fields = allFields()

  public static let workflow = Workflow<AchievementList>(
    .on(.draft, do: .edit, by: .owner),
    .on(
      .draft, do: .issue, to: .issued, by: .owner, if: [Organisation.verified { $0.holderIsVerified }], then: .freeze()),
    .on(.issued, do: .withdraw, to: .withdrawn, by: .owner, needs: [.reason], then: .reason)
  )
}
