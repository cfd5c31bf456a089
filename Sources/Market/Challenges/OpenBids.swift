import Postgres

extension Effect<Challenge> {
  /// The moment at which sealed bids become readable: counted, opened one by one, each with its event.
  static let openBids = Effect(
    // The bids are held as they are counted: one that is being withdrawn at this moment is waited for.
    set: { challenge, _ in
      """
      bids_received = (SELECT count(*) FROM (
        SELECT FROM bids WHERE challenge = \(challenge.id) AND status = 'submitted' FOR NO KEY UPDATE) held)
      """
    },
    then: { challenge, _, work in
      let rows = try await work.tx.query(
        "SELECT id FROM bids WHERE challenge = \(challenge.id) AND status = 'submitted' ORDER BY received_at, id")
      for row in rows { try await work.asSystem.move(try row.get(0, as: ID<Bid>.self), .open, version: nil) }
    })
}
