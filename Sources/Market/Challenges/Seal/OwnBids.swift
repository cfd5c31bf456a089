import Postgres

extension SealedBid {
  static func query(_ id: ID<Bid>) -> SQL {
    "SELECT s.pseudonym, \(sql: columns) FROM sealed_bids s JOIN challenges c ON c.id = s.challenge WHERE s.id = \(id)"
  }

  /// The bid among these rows if it is this caller's, and the name under which it lies.
  static func own(_ id: ID<Bid>, _ caller: Caller, _ rows: Rows, _ secrets: PlatformKeys.Secrets) throws
    -> (SealedBid, Bytea)?
  {
    guard let row = rows.first, let organisation = caller.organisation else { return nil }
    var c = row.columns
    let name: Bytea = try c.next(), challenge: ID<Challenge> = try row.get(2)
    guard Crypto.equal(name.bytes, secrets.pseudonym(of: organisation, on: challenge).bytes) else { return nil }
    return (try SealedBid(&c, secrets), name)
  }
}

extension Market {
  /// One's own sealed bid.
  public func sealedBid(_ id: ID<Bid>, for caller: Caller) async throws -> SealedBid {
    let found = try await work(as: caller) { work in
      try SealedBid.own(
        id, caller, try await work.tx.query(SealedBid.query(id)), try await self.keyRing.secrets(work.tx))
    }
    guard let (bid, _) = found else { throw Refusal.notFound(Receipt.noun) }
    return bid
  }

  /// A page of one's own sealed bids, newest first.
  /// - Parameter filters: `challenge` for one challenge, in whatever state; without it, those that still wait for their opening.
  public func sealedBids(for caller: Caller, filters: [String: String] = [:], page: PageRequest) async throws
    -> SealedBids
  {
    guard let organisation = caller.organisation, caller.acts(for: organisation) else { return SealedBids() }
    // Nothing in the database says whose a sealed bid is: the names are worked out anew for every challenge there is.
    let challenges = try await challenges(filters["challenge"])
    return try await work(as: caller) { work in
      let secrets = try await self.keyRing.secrets(work.tx)
      let names = challenges.map { secrets.pseudonym(of: organisation, on: $0) }
      let scope = PageToken.scope(of: "sealed_bid", filters)
      var after: SQL = "true"
      if let token = page.token {
        guard let last = PageToken.open(token, scope: scope, secret: self.secret) else {
          throw Refusal.pageTokenMismatch
        }
        after = "s.id < \(ID<Bid>(bits: last))"
      }
      let rows = try await work.tx.query(
        """
        SELECT \(sql: SealedBid.columns) FROM sealed_bids s JOIN challenges c ON c.id = s.challenge
        WHERE s.challenge = ANY(\(challenges)) AND s.pseudonym = ANY(\(names)) AND \(sql: after)
        ORDER BY s.id DESC LIMIT \(page.size + 1)
        """)
      var found = SealedBids()
      for row in rows.prefix(page.size) {
        var c = row.columns
        found.items.append(try SealedBid(&c, secrets))
      }
      if rows.count > page.size, let last = found.items.last {
        found.next = PageToken.seal(last.receipt.bid.bits, scope: scope, secret: self.secret)
      }
      return found
    }
  }

  private func challenges(_ asked: String?) async throws -> [ID<Challenge>] {
    if let asked {
      guard let id = ID<Challenge>(asked) else {
        throw Refusal.badParameter(name: "challenge", detail: Phrase("应为题目标识", "must be a challenge's id"))
      }
      return [id]
    }
    let rows = try await database.query(
      "SELECT id FROM challenges WHERE status IN ('published', 'closed') AND opened_at IS NULL")
    return try rows.map { try $0.get(0, as: ID<Challenge>.self) }
  }
}

/// A page of one's own sealed bids.
public struct SealedBids: Sendable {
  public internal(set) var items: [SealedBid] = []
  public internal(set) var next: String?
}
