import Postgres

/// A request that may come again under its key. Of a sealed bid's request nothing is kept but marks that mean nothing without the
/// platform's key, in the bid's own row.
public struct RepeatableRequest: Sendable {
  public let key: String
  public let content: [UInt8]

  public init(key: String, content: [UInt8]) { (self.key, self.content) = (key, content) }
}

extension Work {
  /// The marks of a request for its row; chance where it has no key, so that all rows look alike.
  func marks(_ request: RepeatableRequest?, _ secrets: PlatformKeys.Secrets) -> (key: Bytea, tag: Bytea) {
    guard let request else { return (Bytea(Crypto.random(32)), Bytea(Crypto.random(32))) }
    let principal = caller.token?.text ?? ""
    return (
      secrets.mark("key", Array((principal + "\n" + request.key).utf8)), secrets.mark("request", request.content)
    )
  }

  /// What the same request was answered before; nil when it is new.
  /// - Throws: `keyInFlight` while another transaction is at it, `keyReused` when another request used the key on this bid.
  func answered(
    _ request: RepeatableRequest?, of bidder: Bytea, _ secrets: PlatformKeys.Secrets
  ) async throws -> SealedBid? {
    guard let request else { return nil }
    let marks = marks(request, secrets)
    let answers = try await tx.batch([
      "SELECT pg_try_advisory_xact_lock(hashtextextended(encode(\(marks.key), 'hex'), 0))",
      """
      SELECT s.request_tag, \(sql: SealedBid.columns) FROM sealed_bids s JOIN challenges c ON c.id = s.challenge
      WHERE s.pseudonym = \(bidder) AND s.request_key = \(marks.key)
      """,
    ])
    guard try answers[0].first?.get(0) == true else { throw Refusal.keyInFlight }
    guard let row = answers[1].first else { return nil }
    var c = row.columns
    guard try c.next(Bytea.self) == marks.tag else { throw Refusal.keyReused }
    return try SealedBid(&c, secrets, isReplayed: true)
  }
}
