import MatchEngine
import Synchronization

/// What a keyword search found: the best hits, how many there are, what they consist of, and what may have been meant.
public struct Found<Object: MarketObject>: Sendable {
  public let hits: [Ranked<Object>]
  public let total: Int
  /// Counts by the names of the conditions that narrow a search, and by their values.
  public let facets: [(name: String, counts: [(value: String, count: Int)])]
  /// 您是不是要找: a text that finds more; nil unless a word of the one asked for is in no document.
  public let suggestion: String?
  /// The token of the next page; nil when there is none.
  public let next: String?
}

extension Matcher {
  /// Keyword search among published achievements; one character is enough.
  ///
  /// A page ends at a score and an id, and the next one has what ranks behind them. What is published or withdrawn between two
  /// pages moves no other document to another page; scores that the index's growth moves may, near the edge.
  /// - Parameter page: its token holds only for the same text and conditions.
  public func search(
    _: Achievement.Type, _ text: String, page: PageRequest, where conditions: [String: String] = [:]
  ) async throws -> Found<Achievement> { try await find(text, page, conditions) }

  /// The same among challenges.
  public func search(
    _: Challenge.Type, _ text: String, page: PageRequest, where conditions: [String: String] = [:]
  ) async throws -> Found<Challenge> { try await find(text, page, conditions) }

  private func find<O: Matchable>(_ text: String, _ page: PageRequest, _ conditions: [String: String]) async throws
    -> Found<O>
  {
    let filter = try MatchCondition.filter(conditions)
    let asked = conditions.filter { name, _ in MatchCondition.all.contains { $0.name == name } }
    let scope = PageToken.scope(of: "search \(O.kind)", asked.merging(["q": text]) { a, _ in a })
    let place = try page.token.map { token throws(Refusal) in
      guard let bytes = PageToken.open(token, bytes: MatchPlace.bytes, scope: scope, secret: market.secret) else {
        throw .pageTokenMismatch
      }
      return MatchPlace(bytes)
    }
    let index = O.index(in: state.withLock { $0 })
    let (found, suggestion) = await offLoop {
      (
        index.page(text, limit: page.size, after: place, filter: filter, explain: true),
        place == nil ? index.suggestion(for: text) : nil
      )
    }
    return Found(
      hits: try await fetch(found.hits), total: found.total, facets: found.facets.named, suggestion: suggestion,
      next: found.next.map { PageToken.seal($0.sealed, scope: scope, secret: market.secret) })
  }
}

extension MatchPlace {
  fileprivate static let bytes = 32

  fileprivate var sealed: [UInt8] {
    [score.bitPattern, UInt64(rank)].flatMap { withUnsafeBytes(of: $0.bigEndian, Array.init) }
      + withUnsafeBytes(of: key.bigEndian, Array.init)
  }

  /// - Parameter bytes: as sealed.
  fileprivate init(_ bytes: [UInt8]) {
    func number(_ range: Range<Int>) -> UInt128 { bytes[range].reduce(0) { $0 << 8 | UInt128($1) } }
    self.init(
      score: Double(bitPattern: UInt64(number(0..<8))), key: number(16..<32), rank: Int(clamping: number(8..<16)))
  }
}

extension MatchFacets {
  /// The engine's small numbers as the words of the API, most frequent first; what is unknown is left out.
  fileprivate var named: [(name: String, counts: [(value: String, count: Int)])] {
    func listed<Key: BinaryInteger>(_ counts: [Key: Int], _ word: (Int) -> String?) -> [(value: String, count: Int)] {
      counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .compactMap { key, count in word(Int(key)).map { ($0, count) } }
    }
    return [
      ("field", listed(fields) { $0 == 0 ? nil : TechnologyField.codes[$0 - 1] }),
      ("region", listed(provinces) { $0 == 0 ? nil : "\($0)" }),
      ("trl_min", listed(maturities) { $0 == 0 ? nil : "\($0)" }),
      ("price_band", listed(prices) { $0 < MatchFacets.priceBands.count ? MatchFacets.band($0) : nil }),
      ("transfer_mode", listed(modes) { $0 < Achievement.transferModes.count ? Achievement.transferModes[$0] : nil }),
      (
        "holder_kind",
        listed(holderKinds) { (1...Organisation.kinds.count).contains($0) ? Organisation.kinds[$0 - 1] : nil }
      ),
    ]
  }
}

extension MatchFacets {
  /// A price band in yuan as `price_min` and `price_max` take it: `100000-499999`, the last one open: `10000000-`.
  fileprivate static func band(_ number: Int) -> String {
    let most = number + 1 < priceBands.count ? "\(priceBands[number + 1] / 100 - 1)" : ""
    return "\(priceBands[number] / 100)-\(most)"
  }
}
