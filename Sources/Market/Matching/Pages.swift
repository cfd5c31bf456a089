import Postgres

/// Everything in a state, a page at a time, in the order of ids: for what reads the whole market once.
public struct Pages<O: MarketObject>: AsyncSequence, AsyncIteratorProtocol, Sendable {
  private let database: Database
  private let state: O.State
  private var last: ID<O>

  init(_ database: Database, in state: O.State, after last: ID<O>? = nil) {
    (self.database, self.state, self.last) = (database, state, last ?? ID(bits: 0))
  }

  public func makeAsyncIterator() -> Self { self }

  public mutating func next() async throws -> [O]? {
    let rows = try await database.query(
      """
      SELECT \(sql: O.columns) FROM \(sql: O.from(O.table))
      WHERE t.status = \(state.rawValue) AND t.id > \(last) ORDER BY t.id LIMIT 5000
      """)
    let objects = try rows.map { row throws(DecodingFailure) in
      var c = row.columns
      return try O(&c)
    }
    guard let end = objects.last else { return nil }
    last = end.id
    return objects
  }
}

extension Market {
  func pages<O: MarketObject>(_: O.Type, in state: O.State) -> Pages<O> { Pages(database, in: state) }
}

extension Matcher {
  /// Every published challenge behind a place in the order of ids.
  public func publishedChallenges(after last: ID<Challenge>?) -> Pages<Challenge> {
    Pages(market.database, in: Challenge.matchedState, after: last)
  }
}
