/// One page of a keyword search and what all that was found consists of.
public struct MatchPage: Sendable, Equatable {
  public let hits: [Match]
  /// Documents that have at least one of the words and pass the filter; the hits are the best of them.
  public let total: Int
  public let facets: MatchFacets
  /// Where the next page begins; nil when there is none.
  public let next: MatchPlace?
}

/// Where a page ended. The next one has what ranks behind this score and key, so it goes on rightly when documents come and go
/// meanwhile; a score that has moved with the index may show a document twice or pass it over.
public struct MatchPlace: Sendable, Equatable {
  public let score: Double
  public let key: UInt128
  /// How many hits there were up to here: as far as the search has to look besides the next page.
  public let rank: Int

  public init(score: Double, key: UInt128, rank: Int) { (self.score, self.key, self.rank) = (score, key, rank) }

  /// Whether a hit ranks behind the place.
  func precedes(_ score: Double, _ key: UInt128) -> Bool {
    self.score != score ? self.score > score : self.key < key
  }
}

/// How many of the documents found have which fact. A document whose fact is unknown counts under 0; one with several
/// modes counts once under each. Only what occurs is listed.
public struct MatchFacets: Sendable, Equatable {
  /// By national technology field, 0…11; other numbers count as unknown.
  public let fields: [UInt8: Int]
  /// By province, six digits of GB/T 2260 ending in 0000.
  public let provinces: [UInt32: Int]
  /// By technology readiness, 0…9; other numbers count as unknown.
  public let maturities: [UInt8: Int]
  /// By number of the price band in `priceBands`; what has no price is left out.
  public let prices: [UInt8: Int]
  /// By number of the mode's bit, 0…15.
  public let modes: [UInt8: Int]
  /// By kind of holder, 0…255.
  public let holderKinds: [UInt8: Int]

  /// Price bands, fen: each from its number up to the next one, which is no longer in it.
  public static let priceBands: [Int64] = [0, 10_000_000, 50_000_000, 100_000_000, 500_000_000, 1_000_000_000]
}

/// Counts facts in tables of fixed size, whatever the documents hold.
struct FacetCounts {
  private(set) var total = 0
  private var fields = [Int](repeating: 0, count: 12)
  private var provinces = [Int](repeating: 0, count: 100)
  private var maturities = [Int](repeating: 0, count: 10)
  private var prices = [Int](repeating: 0, count: MatchFacets.priceBands.count)
  private var modes = [Int](repeating: 0, count: 16)
  private var holderKinds = [Int](repeating: 0, count: 256)

  mutating func add(_ facts: MatchFacts) {
    total += 1
    fields[facts.field < 12 ? Int(facts.field) : 0] += 1
    provinces[facts.region < 1_000_000 ? Int(facts.region / 10_000) : 0] += 1
    maturities[facts.maturity < 10 ? Int(facts.maturity) : 0] += 1
    holderKinds[Int(facts.holderKind)] += 1
    if let price = facts.price, price >= 0 {
      prices[MatchFacets.priceBands.lowerBound { $0 <= price } - 1] += 1
    }
    var bits = facts.modes
    while bits != 0 {
      modes[bits.trailingZeroBitCount] += 1
      bits &= bits - 1
    }
  }

  var facets: MatchFacets {
    MatchFacets(
      fields: Self.listed(fields) { UInt8($0) }, provinces: Self.listed(provinces) { UInt32($0) * 10_000 },
      maturities: Self.listed(maturities) { UInt8($0) }, prices: Self.listed(prices) { UInt8($0) },
      modes: Self.listed(modes) { UInt8($0) },
      holderKinds: Self.listed(holderKinds) { UInt8($0) })
  }

  private static func listed<Key: Hashable>(_ counts: [Int], _ key: (Int) -> Key) -> [Key: Int] {
    Dictionary(uniqueKeysWithValues: counts.enumerated().filter { $0.element > 0 }.map { (key($0.offset), $0.element) })
  }
}

extension MatchIndex {
  /// Keyword search as `search`, with the number of all documents found and what they are.
  ///
  /// - Parameter place: where the page before ended; nil for the first page.
  public func page(
    _ text: String, limit: Int, after place: MatchPlace? = nil, filter: MatchFilter? = nil, explain: Bool = false
  ) -> MatchPage {
    let ranker = Ranker(
      index: self, query: MatchQuery(title: text, filter: filter), tuning: .of(reading, lexicon.weights),
      feedback: false)
    var counts: FacetCounts? = FacetCounts()
    let limit = min(max(0, limit), MatchIndex.longestList)
    // Counting needs the walk even when no hit is wanted. One more hit than wanted says whether a page follows.
    let hits = ranker.matches(limit: limit + 1, after: place, explain: explain && limit > 0, &counts)
    let found = counts ?? FacetCounts()
    let shown = hits.prefix(limit)
    let next = shown.last.flatMap { last in
      hits.count > limit ? MatchPlace(score: last.score, key: last.key, rank: (place?.rank ?? 0) + limit) : nil
    }
    return MatchPage(hits: Array(shown), total: found.total, facets: found.facets, next: next)
  }
}
