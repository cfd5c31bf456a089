import Postgres

extension Work {
  /// Places a bid. Whether it came in time is decided by the trigger that stamps it.
  public func placeBid(on challenge: ID<Challenge>, _ input: Input) async throws -> Bid {
    guard let organisation = caller.organisation, caller.acts(for: organisation) else {
      throw Refusal.forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    let target = try await market.find(challenge, for: caller)
    try expectInvited(organisation, to: target)
    if let achievement: ID<Achievement> = input.id("achievement") {
      let own = try await tx.query(
        "SELECT FROM achievements WHERE id = \(achievement) AND organisation = \(organisation) AND status = 'published'"
      )
      guard !own.isEmpty else {
        throw Refusal.invalid([
          Issue(
            pointer: "/achievement", code: "not_yours",
            detail: Phrase("须为本单位已发布的成果", "must be an achievement that your organisation has published"))
        ])
      }
    }
    return try await create(
      Bid.self, input,
      own: [
        ("challenge", .reference(target.id.bits)), ("organisation", .reference(organisation.bits)),
        ("received_at", .instant(Instant(microseconds: 0))),
      ])
  }
}
