import MatchEngine
import Postgres

extension Work {
  /// Invites an organisation to a challenge that takes bids: its poster does, or the platform. Whether there is still time is decided
  /// by the trigger that knows the deadline.
  /// - Parameter proposed: the platform's reasons for this organisation, kept with the invitation.
  public func invite(_ input: Input, to id: ID<Challenge>, proposed: ProposedSolver?) async throws
    -> ChallengeInvitation
  {
    let challenge = try await market.find(id, for: caller)
    try caller.expectInviter(to: challenge)
    guard let inviter = caller.organisation else { throw Refusal.unauthenticated }
    let now = try await market.now()
    let replyBy = try market.rulebook.end(of: .invitationReply, from: now, region: challenge.region)
    let invited: ID<Organisation>? = input.id("organisation")
    return try await create(
      ChallengeInvitation.self, input,
      own: [
        ("challenge", .reference(id.bits)), ("inviter", .reference(inviter.bits)), ("reply_by", .instant(replyBy)),
        ("match", proposed?.kept.map(FieldValue.json) ?? .null),
      ], audience: [challenge.organisation, invited].compactMap(\.self))
  }
}

extension Caller {
  /// Proposals and invitations are the poster's and the platform's.
  func expectInviter(to challenge: Challenge) throws(Refusal) {
    guard !challenge.standing(of: self).isDisjoint(with: [.poster, .operator, .system]) else {
      throw .forbidden(needs: [Actor.operator.rawValue, Actor.poster.rawValue])
    }
  }
}

extension Market {
  /// Who was invited to a challenge, as far as this caller may know; after the opening also who came.
  public func invitations(
    to challenge: ID<Challenge>, for caller: Caller, filters: [String: String], page: PageRequest
  ) async throws -> Page<ChallengeInvitation> {
    try await list(
      ChallengeInvitation.self, for: caller, filters: filters, page: page, extra: "t.challenge = \(challenge)")
  }
}
