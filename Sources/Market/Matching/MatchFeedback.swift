import Postgres

/// What one organisation did with a proposed match of a challenge and an achievement.
public struct MatchFeedback: Identified {
  public static let idPrefix = "mfb"
  public static let kinds = ["viewed", "contacted", "declined", "dealt"]
  /// Why not: the words of the rulebook's `decline_reason` list; a test compares them.
  public static let reasons = [
    "too_early",
    "benefit_unclear",
    "commercial_route_unclear",
    "description_unclear",
    "scientific_feedback",
    "not_a_fit",
    "already_solved",
    "self_solvable",
    "not_priority",
    "price_too_high",
    "ip_concern",
    "other",
  ]

  public let id: ID<MatchFeedback>
  public let challenge: ID<Challenge>
  public let achievement: ID<Achievement>
  public let organisation: ID<Organisation>
  public let kind: String
  public let reason: String?
  public let comment: String
  public let at: Instant

  public static let inputs: [InputField] = [
    InputField("challenge", .reference(Challenge.idPrefix), Phrase("题目", "challenge")),
    InputField("achievement", .reference(Achievement.idPrefix), Phrase("成果", "achievement")),
    InputField("kind", .code(kinds), Phrase("反馈:已查看、已联系、不合适、已成交", "viewed, contacted, declined or dealt")),
    InputField("reason", .code(reasons), required: false, Phrase("不合适的原因", "why it was declined")),
    InputField("comment", .text(max: 1000), required: false, Phrase("说明", "comment")),
  ]

  public static let fields: [Field<MatchFeedback>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .reference("achievement", \.achievement, .shown, "成果", "achievement"),
    .reference("organisation", \.organisation, .shown, "反馈单位", "who says so"),
    .code("kind", \.kind, kinds, .shown, "反馈", "kind"),
    .code("reason", \.reason, reasons, .shown, "不合适的原因", "why it was declined"),
    .text("comment", \.comment, max: 1000, .shown, "说明", "comment"),
    .instant("at", \.at, "时间", "at"),
  ]

  init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    challenge = try c.next()
    achievement = try c.next()
    organisation = try c.next()
    kind = try c.next()
    reason = try c.next()
    comment = try c.next()
    at = try c.next()
  }

  static let constraints: [String: Refusal] = [
    "match_feedback_reason": .invalid([
      Issue(
        pointer: "/reason", code: "required",
        detail: Phrase(
          "“不合适”须说明原因,其他反馈不填原因", "declining needs a reason, and nothing else has one"))
    ])
  ]
}

extension Work {
  /// Takes down what the poster of the challenge, the holder of the achievement or the operator did with their match.
  public func record(_ input: Input) async throws -> MatchFeedback {
    guard let challengeID: ID<Challenge> = input.id("challenge"),
      let achievementID: ID<Achievement> = input.id("achievement")
    else {
      throw Refusal.notFound(Challenge.noun)
    }
    let challenge = try await market.find(challengeID, for: caller)
    let achievement = try await market.find(achievementID, for: caller)
    guard let organisation = caller.organisation,
      caller.acts(for: challenge.organisation) || caller.acts(for: achievement.organisation) || caller.role == .operator
    else { throw Refusal.forbidden(needs: [Actor.poster, .owner, .operator].map(\.rawValue)) }
    let rows = try await tx.execute(
      """
      INSERT INTO match_feedback (id, challenge, achievement, organisation, kind, reason, comment)
      VALUES (\(ID<MatchFeedback>()), \(challengeID), \(achievementID), \(organisation), \(input["kind"]), \(input["reason"]), \(input.text("comment") ?? ""))
      ON CONFLICT (challenge, achievement, organisation, kind)
        DO UPDATE SET reason = excluded.reason, comment = excluded.comment, at = excluded.at
      RETURNING id, challenge, achievement, organisation, kind, reason, comment, at
      """)
    guard let row = rows.first else { throw Refusal.notFound(Challenge.noun) }
    var c = row.columns
    return try MatchFeedback(&c)
  }
}
