import Logging
import MatchEngine
import Postgres
import Synchronization

/// Keeps the match indexes fed from the event log and answers from them. An index is derived data: it is read from the tables at
/// the start, follows the log afterwards, and can be thrown away at any time.
public final class Matcher: Sendable {
  struct Indexes: Sendable {
    var achievements: MatchIndex
    var challenges: MatchIndex
    var cursor = EventCursor.start
    var isReady = false
  }

  let market: Market
  let lexicon: Lexicon
  let snapshot: MatcherSnapshot?
  let state: Mutex<Indexes>

  /// - Parameter folder: where the indexes are kept between two runs; nil keeps nothing.
  public init(_ market: Market, lexicon: Lexicon, folder: String? = nil) {
    self.market = market
    self.lexicon = lexicon
    snapshot = folder.map { MatcherSnapshot(folder: $0, market: market) }
    state = Mutex(Indexes(achievements: MatchIndex(lexicon: lexicon), challenges: MatchIndex(lexicon: lexicon)))
  }

  /// A snapshot: ranking goes on in it while the next events are applied to the original.
  func achievements() -> MatchIndex { state.withLock { $0.achievements } }
  func challenges() -> MatchIndex { state.withLock { $0.challenges } }

  /// True once everything that was published before the start can be found.
  public var isReady: Bool { state.withLock { $0.isReady } }
  /// How many achievements and challenges can be found.
  public var counts: (achievements: Int, challenges: Int) {
    state.withLock { ($0.achievements.count, $0.challenges.count) }
  }

  /// Reads everything that is published into fresh indexes, and only then lets them answer. The log's end is taken first, so
  /// what moves meanwhile is seen again afterwards.
  public func load() async throws {
    if let kept = snapshot?.read(lexicon), try await market.events.holds(kept.cursor) {
      state.withLock { $0 = Indexes(achievements: kept.achievements, challenges: kept.challenges, cursor: kept.cursor) }
      try await catchUp()
      state.withLock { $0.isReady = true }
      return
    }
    let cursor = try await market.events.end()
    let achievements = try await index(Achievement.self), challenges = try await index(Challenge.self)
    state.withLock { $0 = Indexes(achievements: achievements, challenges: challenges, cursor: cursor, isReady: true) }
  }

  /// Keeps the indexes as they are now for the next start.
  public func save() {
    let now = state.withLock { $0 }
    if now.isReady { snapshot?.write(now.achievements, now.challenges, now.cursor) }
  }

  private func index<O: Matchable>(_: O.Type) async throws -> MatchIndex {
    var index = MatchIndex(lexicon: lexicon), last = ID<O>(bits: 0)
    while true {
      let rows = try await market.database.query(
        """
        SELECT \(sql: O.columns) FROM \(sql: O.from(O.table))
        WHERE t.status = \(O.matchedState.rawValue) AND t.id > \(last) ORDER BY t.id LIMIT 5000
        """)
      let objects = try rows.map { row throws(DecodingFailure) in
        var c = row.columns
        return try O(&c)
      }
      guard let end = objects.last else { return index }
      last = end.id
      index.apply(objects.map { .put($0.matchDocument) })
    }
  }

  /// Applies what has happened since the last call. Objects are read again, so an event seen twice does no harm.
  @discardableResult
  public func catchUp() async throws -> Int {
    var seen = 0
    while true {
      var next = state.withLock { $0 }
      let events = try await market.events.read(after: next.cursor, limit: 1000, as: nil)
      guard let last = events.last else { return seen }
      // Applied to a copy, since a merge may take a while and answers must not wait for it; nobody else writes.
      next.achievements.apply(try await changes(Achievement.self, in: events))
      next.challenges.apply(try await changes(Challenge.self, in: events))
      next.cursor = last.cursor
      let caughtUp = next
      state.withLock { $0 = caughtUp }
      seen += events.count
    }
  }

  private func changes<O: Matchable>(_: O.Type, in events: [Event]) async throws -> [MatchChange] {
    let ids = events.filter {
      $0.kind == O.kind && ($0.to == O.matchedState.rawValue || $0.from == O.matchedState.rawValue)
    }
    .map { ID<O>(bits: $0.objectID) }.unique
    guard !ids.isEmpty else { return [] }
    let rows = try await market.database.query(
      "SELECT \(sql: O.columns) FROM \(sql: O.from(O.table)) WHERE t.id = ANY(\(ids))")
    return try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      let object = try O(&c)
      return object.state == O.matchedState ? .put(object.matchDocument) : .remove(object.id.bits)
    }
  }

  /// One step of keeping up: everything at first, then what is new.
  public func step() async throws {
    if isReady { try await catchUp() } else { try await load() }
  }
}

extension Lexicon {
  /// The domain terms that the product ships.
  public static func shipped(in share: String) throws -> Lexicon {
    try Lexicon(
      csv: try Share.read("\(share)/Lexicon/terms.csv"), ambiguous: try Share.read("\(share)/Lexicon/ambiguous.csv"))
  }
}
