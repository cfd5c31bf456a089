import Postgres

extension Work {
  /// Places a bid. Whether it came in time is decided by the trigger that stamps it.
  public func placeBid(on challenge: ID<Challenge>, _ input: Input) async throws -> Bid {
    guard let organisation = caller.organisation, caller.acts(for: organisation) else {
      throw Refusal.forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    let (target, _) = try await market.visibleChallenge(challenge, in: tx, for: caller)
    return try await create(
      Bid.self, input,
      own: [
        ("challenge", .reference(target.id.bits)), ("organisation", .reference(organisation.bits)),
        ("received_at", .instant(Instant(microseconds: 0))),
      ])
  }
}

extension Market {
  /// The challenge, if this caller may know of it; not held.
  func visibleChallenge(_ id: ID<Challenge>, in tx: Transaction, for caller: Caller) async throws -> (
    Challenge, Instant
  ) {
    let rows = try await tx.query(
      "SELECT \(sql: Challenge.columns), market_now() FROM \(sql: Challenge.from("challenges")) WHERE t.id = \(id)")
    guard let row = rows.first else { throw Refusal.notFound(Challenge.noun) }
    var c = row.columns
    let challenge = try Challenge(&c)
    guard challenge.isVisible(to: caller) else { throw Refusal.notFound(Challenge.noun) }
    return (challenge, try c.next())
  }
}
