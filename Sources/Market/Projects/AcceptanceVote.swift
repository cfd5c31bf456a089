import Postgres

/// What one seat of a panel says to an acceptance.
public struct AcceptanceVote: Sendable {
  public let side: String
  public let verdict: String
  public let comment: String
  public let at: Instant

  public static let inputs: [InputField] = [
    InputField(
      "verdict", .code(["passed", "concluded", "failed"]),
      Phrase("结论:通过、结题、不通过", "passed, concluded with diligence, failed")),
    InputField("comment", .text(max: 2000), Phrase("意见", "what it rests on")),
  ]
  public static let shown: [InputField] =
    [InputField("side", .code(Seat.sides), Phrase("席位", "side"))] + inputs + [
      InputField("at", .instant, Phrase("表决时间", "voted at"))
    ]

  public func write(into json: inout JSONWriter) {
    json.object { json in
      json.string("side", side)
      json.string("verdict", verdict)
      json.string("comment", comment)
      json.instant("at", at)
    }
  }
}

extension Work {
  /// An organisation with a seat says what it says, once. Nobody sees another's voice before the decision.
  public func vote(on id: ID<Acceptance>, _ input: Input) async throws -> AcceptanceVote {
    let (acceptance, _) = try await lock(id)
    guard acceptance.state == .panel else {
      throw Refusal.conflict(code: "not_voting", detail: Phrase("验收组不在表决阶段", "the panel is not voting"))
    }
    let standing = acceptance.standing(of: caller)
    guard let organisation = caller.organisation, standing.contains(.reviewer) || standing.contains(.poster) else {
      throw Refusal.forbidden(needs: [Actor.poster.rawValue, Actor.reviewer.rawValue])
    }
    let seat = try await tx.query(
      "SELECT side FROM acceptance_seats WHERE acceptance = \(id) AND organisation = \(organisation)")
    guard let side = try seat.first?.get(0, as: String.self) else {
      throw Refusal.conflict(
        code: "no_seat", detail: Phrase("本单位不在验收组", "your organisation has no seat on this panel"))
    }
    let at: Instant = try await tx.query(
      """
      INSERT INTO acceptance_votes (acceptance, organisation, token, person, verdict, comment)
      VALUES (\(id), \(organisation), \(caller.token), \(caller.person), \(input["verdict"]), \(input["comment"])) RETURNING at
      """
    ).first!.get(0)
    try await note(about: acceptance, "vote", audience: [organisation], isSealed: true)
    return AcceptanceVote(
      side: side, verdict: input.text("verdict") ?? "", comment: input.text("comment") ?? "", at: at)
  }
}

extension Market {
  /// The votes of an acceptance, once it is decided, to its parties and to those who supervise it.
  public func votes(on id: ID<Acceptance>, for caller: Caller) async throws -> [AcceptanceVote] {
    let acceptance = try await find(id, for: caller)
    let isParty = [acceptance.solver, acceptance.poster].contains { $0 == caller.organisation }
    guard acceptance.decidedAt != nil, caller.isStaff || isParty else { return [] }
    let rows = try await database.query(
      """
      SELECT e.side, v.verdict, v.comment, v.at FROM acceptance_votes v JOIN acceptance_seats e USING (acceptance, organisation)
      WHERE v.acceptance = \(id) ORDER BY v.at, v.organisation
      """)
    return try rows.map { row throws(DecodingFailure) in
      AcceptanceVote(side: try row.get(0), verdict: try row.get(1), comment: try row.get(2), at: try row.get(3))
    }
  }
}
