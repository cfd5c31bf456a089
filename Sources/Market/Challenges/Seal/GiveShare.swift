import Postgres

/// What became of an officer's share.
public struct GivenShare: Sendable {
  public let challenge: ID<Challenge>
  public let envelope: Envelope
  /// Whose shares have been given.
  public let given: [String]
  public let isOpened: Bool

  public static let inputs: [InputField] = [
    InputField("envelope", .code(Envelope.allCases.map(\.rawValue)), Phrase("信封", "which envelope")),
    InputField("officer_key", .reference(OfficerKey.idPrefix), Phrase("开启人密钥标识", "the officer's key")),
    InputField("share", .text(max: 64), Phrase("解开的份额(十六进制)", "the share as the key opened it, in hexadecimal")),
  ]

  public static let fields: [Field<GivenShare>] = [
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .code("envelope", \.envelope.rawValue, Envelope.allCases.map(\.rawValue), .shown, "信封", "envelope"),
    .texts("given", \.given, maxItems: 3, max: 20, .shown, "已交份额的角色", "roles whose share has been given"),
    Field("opened", .flag, .shown, Phrase("是否已开启", "whether it is open now")) { $1.bool($0.isOpened) },
  ]
}

/// A share as it lies in the database, for the one who can open it.
public struct WrappedShare: Sendable {
  public let envelope: Envelope
  public let role: Role
  public let key: ID<OfficerKey>
  let wrapped: [UInt8]
  public let isGiven: Bool

  public static let fields: [Field<WrappedShare>] = [
    .code("envelope", \.envelope.rawValue, Envelope.allCases.map(\.rawValue), .shown, "信封", "envelope"),
    .reference("officer_key", \.key, .shown, "开启人密钥", "the officer's key it is sealed for"),
    .text("wrapped", { Base64.encode($0.wrapped) }, max: 1000, .shown, "加密的份额(Base64)", "the sealed share, in Base64"),
    Field("given", .flag, .shown, Phrase("该角色是否已交出份额", "whether it has been given")) { $1.bool($0.isGiven) },
  ]

  /// The share itself, in hexadecimal.
  /// - Throws: `CryptoError.notAuthentic` for another key than the one it was sealed for.
  public func open(with key: SealingPrivateKey, on challenge: ID<Challenge>) throws(CryptoError) -> String {
    try key.open(wrapped, with: envelope.label(challenge, role.rawValue)).hex
  }
}

extension Market {
  /// The shares that are sealed for the caller's office at this challenge.
  public func shares(of challenge: ID<Challenge>, for caller: Caller) async throws -> [WrappedShare] {
    let (role, organisation) = try caller.office()
    _ = try await find(challenge, for: caller)
    let keys = try await officerKeys().filter {
      $0.organisation == organisation && $0.role == role && $0.revokedAt == nil
    }
    let rows = try await database.query(
      """
      SELECT s.envelope, s.key, s.wrapped, EXISTS (SELECT FROM opening_shares g WHERE g.challenge = s.challenge
        AND g.envelope = s.envelope AND g.role = s.role AND g.share IS NOT NULL)
      FROM opening_shares s WHERE s.challenge = \(challenge) AND s.key = ANY(\(keys.map(\.id.text)))
      ORDER BY s.envelope DESC, s.key
      """)
    return try rows.map { row in
      guard let envelope = Envelope(rawValue: try row.get(0)), let key = ID<OfficerKey>(try row.get(1)) else {
        throw DecodingFailure("share")
      }
      return WrappedShare(
        envelope: envelope, role: role, key: key, wrapped: try row.get(2, as: Bytea.self).bytes,
        isGiven: try row.get(3))
    }
  }
}

extension Work {
  /// An officer gives back a share after the deadline; with the last one the envelopes are opened.
  public func giveShare(of id: ID<Challenge>, _ input: Input) async throws -> GivenShare {
    let (role, organisation) = try caller.office()
    guard let envelope = input.text("envelope").flatMap({ Envelope(rawValue: $0) }),
      let key: ID<OfficerKey> = input.id("officer_key")
    else { throw Refusal.malformedJSON }
    let challenge = try await due(envelope, id)
    guard challenge.organisation != organisation else {
      throw Refusal.blocked([
        Issue(code: "conflict_of_interest", detail: Phrase("出题单位不能开启揭榜书", "the poster opens no bids"))
      ])
    }
    let held = try await tx.query(
      """
      SELECT s.digest, s.share IS NOT NULL, b.suite, k.person FROM officer_keys k
      JOIN opening_shares s ON s.challenge = \(id) AND s.envelope = \(envelope.rawValue) AND s.key = \(key.text)
      JOIN bid_seals b ON b.challenge = s.challenge
      WHERE k.id = \(key) AND k.organisation = \(organisation) AND k.role = \(role.rawValue) AND k.revoked_at IS NULL
      FOR UPDATE OF s
      """)
    guard let row = held.first else { throw Refusal.notFound(OfficerKey.noun) }
    if try row.get(1) { throw Refusal.shareGiven }
    let holder: ID<Person>? = try row.get(3), person = holder ?? caller.person
    if let holder, let signedIn = caller.person, holder != signedIn { throw Refusal.notTheHolder }
    if let person { try await expectAnother(than: person, envelope, id) }
    guard let suite = CipherSuite(rawValue: try row.get(2)),
      let share = input.text("share").flatMap({ [UInt8](hex: $0) }),
      try Crypto.equal(suite.hash.hash(share), row.get(0, as: Bytea.self).bytes)
    else {
      throw Refusal.invalid([
        Issue(
          pointer: "/share", code: "wrong_share",
          detail: Phrase("份额不正确,未开启任何内容", "not the right share: nothing was opened"))
      ])
    }
    let rows = try await tx.query(
      """
      WITH given AS (
        UPDATE opening_shares SET share = \(Bytea(share)), given_at = market_now(), given_by = \(person)
        WHERE challenge = \(id) AND envelope = \(envelope.rawValue) AND key = \(key.text) RETURNING role, share)
      SELECT role, share FROM given UNION
      SELECT role, share FROM opening_shares
      WHERE challenge = \(id) AND envelope = \(envelope.rawValue) AND share IS NOT NULL ORDER BY role
      """)
    let given = try rows.map { row throws(DecodingFailure) in
      (role: try row.get(0, as: String.self), share: try row.get(1, as: Bytea.self).bytes)
    }
    let isLast = Set(given.map(\.role)) == Set(BidSeal.Kind.officers.roles)
    if isLast {
      try await open(envelope, of: challenge, with: given.map(\.share))
      if envelope == .financial { try await asSystem.move(id, .openPrices, version: nil) }
    }
    return GivenShare(challenge: id, envelope: envelope, given: given.map(\.role), isOpened: isLast)
  }

  /// Two offices are two people: whoever gave the other share gives no second one.
  private func expectAnother(than person: ID<Person>, _ envelope: Envelope, _ id: ID<Challenge>) async throws {
    let same = try await tx.query(
      """
      SELECT FROM opening_shares
      WHERE challenge = \(id) AND envelope = \(envelope.rawValue) AND share IS NOT NULL AND given_by = \(person)
      """)
    guard same.isEmpty else { throw Refusal.sameOfficer }
  }

  /// The challenge, held, if the time for opening this envelope has come.
  private func due(_ envelope: Envelope, _ id: ID<Challenge>) async throws -> Challenge {
    var (challenge, now) = try await lock(id)
    if challenge.state == .published, let closesAt = challenge.closesAt, closesAt <= now {
      // The clock would close it in a moment.
      challenge = try await asSystem.move(id, .close, version: nil)
    }
    if let closesAt = challenge.closesAt, challenge.state == .published {
      throw Refusal.conflict(
        code: "too_early",
        detail: Phrase(
          "揭榜尚未截止:截止 \(closesAt.text),现在 \(now.text)", "too early: it closes at \(closesAt.text), it is \(now.text)"))
    }
    if envelope == .technical ? challenge.openedAt != nil : challenge.pricesOpenedAt != nil {
      throw Refusal.conflict(code: "already_opened", detail: Phrase("已经开启", "it has been opened"))
    }
    guard challenge.state == (envelope == .technical ? .closed : .evaluating) else {
      throw Refusal.conflict(
        code: "not_due",
        detail: Phrase("现在不是开启这一信封的时候", "this is not the time to open this envelope"))
    }
    if envelope == .financial { try await expectReviews(of: challenge) }
    return challenge
  }

  /// Prices are for bids that have been judged without them.
  func expectReviews(of challenge: Challenge) async throws {
    guard try await JudgedBid.panel(of: challenge.id, in: tx) != nil else { throw Refusal.notReviewed }
  }
}

extension Caller {
  /// The office in which this caller opens bids.
  fileprivate func office() throws(Refusal) -> (Role, ID<Organisation>) {
    guard let role, OfficerKey.roles.contains(role), let organisation else {
      throw .forbidden(needs: OfficerKey.roles.map(\.rawValue))
    }
    return (role, organisation)
  }
}

extension Refusal {
  static let notTheHolder = Refusal.conflict(
    code: "not_the_holder", detail: Phrase("这把密钥是另一人的", "this key is another person's"))
  static let sameOfficer = Refusal.conflict(
    code: "same_officer",
    detail: Phrase("另一份额是同一人交出的,须由另一名开启人办理", "the other share is this person's as well: a second person is needed"))
  static let shareGiven = Refusal.conflict(
    code: "share_given",
    detail: Phrase("这一角色的份额已经交出,须由另一名开启人继续", "this office has given its share: the other officer is awaited"))
}
