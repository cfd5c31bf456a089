import MatchEngine

/// What a keyword search found: the best hits, how many there are, what they consist of, and what may have been meant.
public struct Found<Object: MarketObject>: Sendable {
  public let hits: [Ranked<Object>]
  public let total: Int
  /// Counts by the names of the conditions that narrow a search, and by their values.
  public let facets: [(name: String, counts: [(value: String, count: Int)])]
  /// 您是不是要找: a text that finds more; nil when the one asked for does well.
  public let suggestion: String?
}

extension Matcher {
  /// Keyword search among achievements; one character is enough.
  public func search(
    _: Achievement.Type, _ text: String, limit: Int, where filter: MatchFilter? = nil
  ) async throws -> Found<Achievement> { try await search(achievements(), text, limit, filter) }

  /// Keyword search among challenges.
  public func search(
    _: Challenge.Type, _ text: String, limit: Int, where filter: MatchFilter? = nil
  ) async throws -> Found<Challenge> { try await search(challenges(), text, limit, filter) }

  private func search<O: Matchable>(
    _ index: MatchIndex, _ text: String, _ limit: Int, _ filter: MatchFilter?
  ) async throws -> Found<O> {
    let (page, suggestion) = await offLoop {
      (index.page(text, limit: limit, filter: filter, explain: true), index.suggestion(for: text))
    }
    return Found(
      hits: try await fetch(page.hits), total: page.total, facets: page.facets.named, suggestion: suggestion)
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
      ("transfer_mode", listed(modes) { $0 < Achievement.transferModes.count ? Achievement.transferModes[$0] : nil }),
      (
        "holder_kind",
        listed(holderKinds) { (1...Organisation.kinds.count).contains($0) ? Organisation.kinds[$0 - 1] : nil }
      ),
    ]
  }
}
