import Postgres

extension Challenge {
  /// 1+X+Y: what a challenge asks of those who bid on it together, by their kinds. Universities take in institutes.
  struct Composition: Sendable, Hashable {
    /// `university` or `enterprise`; nil asks for nothing.
    let lead: String?
    let universities: Int
    let enterprises: Int

    /// Whether there is anything that a bidder alone cannot be.
    var needsMembers: Bool { universities + enterprises > 0 }

    func holds(lead kind: String, members: [String]) -> Bool {
      let groups = members.map(Self.group)
      return (lead == nil || lead == Self.group(kind)) && groups.count { $0 == "university" } >= universities
        && groups.count { $0 == "enterprise" } >= enterprises
    }

    private static func group(_ kind: String) -> String { kind == "institute" ? "university" : kind }
  }
}

extension Work {
  /// The consortium that a technical envelope names, checked against the challenge, the register and the members' own word.
  /// - Returns: nil when the bidder bids alone.
  /// - Throws: `ConsortiumFault`.
  func consortium(_ technical: Input, by lead: ID<Organisation>, on challenge: Challenge) async throws -> Consortium? {
    let consortium = try Consortium.read(technical, by: lead)
    let parties = consortium?.parties ?? [lead], asked = challenge.terms.composition
    if parties.contains(challenge.organisation) { throw ConsortiumFault.poster }
    let rows = try await tx.query("SELECT id, kind FROM organisations WHERE id = ANY(\(parties))")
    var kinds: [ID<Organisation>: String] = [:]
    for row in rows { kinds[try row.get(0)] = try row.get(1) }
    guard kinds.count == parties.count else { throw ConsortiumFault.unknown }
    guard asked.holds(lead: kinds[lead] ?? "", members: parties.dropFirst().compactMap { kinds[$0] }) else {
      throw ConsortiumFault.composition
    }
    if let consortium, try await !holdConsents(consortium, on: challenge.id) { throw ConsortiumFault.consent }
    return consortium
  }

  /// Writes down who bids, lead first.
  func record(_ consortium: Consortium?, of bid: ID<Bid>, by lead: ID<Organisation>, on challenge: ID<Challenge>)
    async throws
  {
    let members = consortium?.members ?? []
    _ = try await tx.execute(
      """
      INSERT INTO bid_members (bid, challenge, organisation, position, role, cost_percent, tasks)
      SELECT \(bid), \(challenge), o, n - 1, r, p, t FROM unnest(\([lead] + members.map(\.organisation)), \(["lead"] + members.map(\.role)),
        \([consortium?.percent ?? 100] + members.map(\.percent)), \([""] + members.map(\.tasks))) WITH ORDINALITY m (o, r, p, t, n)
      """)
  }
}
