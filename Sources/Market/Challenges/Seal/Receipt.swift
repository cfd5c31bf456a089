import Postgres

/// What a bidder holds before the opening: that a bid with this hash was there at this moment, signed. It names no bidder and
/// says nothing of the bid.
public struct Receipt: Sendable {
  public static let noun = Phrase("密封揭榜书", "sealed bid")

  public let bid: ID<Bid>
  public let challenge: ID<Challenge>
  public let commitment: [UInt8]
  /// The instant that was compared with the deadline.
  public let receivedAt: Instant
  public let suite: CipherSuite
  /// The id of the key that signed.
  public let key: String
  public let signature: [UInt8]

  init(
    bid: ID<Bid>, challenge: ID<Challenge>, commitment: [UInt8], receivedAt: Instant, _ secrets: PlatformKeys.Secrets
  ) throws {
    (self.bid, self.challenge, self.commitment, self.receivedAt) = (bid, challenge, commitment, receivedAt)
    suite = secrets.suite
    key = try secrets.receipt.publicKey().id
    signature = try secrets.receipt.sign(
      Self.message(bid, challenge, commitment, receivedAt, secrets.suite, key))
  }

  /// Reads a receipt as it was answered; nil when it is none.
  public init?(_ json: JSONValue) {
    guard let bid = json["bid"]?.string.flatMap({ ID<Bid>($0) }),
      let challenge = json["challenge"]?.string.flatMap({ ID<Challenge>($0) }),
      let commitment = json["commitment"]?.string.flatMap({ [UInt8](hex: $0) }),
      let receivedAt = json["received_at"]?.string.flatMap({ Instant($0) }),
      let suite = json["suite"]?.string.flatMap({ CipherSuite(rawValue: $0) }), let key = json["key"]?.string,
      let signature = json["signature"]?.string.flatMap({ Base64.decode($0) })
    else { return nil }
    (self.bid, self.challenge, self.commitment, self.receivedAt) = (bid, challenge, commitment, receivedAt)
    (self.suite, self.key, self.signature) = (suite, key, signature)
  }

  /// Whether the holder of this key signed it, as it stands.
  public func isSigned(by key: PublicKey) throws -> Bool {
    guard key.id == self.key else { return false }
    return try key.verify(signature, of: Self.message(bid, challenge, commitment, receivedAt, suite, self.key))
  }

  /// What is signed: the receipt without its signature as canonical JSON (RFC 8785).
  private static func message(
    _ bid: ID<Bid>, _ challenge: ID<Challenge>, _ commitment: [UInt8], _ at: Instant, _ suite: CipherSuite,
    _ key: String
  ) -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.string("bid", bid.text)
      json.string("challenge", challenge.text)
      json.string("commitment", commitment.hex)
      json.string("key", key)
      json.instant("received_at", at)
      json.string("suite", suite.rawValue)
    }
    return json.bytes
  }
}

/// A bidder's own sealed bid: its receipt, and what became of it.
public struct SealedBid: Sendable {
  public enum Status: String, CaseIterable, Sendable { case promised, sealed, opened, invalid, withdrawn }

  public let receipt: Receipt
  public private(set) var status: Status
  public let version: Int
  public let challengeTitle: String
  /// Why it could not be opened.
  public let fault: String?
  /// The version of the terms under which it was made, and of those that hold now.
  public let termsVersion: Int, challengeTermsVersion: Int
  /// Whether there is still time to put another in its place.
  private let isTakingBids: Bool
  /// The terms were amended since: it will not be opened unless it is made anew before the deadline.
  public var mustBeMadeAnew: Bool { isTakingBids && status != .withdrawn && termsVersion < challengeTermsVersion }
  /// True when this answers a repeated request.
  public let isReplayed: Bool

  public static let fields: [Field<SealedBid>] = [
    .reference("bid", \.receipt.bid, .shown, "揭榜书标识", "id of the bid"),
    .reference("challenge", \.receipt.challenge, .shown, "题目", "challenge"),
    .text("challenge_title", \.challengeTitle, max: 200, .shown, "题目名称", "challenge's title"),
    .state(\.status),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .text("commitment", { $0.receipt.commitment.hex }, max: 64, .shown, "承诺值(密文的杂凑)", "hash over the ciphertext"),
    .instant("received_at", \.receipt.receivedAt, "收到时间(数据库时钟)", "received at, by the database's clock"),
    .code("suite", \.receipt.suite.rawValue, CipherSuite.allCases.map(\.rawValue), .shown, "密码套件", "cipher suite"),
    .text("key", \.receipt.key, max: 32, .shown, "签名密钥标识", "id of the key that signed"),
    .text("signature", { Base64.encode($0.receipt.signature) }, max: 200, .shown, "回执签名", "signature of the receipt"),
    .text("fault", \.fault, max: 100, .shown, "不能开启的原因", "why it could not be opened"),
    .integer(
      "terms_version", \.termsVersion, 1...Int(Int32.max), .shown, "揭榜所依据的条件版本",
      "version of the terms it was made under"),
    .integer(
      "challenge_terms_version", \.challengeTermsVersion, 1...Int(Int32.max), .shown, "题目现行条件版本",
      "version of the terms that hold now"),
    .flag(
      "must_be_made_anew", \.mustBeMadeAnew, .shown, "题目条件已修改,须在截止前重新揭榜,否则不予开启",
      "the terms were amended: it will not be opened unless it is replaced before the deadline"),
  ]

  var withdrawn: SealedBid {
    var gone = self
    gone.status = .withdrawn
    return gone
  }

  /// What may be sent to bid or to replace a bid: one of three forms.
  public static let inputs = BidOffer.inputs
  /// What must be sent to show what a promise stood for.
  public static let revealInputs = RevealedBid.inputs

  static let columns: SQL =
    """
    s.id, s.challenge, s.commitment, s.received_at, s.version, c.title, s.fault, s.terms_version, c.terms_version,
    c.status = 'published' AND market_now() < c.closes_at,
    CASE WHEN s.fault IS NOT NULL THEN 'invalid' WHEN EXISTS (SELECT FROM bids b WHERE b.id = s.id) THEN 'opened'
      WHEN s.technical IS NULL THEN 'promised' ELSE 'sealed' END
    """

  init(_ c: inout ColumnReader, _ secrets: PlatformKeys.Secrets, isReplayed: Bool = false) throws {
    receipt = try Receipt(
      bid: c.next(), challenge: c.next(), commitment: c.next(Bytea.self).bytes, receivedAt: c.next(), secrets)
    version = try c.next()
    challengeTitle = try c.next()
    fault = try c.next()
    termsVersion = try c.next()
    challengeTermsVersion = try c.next()
    isTakingBids = try c.next()
    guard let status = Status(rawValue: try c.next()) else { throw DecodingFailure("status") }
    (self.status, self.isReplayed) = (status, isReplayed)
  }
}

/// A key that receipts are verified with.
public struct ReceiptKey: Sendable {
  public let id: String
  public let suite: CipherSuite
  public let publicKey: PublicKey

  public static let fields: [Field<ReceiptKey>] = [
    .text("id", \.id, max: 32, .shown, "标识", "id"),
    .code("suite", \.suite.rawValue, CipherSuite.allCases.map(\.rawValue), .shown, "密码套件", "cipher suite"),
    .text(
      "public_key", { PEM.encode($0.publicKey.der, "PUBLIC KEY") }, max: 2000, .shown, "公钥(PEM)", "public key, PEM"),
  ]
}

extension Market {
  public func receiptKey(_ id: String) async throws -> ReceiptKey {
    let rows = try await database.query(
      "SELECT suite, public_key FROM platform_keys WHERE id = \(id) AND purpose = 'receipt'")
    guard let row = rows.first, let suite = CipherSuite(rawValue: try row.get(0)) else {
      throw Refusal.notFound(Phrase("回执公钥", "receipt key"))
    }
    return ReceiptKey(id: id, suite: suite, publicKey: try PublicKey(der: row.get(1, as: Bytea.self).bytes))
  }
}
