import Glibc
import Logging
import Market
import Postgres
import Testing

/// A market with the parties that a story needs, each with a token. All of them are invented.
public struct World: Sendable {
  public let market: Market
  public let university: Party, enterprise: Party, rival: Party
  public let `operator`: Party, reviewer: Party, supervisor: Party, registry: Party, admin: Party

  /// Those who open bids, with the private halves of their keys.
  public let officers: [Officer]

  public struct Officer: Sendable {
    public let key: OfficerKey
    public let secret: SealingPrivateKey
    public init(key: OfficerKey, secret: SealingPrivateKey) { (self.key, self.secret) = (key, secret) }
  }

  public struct Party: Sendable {
    public let id: ID<Organisation>
    public let caller: Caller
    public let secret: String
  }

  public static func with<T: Sendable>(_ body: @Sendable (World) async throws -> T) async throws -> T {
    try await TestDatabase.with { database in try await body(try await World(database)) }
  }

  /// - Parameter keys: the platform's secrets, where another process is to have them as well.
  public init(_ database: Database, keys: PlatformKeys = .passing) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = getenv("JIEBANG_TEST_LOG") == nil ? .critical : .warning
    let market = try await Market(database, logger: logger, keys: keys, scrypt: .cheap)
    self.market = market
    // Put there as they are: the log begins empty.
    func party(_ name: String, _ kind: String, _ role: Role, _ region: String) async throws -> Party {
      let id = ID<Organisation>(), token = ID<Token>(), secret = Token.secretPrefix + Base64URL.encode(Crypto.random(32))
      _ = try await database.execute(
        """
        WITH o AS (
          INSERT INTO organisations (id, status, rulebook, name, kind, region, origin, evidence, verified_at)
          VALUES (\(id), 'verified', \(market.rulebook.version), \(name), \(kind), \(region), 'constructed', '示例', market_now())
          RETURNING id)
        INSERT INTO tokens (id, organisation, role, label, hash, expires_at)
        SELECT \(token), o.id, \(role.rawValue), 'test', \(Bytea(Crypto.sha256(secret.utf8))),
          market_now() + interval '365 days' FROM o
        """)
      return Party(id: id, caller: Caller(organisation: id, token: token, role: role), secret: secret)
    }
    university = try await party("示例大学", "university", .university, "450300")
    enterprise = try await party("示例企业", "enterprise", .enterprise, "451000")
    rival = try await party("示例研究所", "institute", .university, "450100")
    `operator` = try await party("示例平台", "operator", .operator, "450300")
    reviewer = try await party("示例评审机构", "other", .reviewer, "450000")
    supervisor = try await party("示例科技局", "government", .supervisor, "450300")
    registry = try await party("示例登记机构", "registry", .registry, "450300")
    admin = try await party("示例运维单位", "other", .admin, "450300")
    var officers: [Officer] = []
    for (organisation, role) in [(`operator`, Role.operator), (supervisor, .supervisor)] {
      let secret = try SealingPrivateKey(keys.suite)
      let key = try await market.work(as: .system) { work in
        try await work.register(secret.publicKey, for: organisation.id, role: role, label: "示例开启人")
      }
      officers.append(Officer(key: key, secret: secret))
    }
    self.officers = officers
  }

  public var everybody: [(String, Party)] {
    [
      ("university", university), ("enterprise", enterprise), ("rival", rival), ("operator", `operator`),
      ("reviewer", reviewer),
      ("supervisor", supervisor), ("registry", registry), ("admin", admin),
    ]
  }

  /// Makes a move on the newest version of an object.
  @discardableResult
  public func move<O: MarketObject>(
    _ id: ID<O>, _ action: O.Action, _ body: JSONValue = .object([:]), as caller: Caller
  ) async throws -> O {
    try await market.work(as: caller) { work in try await work.move(id, action, body, version: nil) }
  }

  /// Gives an officer's share of an envelope.
  @discardableResult
  public func giveShare(
    _ officer: Officer, _ envelope: Envelope = .technical, of challenge: ID<Challenge>, as caller: Caller? = nil
  ) async throws -> GivenShare {
    let caller = caller ?? officer.key.caller
    let share = try #require(
      try await market.shares(of: challenge, for: officer.key.caller).first {
        $0.key == officer.key.id && $0.envelope == envelope
      })
    let opened = try share.open(with: officer.secret, on: challenge)
    return try await market.work(as: caller) { work in
      try await work.giveShare(
        of: challenge,
        Input([
          "envelope": .text(envelope.rawValue), "officer_key": .reference(officer.key.id.bits), "share": .text(opened),
        ]))
    }
  }

  /// Opens an envelope of every bid on a challenge, with both officers.
  public func open(_ envelope: Envelope = .technical, of challenge: ID<Challenge>) async throws {
    for officer in officers { try await giveShare(officer, envelope, of: challenge) }
  }

  /// Moves the database's clock forward.
  public func advance(days: Int, seconds: Int = 0) async throws {
    _ = try await market.database.execute(
      """
      INSERT INTO market_clock (shift) VALUES (make_interval(days => \(Int32(days)), secs => \(Double(seconds))))
      ON CONFLICT (singleton) DO UPDATE SET shift = market_clock.shift + excluded.shift
      """)
  }
}
