import Postgres

extension Work {
  /// Places a bid: sealed before anything of it reaches a table, under a name that only the platform's key connects with the
  /// bidder. It leaves no event. Whether it came in time is decided by the trigger that stamps it.
  public func placeBid(on challenge: ID<Challenge>, _ input: Input, request: RepeatableRequest? = nil) async throws
    -> SealedBid
  {
    let organisation = try bidder()
    let target = try await market.find(challenge, for: caller)
    guard organisation != target.organisation else { throw Refusal.ownChallenge }
    try expectInvited(organisation, to: target)
    let secrets = try await market.keyRing.secrets(tx)
    let name = secrets.pseudonym(of: organisation, on: challenge)
    if let answer = try await answered(request, of: name, secrets) { return answer }
    let offer = try await offer(input, by: organisation, on: target)
    guard let seal = try await seal(of: challenge) else { throw Refusal.notSealed }
    let columns = try offer.columns(under: seal), marks = marks(request, secrets)
    return try await sealed(
      """
      INSERT INTO sealed_bids (id, challenge, pseudonym, technical, financial, commitment, request_key, request_tag, received_at)
      VALUES (\(ID<Bid>()), \(challenge), \(name), \(columns.technical), \(columns.financial), \(columns.commitment),
        \(marks.key), \(marks.tag), 'epoch')
      """, secrets)
  }

  /// Puts another bid in the place of one's own, as a whole: what it said is not there to be changed in part.
  public func replaceBid(
    _ id: ID<Bid>, _ input: Input, version: Int?, request: RepeatableRequest? = nil
  ) async throws -> SealedBid {
    let organisation = try bidder()
    let (held, name, secrets) = try await ownBid(id)
    if let answer = try await answered(request, of: name, secrets) { return answer }
    if let version, version != held.version { throw Refusal.versionMoved(current: held.version) }
    let target = try await market.find(held.receipt.challenge, for: caller)
    let offer = try await offer(input, by: organisation, on: target)
    guard let seal = try await seal(of: target.id) else { throw Refusal.notSealed }
    let columns = try offer.columns(under: seal), marks = marks(request, secrets)
    return try await sealed(
      """
      UPDATE sealed_bids SET technical = \(columns.technical), financial = \(columns.financial),
        commitment = \(columns.commitment), request_key = \(marks.key), request_tag = \(marks.tag), version = version + 1
      WHERE id = \(id)
      """, secrets)
  }

  /// Takes one's own bid back. Nothing of it stays.
  public func withdrawBid(_ id: ID<Bid>, version: Int?) async throws -> SealedBid {
    _ = try bidder()
    let (held, _, secrets) = try await ownBid(id)
    if let version, version != held.version { throw Refusal.versionMoved(current: held.version) }
    return try await sealed("DELETE FROM sealed_bids WHERE id = \(id)", secrets).withdrawn
  }

  /// Shows what a promise stood for, in the time for it after the deadline. It stays sealed until that time is over, so that
  /// nobody learns another's bid before showing their own.
  public func revealBid(_ id: ID<Bid>, _ input: Input) async throws -> SealedBid {
    _ = try bidder()
    let (held, _, secrets) = try await ownBid(id)
    guard let seal = try await seal(of: held.receipt.challenge), seal.kind == .commitReveal else {
      throw Refusal.notRevealing
    }
    let parts = try RevealedBid(input)
    let promised = Commitment.promised(
      technical: parts.technical, financial: parts.financial, nonce: parts.nonce, on: seal.challenge, seal.suite)
    guard Crypto.equal(promised, held.receipt.commitment) else {
      throw Refusal.invalid([
        Issue(
          pointer: "", code: "promise_broken",
          detail: Phrase("与截止前的承诺值不符", "this is not what was promised before the deadline"))
      ])
    }
    guard let technical = seal.keys[.technical], let financial = seal.keys[.financial] else { throw Refusal.notSealed }
    let first = try Envelope.technical.seal(parts.technical, to: technical, on: seal.challenge)
    let second = try Envelope.financial.seal(parts.financial, to: financial, on: seal.challenge)
    return try await sealed(
      "UPDATE sealed_bids SET technical = \(Bytea(first)), financial = \(Bytea(second)), version = version + 1 WHERE id = \(id)",
      secrets)
  }

  private func bidder() throws(Refusal) -> ID<Organisation> {
    guard let organisation = caller.organisation, caller.acts(for: organisation) else {
      throw .forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
    }
    return organisation
  }

  private func offer(_ input: Input, by organisation: ID<Organisation>, on challenge: Challenge) async throws
    -> BidOffer
  {
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
    let offer = try BidOffer(input, by: organisation)
    if case .clear(let content) = offer {
      do { _ = try await consortium(content.technical, by: organisation, on: challenge) } catch let fault
        as ConsortiumFault
      {
        throw fault.refusal
      }
    }
    return offer
  }

  /// The caller's own sealed bid, with the name under which it lies. Somebody else's is to them what none is.
  private func ownBid(_ id: ID<Bid>) async throws -> (SealedBid, Bytea, PlatformKeys.Secrets) {
    let secrets = try await market.keyRing.secrets(tx)
    guard let (bid, name) = try SealedBid.own(id, caller, try await tx.query(SealedBid.query(id)), secrets) else {
      throw Refusal.notFound(Receipt.noun)
    }
    return (bid, name, secrets)
  }

  /// Runs a change of one row and reads the receipt of it.
  private func sealed(_ change: SQL, _ secrets: PlatformKeys.Secrets) async throws -> SealedBid {
    let rows = try await tx.query(
      "WITH s AS (\(sql: change) RETURNING *) SELECT \(sql: SealedBid.columns) FROM s JOIN challenges c ON c.id = s.challenge"
    )
    guard let row = rows.first else { throw Refusal.notFound(Receipt.noun) }
    var c = row.columns
    return try SealedBid(&c, secrets)
  }
}

extension Refusal {
  static let ownChallenge = Refusal.conflict(
    code: "own_challenge", detail: Phrase("不能揭本单位出的题", "an organisation cannot bid on its own challenge"))
  static let notRevealing = Refusal.conflict(
    code: "not_revealing", detail: Phrase("现在不是揭示的时候", "this is not the time to reveal"))
}
