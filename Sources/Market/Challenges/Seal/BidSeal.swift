import Postgres

/// How the bids on one challenge are sealed: a key pair an envelope, made when it is published. The private halves are locked
/// under shares that only the officers can give back, or under the platform's own key where the rules ask for none.
public struct BidSeal: Identified, Sendable {
  public static let idPrefix = "sea"
  static let kind = "bid_seal"

  public enum Kind: String, CaseIterable, Sendable {
    /// An operator and a supervisor open together.
    case officers
    /// The platform opens at the deadline: plain demands, where no public money is given away.
    case server
    /// Bidders send a promise and show what it stands for after the deadline; the platform never held it before.
    case commitReveal = "commit_reveal"

    /// Whose shares together unlock the private keys.
    var roles: [String] { self == .officers ? OfficerKey.roles.map(\.rawValue) : ["server"] }
  }

  public let challenge: ID<Challenge>
  public let kind: Kind
  public let suite: CipherSuite
  public let keys: [Envelope: SealingPublicKey]
  /// The officers' keys that open it: any of each office will do.
  public let officers: [ID<OfficerKey>]

  public static let fields: [Field<BidSeal>] = [
    .reference("challenge", \.challenge, .shown, "题目", "challenge"),
    .code("kind", \.kind.rawValue, Kind.allCases.map(\.rawValue), .shown, "密封方式", "how bids are sealed"),
    .code("suite", \.suite.rawValue, CipherSuite.allCases.map(\.rawValue), .shown, "密码套件", "cipher suite"),
    .text(
      "technical_key", { $0.keys[.technical]?.pem ?? "" }, max: 2000, .shown, "技术信封公钥", "key of the technical envelope"),
    .text(
      "financial_key", { $0.keys[.financial]?.pem ?? "" }, max: 2000, .shown, "报价信封公钥", "key of the financial envelope"),
    .integer(
      "technical_size", { _ in Envelope.technical.size }, 0...1 << 20, .shown, "技术信封密文字节数",
      "bytes of the sealed technical envelope"),
    .integer(
      "financial_size", { _ in Envelope.financial.size }, 0...1 << 20, .shown, "报价信封密文字节数",
      "bytes of the sealed financial envelope"),
    .texts(
      "officer_keys", { $0.officers.map(\.text) }, maxItems: 1000, max: 40, .shown, "开启人密钥",
      "officers' keys that open it"),
  ]
}

extension Market {
  /// The seal of a challenge; nil before it was published.
  public func seal(of challenge: ID<Challenge>) async throws -> BidSeal? {
    try BidSeal.read(challenge, await database.query(BidSeal.query(challenge)))
  }
}

extension BidSeal {
  fileprivate static func query(_ challenge: ID<Challenge>) -> SQL {
    """
    SELECT s.kind, s.suite, k.envelope, k.public_key,
      ARRAY(SELECT o.key FROM opening_shares o WHERE o.challenge = s.challenge AND o.envelope = k.envelope
        AND o.role <> 'server' ORDER BY o.key)
    FROM bid_seals s JOIN opening_keys k USING (challenge) WHERE s.challenge = \(challenge)
    """
  }

  fileprivate static func read(_ challenge: ID<Challenge>, _ rows: Rows) throws -> BidSeal? {
    guard let first = rows.first else { return nil }
    guard let kind = Kind(rawValue: try first.get(0)), let suite = CipherSuite(rawValue: try first.get(1)) else {
      throw DecodingFailure("bid seal")
    }
    var keys: [Envelope: SealingPublicKey] = [:]
    for row in rows {
      guard let envelope = Envelope(rawValue: try row.get(2)) else { throw DecodingFailure("envelope") }
      keys[envelope] = try SealingPublicKey(der: row.get(3, as: Bytea.self).bytes)
    }
    let officers = try first.get(4, as: [String].self).compactMap { ID<OfficerKey>($0) }
    return BidSeal(challenge: challenge, kind: kind, suite: suite, keys: keys, officers: officers)
  }
}

extension Work {
  func seal(of challenge: ID<Challenge>) async throws -> BidSeal? {
    try BidSeal.read(challenge, await tx.query(BidSeal.query(challenge)))
  }

  /// Whether there is somebody of each office to open bids; asked before a notice begins, and again when it is over.
  func expectOfficers(for challenge: Challenge) async throws {
    guard challenge.sealing == .officers else { return }
    let held = Set(try await officerKeys().map(\.role))
    let missing = OfficerKey.roles.filter { !held.contains($0) }.map(\.rawValue)
    guard missing.isEmpty else {
      throw Refusal.blocked([
        Issue(
          code: "no_officers",
          detail: Phrase(
            "须先登记开启人密钥,缺少:\(missing.joined(separator: "、"))(jiebang officer-key new)",
            "no officer's key is registered for: \(missing.joined(separator: ", ")) (jiebang officer-key new)"))
      ])
    }
  }

  /// The same for a challenge by its id.
  public func sealBids(on id: ID<Challenge>) async throws { try await sealBids(on: lock(id).object) }

  /// Makes the keys that bids on this challenge are sealed under. The private halves never touch a table in the clear.
  func sealBids(on challenge: Challenge) async throws {
    let kind = challenge.sealing, secrets = try await market.keyRing.secrets(tx), suite = secrets.suite
    try await expectOfficers(for: challenge)
    let officers = try await officerKeys()
    let id = ID<BidSeal>()
    var statements: [SQL] = [
      """
      INSERT INTO bid_seals (challenge, id, kind, suite, poster) VALUES (\(challenge.id), \(id), \(kind.rawValue),
        \(suite.rawValue), \(secrets.pseudonym(of: challenge.organisation, on: challenge.id)))
      """
    ]
    var keys: [(Envelope, String)] = []
    for envelope in Envelope.allCases {
      let pair = try SealingPrivateKey(suite)
      keys.append((envelope, pair.publicKey.pem))
      let shares = kind.roles.map { ($0, Crypto.random(32)) }
      statements.append(
        """
        INSERT INTO opening_keys (challenge, envelope, public_key, private_key) VALUES (\(challenge.id),
          \(envelope.rawValue), \(Bytea(pair.publicKey.der)),
          \(Bytea(try suite.seal(Array(pair.pem().utf8), key: shares.map(\.1).sum, with: envelope.label(challenge.id, "key")))))
        """)
      for (role, share) in shares {
        let holders =
          role == "server"
          ? [(secrets.opening.publicKey.id, secrets.opening.publicKey)]
          : officers.filter { $0.role.rawValue == role }.map { ($0.id.text, $0.publicKey) }
        for (name, key) in holders {
          statements.append(
            """
            INSERT INTO opening_shares (challenge, envelope, role, key, wrapped, digest) VALUES (\(challenge.id),
              \(envelope.rawValue), \(role), \(name), \(Bytea(try key.seal(share, with: envelope.label(challenge.id, role)))),
              \(Bytea(suite.hash.hash(share))))
            """)
        }
      }
    }
    _ = try await tx.batch(statements)
    try await note(BidSeal.kind, ID(bits: id.bits), "create", to: "made", isPublic: true) { json in
      json.string("challenge", challenge.id.text)
      json.string("kind", kind.rawValue)
      json.string("suite", suite.rawValue)
      if kind == .officers { json.strings("officer_keys", officers.map(\.id.text)) }
      for (envelope, pem) in keys { json.string("\(envelope.rawValue)_key", pem) }
    }
  }
}

extension Array<[UInt8]> {
  /// All of them added bit by bit: short of one, it could still be anything.
  var sum: [UInt8] {
    dropFirst().reduce(first ?? []) { total, each in zip(total, each).map { $0 ^ $1 } }
  }
}

extension Challenge {
  /// How its bids are or will be sealed.
  var sealing: BidSeal.Kind {
    bidSeal.flatMap(BidSeal.Kind.init) ?? (mode == "plain_demand" ? .server : .officers)
  }
}
