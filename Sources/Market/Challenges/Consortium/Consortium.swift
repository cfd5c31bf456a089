/// 联合体: several organisations that bid as one. The bidder leads; what each member does, bears and gets is agreed in the envelope,
/// and nobody but they know of it before the opening.
public struct Consortium: Sendable, Hashable {
  /// The words of the rulebook's `consortium_role` list; a test compares them.
  public static let roles = ["research", "engineering", "testing", "production", "application", "services", "other"]

  struct Member: Sendable, Hashable {
    let organisation: ID<Organisation>
    let role: String
    let percent: Int
    let tasks: String
    /// What the member got from the platform to say that it is in, see ``ConsortiumConsent``.
    let consent: String
  }

  let lead: ID<Organisation>
  /// The lead's own share of the cost; with those of the members it makes 100.
  let percent: Int
  let members: [Member]
  let ipTerms: String

  var parties: [ID<Organisation>] { [lead] + members.map(\.organisation) }

  /// What an envelope says of a consortium, as far as it can be judged from the envelope alone.
  /// - Returns: nil when the bidder bids alone.
  static func read(_ technical: Input, by lead: ID<Organisation>) throws(ConsortiumFault) -> Consortium? {
    let rows = technical.records("members").flatMap { JSONValue.parse($0) }?.array ?? []
    let percent = technical.integer("cost_percent"), terms = (technical.text("ip_terms") ?? "").trimmed
    if rows.isEmpty, percent == nil, terms.isEmpty { return nil }
    guard !rows.isEmpty, let percent, !terms.isEmpty else { throw .incomplete }
    var members: [Member] = []
    for row in rows {
      guard let organisation = row["organisation"]?.string.flatMap({ ID<Organisation>($0) }),
        let role = row["role"]?.string, let share = row["cost_percent"]?.number.flatMap({ Int(exactly: $0) })
      else { throw .incomplete }
      members.append(
        Member(
          organisation: organisation, role: role, percent: share, tasks: row["tasks"]?.string ?? "",
          consent: row["consent"]?.string ?? ""))
    }
    let consortium = Consortium(lead: lead, percent: percent, members: members, ipTerms: terms)
    guard Set(consortium.parties).count == consortium.parties.count else { throw .repeated }
    guard members.reduce(percent, { $0 + $1.percent }) == 100 else { throw .shares }
    return consortium
  }
}

extension InputField {
  /// In the order of their names, like everything in an envelope.
  private static let memberFields = [
    InputField(
      "consent", .text(max: 200), Phrase("成员同意书(由成员向平台取得)", "the member's consent, as the platform gave it out")),
    InputField("cost_percent", .integer(0...100), Phrase("经费分担比例(%)", "share of the cost, percent")),
    InputField("organisation", .reference(Organisation.idPrefix), Phrase("成员单位", "member")),
    InputField("role", .code(Consortium.roles), Phrase("分工", "role")),
    InputField("tasks", .text(max: 500), required: false, Phrase("承担的任务", "what it does")),
  ]
  static let members = InputField(
    "members", .records(maxItems: 40, memberFields), required: false,
    Phrase("联合体成员(不含牵头单位)", "members of the consortium besides the lead, who is the bidder"))
  static let leadPercent = InputField(
    "cost_percent", .integer(0...100), required: false,
    Phrase("牵头单位经费分担比例(%),与各成员合计为 100", "the lead's share of the cost; with the members' it makes 100"))
  static let ipTerms = InputField(
    "ip_terms", .text(max: 3000), required: false, Phrase("联合体成果归属与分享约定", "how results are owned and shared"))
}
