import Postgres

/// An organisation as releases name it. No natural persons.
struct OpenParty: Sendable, Hashable {
  let organisation: ID<Organisation>
  let name: String
  let creditCode: String?

  /// `CN-SAIC` is the register of credit codes in the list of identifier schemes; who has no code is named by our own id.
  private var scheme: String { creditCode == nil ? "x_JIEBANG" : "CN-SAIC" }
  private var number: String { creditCode ?? organisation.text }
  var id: String { "\(scheme)-\(number)" }

  var reference: JSONValue { .object(["id": .string(id), "name": .string(name)]) }

  func party(_ roles: [String]) -> JSONValue {
    .object([
      "id": .string(id), "name": .string(name), "roles": .array(roles.map { .string($0) }),
      "identifier": .object(["scheme": .string(scheme), "id": .string(number), "legalName": .string(name)]),
    ])
  }

  static func read(_ ids: [ID<Organisation>], _ work: Work) async throws -> [OpenParty] {
    try await work.tx.query("SELECT id, name, uscc FROM organisations WHERE id = ANY(\(ids)) ORDER BY id").map {
      row throws(DecodingFailure) in
      OpenParty(organisation: try row.get(0), name: try row.get(1), creditCode: try row.get(2))
    }
  }
}

extension [OpenParty] {
  /// A bidder is a party once, however many bids it made.
  var uniqueParties: [OpenParty] { unique }
}

/// A bid that has been opened, as releases name it.
struct OpenBid: Sendable {
  let id: ID<Bid>
  let receivedAt: Instant
  let isInvalid: Bool
  /// Who bids, lead first.
  var parties: [OpenParty]

  /// Bids that were opened: what is sealed is in no table that this could read.
  static func read(_ challenge: ID<Challenge>, _ work: Work) async throws -> [OpenBid] {
    let rows = try await work.tx.query(
      """
      SELECT b.id, b.received_at, b.status = 'invalid', o.id, o.name, o.uscc
      FROM bids b LEFT JOIN bid_members m ON m.bid = b.id JOIN organisations o ON o.id = coalesce(m.organisation, b.organisation)
      WHERE b.challenge = \(challenge) ORDER BY b.received_at, b.id, m.position
      """)
    var bids: [OpenBid] = []
    for row in rows {
      let party = OpenParty(organisation: try row.get(3), name: try row.get(4), creditCode: try row.get(5))
      let id: ID<Bid> = try row.get(0)
      if bids.last?.id == id {
        bids[bids.count - 1].parties.append(party)
      } else {
        bids.append(OpenBid(id: id, receivedAt: try row.get(1), isInvalid: try row.get(2), parties: [party]))
      }
    }
    return bids
  }
}
