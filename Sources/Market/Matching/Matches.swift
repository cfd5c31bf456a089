import MatchEngine
import Postgres

/// A ranked answer with the object it is about.
public struct Ranked<Object: MarketObject>: Sendable {
  public let object: Object
  public let score: Double
  public let reasons: [MatchReason]
}

extension Matcher {
  /// Achievements that could answer a challenge, best first.
  public func achievements(for challenge: Challenge, limit: Int, where filter: MatchFilter? = nil) async throws
    -> [Ranked<Achievement>]
  {
    try await fetch(
      await offLoop { self.achievements().rank(challenge.matchQuery(filter), limit: limit, explain: true) })
  }

  /// Challenges that an achievement could answer, best first.
  public func challenges(for achievement: Achievement, limit: Int, where filter: MatchFilter? = nil) async throws
    -> [Ranked<Challenge>]
  {
    try await fetch(
      await offLoop { self.challenges().rank(achievement.matchQuery(filter), limit: limit, explain: true) })
  }

  /// Achievements for a need described in free words.
  public func achievements(
    forText title: String, content: String = "", tags: [String] = [], limit: Int, where filter: MatchFilter? = nil
  ) async throws -> [Ranked<Achievement>] {
    let query = MatchQuery(title: title, content: content, tags: tags, filter: filter)
    return try await fetch(await offLoop { self.achievements().rank(query, limit: limit, explain: true) })
  }

  /// Ranking keeps a processor busy for milliseconds: it runs in the global pool, so that whoever asked can serve others meanwhile.
  func offLoop<T: Sendable>(_ rank: @Sendable () -> T) async -> T {
    await withTaskExecutorPreference(globalConcurrentExecutor) { rank() }
  }

  /// The objects behind the hits, in the hits' order. What has left the market since is left out.
  func fetch<O: Matchable>(_ matches: [Match]) async throws -> [Ranked<O>] {
    guard !matches.isEmpty else { return [] }
    let ids = matches.map { ID<O>(bits: $0.key) }
    let rows = try await market.publicDatabase.query(
      "SELECT \(sql: O.columns) FROM \(sql: O.from(O.table)) WHERE t.id = ANY(\(ids)) AND t.status = \(O.matchedState.rawValue)"
    )
    var objects: [UInt128: O] = [:]
    for row in rows {
      var c = row.columns
      let object = try O(&c)
      objects[object.id.bits] = object
    }
    return matches.compactMap { match in
      objects[match.key].map { Ranked(object: $0, score: match.score, reasons: match.reasons) }
    }
  }
}
