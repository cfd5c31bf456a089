import Postgres

/// 邀请揭榜: an organisation is asked to look at a challenge. There is no yes: to come is to bid, and who bids is nobody's business
/// before the opening. Reviewers never see who was invited.
public struct ChallengeInvitation: MarketObject {
  public enum State: String, CaseIterable, Sendable { case sent, declined, expired, withdrawn }
  public enum Action: String, CaseIterable, Sendable { case decline, expire, withdraw }

  public static let idPrefix = "civ"
  public static let kind = "challenge_invitation"
  public static let noun = Phrase("揭榜邀请", "challenge invitation")
  /// The words of the rulebook's `invitation_decline_reason` list; a test compares them.
  public static let declineReasons = [
    "not_our_field", "no_capacity", "terms_unsuitable", "not_ready", "conflict_of_interest", "other",
  ]

  public let id: ID<ChallengeInvitation>
  public let challenge: ID<Challenge>
  public let challengeTitle: String
  public let poster: ID<Organisation>
  /// Who is invited.
  public let organisation: ID<Organisation>
  public let organisationName: String
  public let inviter: ID<Organisation>
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let message: String
  /// Why the platform proposed it: JSON with `achievement`, `title`, `score`, `reasons`; nil when it had not.
  public let match: [UInt8]?
  public let replyBy: Instant
  public let declineReason: String?
  public let comment: String
  public let reason: String?
  /// Whether it is among those who bid, alone or with others; nil before the opening.
  public let came: Bool?
  public let createdAt: Instant
  public let updatedAt: Instant

  public static let table: SQL = "challenge_invitations"
  public static let columns: SQL =
    """
    t.id, t.challenge, c.title, c.organisation, t.organisation, o.name, t.inviter, t.status, t.version, t.rulebook, t.message, t.match,
    t.reply_by, t.decline_reason, t.comment, t.reason, CASE WHEN c.opened_at IS NOT NULL THEN
      EXISTS (SELECT FROM bids b WHERE b.challenge = t.challenge AND b.organisation = t.organisation)
      OR EXISTS (SELECT FROM bid_members m WHERE m.challenge = t.challenge AND m.organisation = t.organisation) END,
    t.created_at, t.updated_at
    """
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN organisations o ON o.id = t.organisation JOIN challenges c ON c.id = t.challenge"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    challenge = try c.next()
    challengeTitle = try c.next()
    poster = try c.next()
    organisation = try c.next()
    organisationName = try c.next()
    inviter = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    message = try c.next()
    match = try c.next(JSONB?.self)?.bytes
    replyBy = try c.next()
    declineReason = try c.next()
    comment = try c.next()
    reason = try c.next()
    came = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
  }

  public var headline: String { challengeTitle }
  public static let policy = Policy<ChallengeInvitation>(
    parties: [
      .init(.invited, "t.organisation", \.organisation), .init(.poster, "c.organisation", \.poster),
    ],
    .show(to: .invited, .poster, .operator, .supervisor, .admin))

  public static let fields: [Field<ChallengeInvitation>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .text("challenge_title", \.challengeTitle, max: 200, .shown, "题目名称", "challenge's title"),
    .reference("organisation", \.organisation, .fixed, "受邀单位", "who is invited"),
    .text("organisation_name", \.organisationName, max: 120, .shown, "受邀单位名称", "its name"),
    .reference("inviter", \.inviter, .shown, "邀请单位", "who invites"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("message", \.message, max: 1000, .fixed, "邀请理由", "why it is invited"),
    Field("match", .object("InvitationMatch"), .shown, nullable: true, Phrase("平台匹配依据", "the platform's own reasons")) {
      invitation, json in
      if let match = invitation.match { json.raw(match) } else { json.null() }
    },
    .instant("reply_by", \.replyBy, "答复截止时间", "a reply is expected before"),
    .code("decline_reason", \.declineReason, declineReasons, .shown, "谢绝原因", "why it was declined"),
    .text("comment", \.comment, max: 1000, .shown, "谢绝说明", "what it said"),
    .text("reason", \.reason, max: 1000, .shown, "撤回理由", "why it was withdrawn"),
    .flag("came", \.came, .shown, "是否揭榜(开启后公布)", "whether it bid, alone or with others; told at the opening"),
    .instant("created_at", \.createdAt, "邀请时间", "invited at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("challenge", .reference(Challenge.idPrefix), "题目", "challenge"),
    Filter("organisation", .reference(Organisation.idPrefix), "受邀单位", "who is invited"),
  ]

  public static let workflow = Workflow<ChallengeInvitation>(
    .on(.sent, do: .decline, to: .declined, by: .invited, needs: [.whyNotBidding, .declineComment], then: .keepAnswer),
    .on(.sent, do: .expire, to: .expired, by: .system, if: [.replyIsOver]),
    .on(.sent, do: .withdraw, to: .withdrawn, by: .poster, .operator, needs: [.reason], then: .reason)
  )

  static let constraints: [String: Refusal] = [
    "challenge_invitations_in_time": .notSealed,
    "challenge_invitations_not_poster": .conflict(
      code: "own_challenge", detail: Phrase("出题单位不能邀请自己", "a poster does not invite itself")),
    "challenge_invitations_entrusted": .conflict(
      code: "not_entrusted",
      detail: Phrase("定向委托题目只能邀请受托单位", "of a directed entrustment nobody but the solver it names is invited")),
    "challenge_invitations_once": .conflict(
      code: "already_invited", detail: Phrase("该单位已受邀", "this organisation has been invited already")),
  ]
}

extension InputField {
  static let whyNotBidding = InputField(
    "decline_reason", .code(ChallengeInvitation.declineReasons), Phrase("谢绝原因", "why it is declined"))
  static let declineComment = InputField("comment", .text(max: 1000), required: false, Phrase("说明", "comment"))
}

extension Guard<ChallengeInvitation> {
  static let replyIsOver = Guard("not_due", "答复截止时间未到", "there is still time to reply") { invitation, moment in
    invitation.replyBy <= moment.now
  }
}

extension Effect<ChallengeInvitation> {
  static let keepAnswer = Effect(set: { _, moment in
    "decline_reason = \(moment.input.text("decline_reason")), comment = \(moment.input.text("comment") ?? "")"
  })
}
