import Postgres

extension Work {
  /// A project for every winner that has none yet, in the transaction of the award. A plain demand ends with its contract.
  func openProjects(of challenge: Challenge) async throws {
    guard challenge.mode != "plain_demand" else { return }
    let rows = try await tx.query(
      """
      SELECT a.bid, a.organisation, a.price, market_now() FROM awards a
      WHERE a.challenge = \(challenge.id) AND a.awarded_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM projects p WHERE p.bid = a.bid) ORDER BY a.bid
      """)
    for row in rows {
      let bid: ID<Bid> = try row.get(0), solver: ID<Organisation> = try row.get(1)
      let due = try market.rulebook.end(of: .contractDeadline, from: row.get(3), region: challenge.region)
      _ = try await asSystem.create(
        Project.self, Input(),
        own: [
          ("challenge", .reference(challenge.id.bits)), ("bid", .reference(bid.bits)),
          ("poster", .reference(challenge.organisation.bits)), ("solver", .reference(solver.bits)),
          ("title", .text(challenge.title)), ("price", .money(try row.get(2))), ("contract_due_at", .instant(due)),
        ], audience: [solver, challenge.organisation])
    }
  }

  /// Both have signed: the project of the award is contracted by it. A plain demand has none, and is contracted itself.
  func contractProject(of challenge: ID<Challenge>, by deal: Deal) async throws {
    let rows = try await tx.query(
      "SELECT id FROM projects WHERE challenge = \(challenge) AND solver = \(deal.seller)")
    if let row = rows.first {
      let id: ID<Project> = try row.get(0)
      try await asSystem.move(id, .contract, .object(["deal": .string(deal.id.text)]), version: nil)
    } else {
      try await asSystem.move(challenge, .sign, version: nil)
    }
  }

  /// Awards that should not have been made fall, as far as nothing has been signed on them.
  func annulProjects(of challenge: ID<Challenge>, _ reason: JSONValue) async throws {
    let rows = try await tx.query(
      "SELECT id FROM projects WHERE challenge = \(challenge) AND status = 'awarded' ORDER BY id")
    for row in rows { try await asSystem.move(row.get(0, as: ID<Project>.self), .annul, reason, version: nil) }
  }
}
