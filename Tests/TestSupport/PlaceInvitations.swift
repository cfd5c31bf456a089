import Market
import Postgres

extension World {
  /// An invitation of the university to a challenge of the enterprise, in a state.
  /// - Parameter isOver: whether the time for a reply is.
  public func challengeInvitation(
    _ state: ChallengeInvitation.State, on challenge: ID<Challenge>? = nil, isOver: Bool = true
  ) async throws -> ID<ChallengeInvitation> {
    let id = ID<ChallengeInvitation>()
    let challenge =
      if let challenge { challenge } else {
        try await self.challenge(.published, hasClosed: false, withBid: false).id
      }
    try await place(
      """
      INSERT INTO challenge_invitations (id, challenge, organisation, inviter, status, rulebook, message, reply_by, decline_reason)
      VALUES (\(id), \(challenge), \(university.id), \(`operator`.id), \(state.rawValue), 1, '示例邀请',
        market_now() + \(isOver ? "-1 hour" : "5 days")::interval, \(state == .declined ? "no_capacity" : nil))
      """)
    return id
  }
}
