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
      try SealedBid.own(id, caller, try await work.tx.query(SealedBid.query(id)), try await self.keyRing.secrets(work.tx))
    }
    guard let (bid, _) = found else { throw Refusal.notFound(Receipt.noun) }
    return bid
  }

  /// A page of one's own sealed bids, newest first.
  /// - Parameter challenge: one challenge, in whatever state; without it, those that still wait for their opening.
  public func sealedBids(for caller: Caller, on challenge: ID<Challenge>? = nil, page: PageRequest) async throws -> (
    items: [SealedBid], next: String?
  ) {
    guard let organisation = caller.organisation, caller.acts(for: organisation) else { return ([], nil) }
    return try await work(as: caller) { work in
      // Nothing in the database says whose a sealed bid is: the names are worked out anew for every challenge there is.
      let challenges =
        if let challenge { [challenge] } else {
          try await work.tx.query(
            "SELECT id FROM challenges WHERE status IN ('published', 'closed') AND opened_at IS NULL"
          ).map { row throws(DecodingFailure) in try row.get(0, as: ID<Challenge>.self) }
        }
      let secrets = try await self.keyRing.secrets(work.tx)
      let names = challenges.map { secrets.pseudonym(of: organisation, on: $0) }
      let scope = PageToken.scope(of: "sealed_bid", ["challenge": challenge?.text ?? ""])
      var after: SQL = "true"
      if let token = page.token {
        guard let last = PageToken.open(token, scope: scope, secret: self.secret) else { throw Refusal.pageTokenMismatch }
        after = "s.id < \(ID<Bid>(bits: last))"
      }
      let rows = try await work.tx.query(
        """
        SELECT \(sql: SealedBid.columns) FROM sealed_bids s JOIN challenges c ON c.id = s.challenge
        WHERE s.challenge = ANY(\(challenges)) AND s.pseudonym = ANY(\(names)) AND \(sql: after)
        ORDER BY s.id DESC LIMIT \(page.size + 1)
        """)
      let items = try rows.prefix(page.size).map { row in
        var c = row.columns
        return try SealedBid(&c, secrets)
      }
      let next = rows.count > page.size ? items.last?.receipt.bid.bits : nil
      return (items, next.map { PageToken.seal($0, scope: scope, secret: self.secret) })
    }
  }
}
