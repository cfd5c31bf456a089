import Postgres

extension Bid {
  static let partyFields: [InputField] = [
    InputField("organisation", .text(max: 40), Phrase("单位标识", "organisation")),
    InputField("organisation_name", .text(max: 120), Phrase("单位", "its name")),
    InputField("role", .code(["lead"] + Consortium.roles), Phrase("分工", "role")),
    InputField("cost_percent", .integer(0...100), Phrase("经费分担比例(%)", "share of the cost, percent")),
    InputField("tasks", .text(max: 500), Phrase("承担的任务", "what it does")),
  ]
  static let partyRows: SQL =
    """
    (SELECT coalesce(jsonb_agg(jsonb_build_object('organisation', 'org_' || ulid(m.organisation), 'organisation_name', p.name,
        'role', m.role, 'cost_percent', m.cost_percent, 'tasks', m.tasks) ORDER BY m.position), '[]')
      FROM bid_members m JOIN organisations p ON p.id = m.organisation WHERE m.bid = t.id)
    """
}
