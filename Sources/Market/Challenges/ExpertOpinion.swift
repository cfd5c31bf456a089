import Postgres

/// What an expert says in writing to a directed entrustment.
public struct ExpertOpinion: Sendable {
  public let supports: Bool
  public let opinion: String
  public let organisationName: String
  public let at: Instant

  public static let inputs: [InputField] = [
    InputField("supports", .flag, Phrase("是否支持委托", "whether the expert supports it")),
    InputField("opinion", .text(max: 2000), Phrase("意见", "opinion")),
  ]
  public static let shown: [InputField] =
    inputs + [
      InputField("organisation_name", .text(max: 120), Phrase("专家所在单位", "expert's organisation")),
      InputField("at", .instant, Phrase("时间", "at")),
    ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.bool("supports", supports)
      json.string("opinion", opinion)
      json.string("organisation_name", organisationName)
      json.instant("at", at)
    }
  }
}

extension Work {
  /// An expert says, once, what to think of a directed entrustment, while it is being selected.
  public func giveOpinion(on id: ID<Challenge>, _ input: Input) async throws -> ExpertOpinion {
    guard caller.role == .reviewer, let me = caller.individual, let organisation = caller.organisation else {
      throw Refusal.forbidden(needs: [Role.reviewer.rawValue])
    }
    let rows = try await tx.query(
      """
      SELECT organisation, solver, version, status, (SELECT name FROM organisations WHERE id = \(organisation)) FROM challenges
      WHERE id = \(id) AND mode = 'directed_entrustment' AND status IN ('in_selection', 'selected') FOR SHARE
      """)
    // What is not up for an opinion is, to an expert, not there.
    guard let row = rows.first else { throw Refusal.notFound(Challenge.noun) }
    let poster: ID<Organisation> = try row.get(0), solver: ID<Organisation>? = try row.get(1)
    guard caller.standing(parties: [poster, solver].compactMap(\.self)).contains(.reviewer) else {
      throw Refusal.blocked([
        Issue(
          code: "conflict_of_interest",
          detail: Phrase("与出题方或受托方同属一个单位,应当回避", "same organisation as the poster or the solver"))
      ])
    }
    let version: Int = try row.get(2), state: String = try row.get(3)
    let at: Instant = try await tx.query(
      """
      INSERT INTO expert_opinions (challenge, expert, organisation, supports, opinion)
      VALUES (\(id), \(me), \(organisation), \(input["supports"]), \(input["opinion"])) RETURNING at
      """
    ).first!.get(0)
    try await note(
      Challenge.kind, ID(bits: id.bits), "opinion", from: state, to: state, version: version,
      audience: [organisation, poster])
    return ExpertOpinion(
      supports: input.flag("supports") ?? false, opinion: input.text("opinion") ?? "", organisationName: try row.get(4),
      at: at)
  }
}

extension Market {
  /// The opinions on an entrustment, oldest first, for whoever may know of the challenge: its notice rests on them.
  public func opinions(on id: ID<Challenge>, for caller: Caller) async throws -> [ExpertOpinion] {
    let challenge = try await find(id, for: caller)
    let rows = try await reader(for: caller).query(
      """
      SELECT e.supports, e.opinion, o.name, e.at FROM expert_opinions e JOIN organisations o ON o.id = e.organisation
      WHERE e.challenge = \(challenge.id) ORDER BY e.at, e.expert
      """)
    return try rows.map { row throws(DecodingFailure) in
      ExpertOpinion(
        supports: try row.get(0), opinion: try row.get(1), organisationName: try row.get(2), at: try row.get(3))
    }
  }
}
