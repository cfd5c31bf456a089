import Glibc
import Logging
import Market
import Postgres

/// A market with the parties that a story needs, each with a token. All of them are invented.
public struct World: Sendable {
  public let market: Market
  public let university: Party, enterprise: Party, rival: Party
  public let `operator`: Party, reviewer: Party, supervisor: Party, registry: Party, admin: Party

  public struct Party: Sendable {
    public let id: ID<Organisation>
    public let caller: Caller
    public let secret: String
  }

  public static func with<T: Sendable>(_ body: @Sendable (World) async throws -> T) async throws -> T {
    try await TestDatabase.with { database in try await body(try await World(database)) }
  }

  public init(_ database: Database) async throws {
    var logger = Logger(label: "test")
    logger.logLevel = getenv("JIEBANG_TEST_LOG") == nil ? .critical : .warning
    let market = try await Market(database, logger: logger)
    self.market = market
    func party(_ name: String, _ kind: String, _ role: Role, _ region: String) async throws -> Party {
      try await market.work(as: .system) { work in
        let organisation = try await work.register(
          Input([
            "name": .text(name), "kind": .text(kind), "region": .text(region), "origin": .text("constructed"),
          ]))
        let (token, secret) = try await work.issueToken(for: organisation.id, role: role, label: "test")
        return Party(
          id: organisation.id, caller: Caller(organisation: organisation.id, token: token.id, role: role),
          secret: secret)
      }
    }
    university = try await party("示例大学", "university", .university, "450300")
    enterprise = try await party("示例企业", "enterprise", .enterprise, "451000")
    rival = try await party("示例研究所", "institute", .university, "450100")
    `operator` = try await party("示例平台", "operator", .operator, "450300")
    reviewer = try await party("示例评审机构", "other", .reviewer, "450000")
    supervisor = try await party("示例科技局", "government", .supervisor, "450300")
    registry = try await party("示例登记机构", "registry", .registry, "450300")
    admin = try await party("示例运维单位", "other", .admin, "450300")
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

  /// Stops this database's clock at a moment.
  public func freeze(at moment: String) async throws {
    guard let instant = Instant(moment) else { return }
    _ = try await market.database.execute(
      SQL(
        unsafe: """
          CREATE OR REPLACE FUNCTION market_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
            SELECT '\(instant.text)'::timestamptz
          $$
          """))
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
