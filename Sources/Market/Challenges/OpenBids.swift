import Postgres

/// Opening: the moment at which sealed bids become readable, all of one challenge in one transaction.
extension Work {
  /// Opens an envelope that needs no officer, with the platform's own key.
  func openAlone(_ envelope: Envelope, of challenge: Challenge) async throws {
    _ = try await market.keyRing.secrets(tx)
    let rows = try await tx.query(
      """
      SELECT key, wrapped FROM opening_shares WHERE challenge = \(challenge.id) AND envelope = \(envelope.rawValue)
        AND role = 'server'
      """)
    guard let row = rows.first, let key = try market.keyRing.keys.opening(row.get(0)) else { throw Refusal.keyMissing }
    let share = try key.open(row.get(1, as: Bytea.self).bytes, with: envelope.label(challenge.id, "server"))
    try await open(envelope, of: challenge, with: [share])
  }

  /// Opens one envelope of every bid. The shares are those of everybody it takes.
  func open(_ envelope: Envelope, of challenge: Challenge, with shares: [[UInt8]]) async throws {
    guard let seal = try await seal(of: challenge.id) else { throw Refusal.notSealed }
    let rows = try await tx.query(
      "SELECT private_key FROM opening_keys WHERE challenge = \(challenge.id) AND envelope = \(envelope.rawValue)")
    guard let row = rows.first else { throw Refusal.notSealed }
    let pem = try seal.suite.open(
      row.get(0, as: Bytea.self).bytes, key: shares.sum, with: envelope.label(challenge.id, "key"))
    let key = try SealingPrivateKey(pem: String(decoding: pem, as: UTF8.self))
    switch envelope {
    case .technical: try await asSystem.openBids(of: challenge, seal, with: key)
    case .financial: try await asSystem.openPrices(of: challenge, with: key)
    }
  }

  private func openBids(of challenge: Challenge, _ seal: BidSeal, with key: SealingPrivateKey) async throws {
    let secrets = try await market.keyRing.secrets(tx)
    let ids = try await tx.query(
      "SELECT id, commitment FROM sealed_bids WHERE challenge = \(challenge.id) ORDER BY received_at, id")
    var commitments: [String] = [], faults: [ID<Bid>: String] = [:], bids: [UnsealedBid] = []
    for row in ids {
      commitments.append(try row.get(1, as: Bytea.self).bytes.hex)
      do {
        bids.append(try await unseal(try row.get(0), of: challenge, seal, key, secrets))
      } catch let fault as BidFault {
        faults[try row.get(0)] = fault.code
      } catch let fault as ConsortiumFault {
        faults[try row.get(0)] = fault.rawValue
      }
    }
    let twice = Dictionary(grouping: bids.flatMap(\.parties), by: \.self).filter { $1.count > 1 }
    for bid in bids {
      if bid.parties.contains(where: { twice[$0] != nil }) {
        faults[bid.id] = ConsortiumFault.overlap.rawValue
      } else {
        try await record(bid)
      }
    }
    var told: [String] = []
    for (row, commitment) in zip(ids, commitments) {
      let id: ID<Bid> = try row.get(0)
      guard let fault = faults[id] else { continue }
      told.append("\(commitment) \(fault)")
      _ = try await tx.execute("UPDATE sealed_bids SET fault = \(fault) WHERE id = \(id)")
    }
    try await move(
      challenge.id, .open,
      .object(["commitments": .array(commitments.map { .string($0) }), "faults": .array(told.map { .string($0) })]),
      version: nil)
  }

  /// - Throws: `BidFault` or `ConsortiumFault` where it cannot be opened or must not count: its bidder's loss and nobody else's.
  private func unseal(
    _ id: ID<Bid>, of challenge: Challenge, _ seal: BidSeal, _ key: SealingPrivateKey, _ secrets: PlatformKeys.Secrets
  ) async throws -> UnsealedBid {
    let rows = try await tx.query(
      """
      SELECT s.pseudonym, s.technical, s.financial, s.commitment, s.terms_version < c.terms_version
      FROM sealed_bids s JOIN challenges c ON c.id = s.challenge WHERE s.id = \(id)
      """)
    guard let row = rows.first else { throw Refusal.notFound(Receipt.noun) }
    // Amended since: it was to be made anew under the new terms.
    if try row.get(4) { throw BidFault(code: "older_terms") }
    guard let technical = try row.get(1, as: Bytea?.self)?.bytes, let financial = try row.get(2, as: Bytea?.self)?.bytes
    else { throw BidFault(code: "not_revealed") }
    let commitment = try row.get(3, as: Bytea.self).bytes
    if seal.kind != .commitReveal {
      let found = Commitment.sealed(
        technical: technical, financial: financial, on: seal.challenge, seal.suite)
      guard Crypto.equal(found, commitment) else { throw BidFault(code: "changed") }
    }
    let input: Input
    do {
      let bytes = try Envelope.technical.open(technical, with: key, on: seal.challenge)
      guard let json = JSONValue.parse(bytes) else { throw BidFault(code: "not_json") }
      input = try Input(json, Envelope.technical.inputs)
    } catch is CryptoError {
      throw BidFault(code: "not_decryptable")
    } catch is Refusal {
      throw BidFault(code: "not_a_bid")
    }
    guard let organisation: ID<Organisation> = input.id("organisation"),
      try row.get(0) == secrets.pseudonym(of: organisation, on: seal.challenge)
    else { throw BidFault(code: "not_the_bidder_s") }
    let consortium = try await consortium(input, by: organisation, on: challenge)
    return UnsealedBid(
      id: id, challenge: challenge.id, organisation: organisation, input: input, consortium: consortium,
      commitment: commitment, isPlain: challenge.mode == "plain_demand")
  }

  private func record(_ bid: UnsealedBid) async throws {
    let commitment = InputField("commitment", .text(max: 64), Phrase("承诺值", "commitment"))
    var remembered = Input()
    remembered["commitment"] = .text(bid.commitment.hex)
    let input = bid.input, organisation = bid.organisation
    // An achievement that is not the bidder's own is left out: the plan stands on its own words.
    let opened: Bid = try await write(
      """
      INSERT INTO bids (id, challenge, organisation, rulebook, plain, plan, team, achievement, ip_terms, commitment, received_at)
      SELECT s.id, s.challenge, \(organisation), \(market.rulebook.version), \(Int32(bid.isPlain ? 1 : 0)), \(input["plan"]), \(input.text("team") ?? ""),
        (SELECT id FROM achievements WHERE id = \(input.id("achievement", Achievement.self)) AND organisation = \(organisation)),
        \(bid.consortium?.ipTerms ?? ""), s.commitment, s.received_at
      FROM sealed_bids s WHERE s.id = \(bid.id) RETURNING *
      """, action: "open", from: nil, input: remembered, needs: [commitment], audience: bid.parties)
    try await record(bid.consortium, of: bid.id, by: organisation, on: bid.challenge)
    // Before the opening nobody knows who bids: only now can a record in force be held against one of them.
    guard let name = try await barred(among: bid.parties) else { return }
    let why = Phrase("“\(name)”有生效中的失信记录", "\(name) has an integrity record in force")
    try await move(opened.id, .reject, .object(["reason": .string(why.zh)]), version: nil)
  }

  private func openPrices(of challenge: Challenge, with key: SealingPrivateKey) async throws {
    let mark = try await market.rulebook(challenge.rulebook).rule(
      .technicalMark, region: challenge.region, on: try await market.today()
    ).value
    let rows = try await tx.query(
      """
      SELECT b.id, s.financial, b.organisation, \(challenge.mode == "plain_demand") OR coalesce(l.mean >= \(mark), false)
      FROM bids b JOIN sealed_bids s ON s.id = b.id LEFT JOIN panels p ON p.challenge = b.challenge AND p.status = 'closed'
        LEFT JOIN panel_bids l ON l.panel = p.id AND l.bid = b.id
      WHERE b.challenge = \(challenge.id) AND b.status = 'opened' ORDER BY b.received_at, b.id
      """)
    for row in rows {
      let id: ID<Bid> = try row.get(0)
      guard try row.get(3) else {
        try await move(id, .disqualify, version: nil)
        continue
      }
      if let price = try price(row.get(1, as: Bytea.self).bytes, by: row.get(2), key, challenge.id) {
        try await move(id, .price, .object(["price": price]), version: nil)
      } else {
        let why = Phrase("报价信封不能开启", "the financial envelope cannot be opened")
        try await move(id, .reject, .object(["reason": .string(why.zh)]), version: nil)
      }
    }
  }

  private func price(
    _ sealed: [UInt8], by organisation: ID<Organisation>, _ key: SealingPrivateKey, _ challenge: ID<Challenge>
  ) throws -> JSONValue? {
    guard let bytes = try? Envelope.financial.open(sealed, with: key, on: challenge), let json = JSONValue.parse(bytes),
      let input = try? Input(json, Envelope.financial.inputs), input.id("organisation") == organisation
    else { return nil }
    return json["price"]
  }
}

extension Refusal {
  static let keyMissing = Refusal.conflict(
    code: "key_missing",
    detail: Phrase("缺少开启密钥,未开启任何内容", "the key to open with is not in the platform's folder: nothing was opened"))
}

/// A bid as its envelope says it, before it counts.
private struct UnsealedBid {
  let id: ID<Bid>
  let challenge: ID<Challenge>
  let organisation: ID<Organisation>
  let input: Input
  let consortium: Consortium?
  let commitment: [UInt8]
  let isPlain: Bool

  var parties: [ID<Organisation>] { consortium?.parties ?? [organisation] }
}

/// Why a sealed bid could not be opened.
private struct BidFault: Error {
  let code: String
}
