import Postgres

/// Reading one object or a page of them, as a caller may see them. One statement each, on the shared reading connections.
extension Market {
  public func find<O: MarketObject>(_ id: ID<O>, for caller: Caller) async throws -> O {
    guard O.policy.maySeeAny(caller) else { throw Refusal.notFound(O.noun) }
    let rows = try await reader(for: caller).query(
      "SELECT \(sql: O.columns) FROM \(sql: O.from(O.table)) WHERE t.id = \(id)"
    )
    guard let row = rows.first else { throw Refusal.notFound(O.noun) }
    var columns = row.columns
    let object = try O(&columns)
    guard object.isVisible(to: caller) else { throw Refusal.notFound(O.noun) }
    return object
  }

  /// What this caller may do next with an object, or why not.
  public func offers<O: MarketObject>(_ id: ID<O>, for caller: Caller) async throws -> (object: O, offers: [Offer]) {
    let object = try await find(id, for: caller)
    let now: Instant = try await database.query("SELECT market_now()").first!.get(0)
    var past = Past()
    if let query = Past.query(id.bits, caller) { past = try Past(try await database.query(query)) }
    let moment = Moment(now: now, caller: caller, rules: try await rulebook(object.rulebook), past: past)
    let places = caller.grants(over: O.kind, id.bits).map { ($0, object.standing(of: caller.inPlace(of: $0))) }
    return (
      object,
      O.workflow.offers(object, moment) { action in
        places.filter { $0.0.allows(O.kind, action.rawValue) }
          .reduce(into: object.standing(of: caller)) { $0.formUnion($1.1) }
      }
    )
  }

  /// A page of what this caller may see, newest first.
  /// - Parameter extra: a condition of the route itself, such as the challenge whose bids are asked for.
  public func list<O: MarketObject>(
    _: O.Type = O.self, for caller: Caller, filters: [String: String], page: PageRequest, extra: SQL? = nil
  ) async throws -> Page<O> {
    var condition: SQL = "\(sql: O.visible(to: caller))"
    if let extra { condition += " AND \(sql: extra)" }
    for filter in O.filters {
      if let asked = filters[filter.name] { condition += " AND \(sql: try filter.condition(asked))" }
    }
    let scope = PageToken.scope(of: O.kind, filters)
    if let token = page.token {
      guard let last = PageToken.open(token, scope: scope, secret: secret) else { throw Refusal.pageTokenMismatch }
      condition += " AND t.id < \(ID<O>(bits: last))"
    }
    guard O.policy.maySeeAny(caller) else { return Page(items: [], next: nil) }
    let rows = try await reader(for: caller).query(
      """
      SELECT \(sql: O.columns) FROM \(sql: O.from(O.table)) WHERE \(sql: condition)
      ORDER BY t.id DESC LIMIT \(page.size + 1)
      """)
    var items: [O] = []
    for row in rows.prefix(page.size) {
      var columns = row.columns
      items.append(try O(&columns))
    }
    let next =
      rows.count > page.size ? items.last.map { PageToken.seal($0.id.bits, scope: scope, secret: secret) } : nil
    return Page(items: items, next: next)
  }
}

public struct PageRequest: Sendable {
  public static let largest = 200
  public let size: Int
  public let token: String?

  /// - Parameter size: more than the largest is lowered to it.
  public init(size: Int = 50, token: String? = nil) { (self.size, self.token) = (min(size, Self.largest), token) }
}

public struct Page<Item: Sendable>: Sendable {
  public let items: [Item]
  public let next: String?
}

/// Where a page ended, sealed so that it means something only to us and only under the same filters. It grants nothing.
enum PageToken {
  static func scope(of kind: String, _ filters: [String: String]) -> [UInt8] {
    let text = kind + filters.sorted { $0.key < $1.key }.map { "\n\($0.key)=\($0.value)" }.joined()
    return Array(Crypto.sha256(text.utf8).prefix(8))
  }

  static func seal(_ last: UInt128, scope: [UInt8], secret: [UInt8]) -> String {
    seal(withUnsafeBytes(of: last.bigEndian, Array.init), scope: scope, secret: secret)
  }

  static func open(_ token: String, scope: [UInt8], secret: [UInt8]) -> UInt128? {
    open(token, bytes: 16, scope: scope, secret: secret).map { $0.reduce(0) { $0 << 8 | UInt128($1) } }
  }

  /// - Parameter place: what says where a page ended, always of one length for one kind of page.
  static func seal(_ place: [UInt8], scope: [UInt8], secret: [UInt8]) -> String {
    Base64URL.encode(place + Crypto.hmacSHA256(key: secret, place + scope).prefix(12))
  }

  static func open(_ token: String, bytes count: Int, scope: [UInt8], secret: [UInt8]) -> [UInt8]? {
    guard let bytes = Base64URL.decode(token), bytes.count == count + 12 else { return nil }
    let place = Array(bytes.prefix(count))
    guard Crypto.equal(Array(bytes.suffix(12)), Array(Crypto.hmacSHA256(key: secret, place + scope).prefix(12))) else {
      return nil
    }
    return place
  }
}

extension Market {
  /// Today in Asia/Shanghai, by the database's clock.
  public func today() async throws -> CivilDate {
    guard let row = try await database.query("SELECT market_today()").first else { return CivilDate(days: 0) }
    return try row.get(0)
  }
}

extension Market {
  /// The market's moment: the database's clock, moved where a demonstration or a test has moved it.
  public func now() async throws -> Instant {
    guard let row = try await database.query("SELECT market_now()").first else { return Instant(microseconds: 0) }
    return try row.get(0)
  }

  /// Puts the clock of a demonstration or a test so many days from the machine's.
  /// - Throws: `conflict` with `clock_of_production` on a production database, whose trigger refuses.
  public func setClock(days: Int) async throws {
    try await work(as: .system) { work in
      _ = try await work.tx.execute(
        """
        INSERT INTO market_clock (shift) VALUES (make_interval(days => \(Int32(days))))
        ON CONFLICT (singleton) DO UPDATE SET shift = excluded.shift
        """)
    }
  }

  /// Moves the clock of a demonstration or a test forward.
  /// - Throws: `conflict` with `clock_of_production` on a production database, whose trigger refuses.
  public func advanceClock(days: Int) async throws {
    try await work(as: .system) { work in
      _ = try await work.tx.execute(
        """
        INSERT INTO market_clock (shift) VALUES (make_interval(days => \(Int32(days))))
        ON CONFLICT (singleton) DO UPDATE SET shift = market_clock.shift + excluded.shift
        """)
    }
  }
}
