/// One page of a keyword search and what all that was found consists of.
public struct MatchPage: Sendable, Equatable {
  public let hits: [Match]
  /// Documents that have at least one of the words and pass the filter; the hits are the best of them.
  public let total: Int
  public let facets: MatchFacets
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
  /// By number of the mode's bit, 0…15.
  public let modes: [UInt8: Int]
  /// By kind of holder, 0…255.
  public let holderKinds: [UInt8: Int]
}

/// Counts facts in tables of fixed size, whatever the documents hold.
struct FacetCounts {
  private(set) var total = 0
  private var fields = [Int](repeating: 0, count: 12)
  private var provinces = [Int](repeating: 0, count: 100)
  private var maturities = [Int](repeating: 0, count: 10)
  private var modes = [Int](repeating: 0, count: 16)
  private var holderKinds = [Int](repeating: 0, count: 256)

  mutating func add(_ facts: MatchFacts) {
    total += 1
    fields[facts.field < 12 ? Int(facts.field) : 0] += 1
    provinces[facts.region < 1_000_000 ? Int(facts.region / 10_000) : 0] += 1
    maturities[facts.maturity < 10 ? Int(facts.maturity) : 0] += 1
    holderKinds[Int(facts.holderKind)] += 1
    var bits = facts.modes
    while bits != 0 {
      modes[bits.trailingZeroBitCount] += 1
      bits &= bits - 1
    }
  }

  var facets: MatchFacets {
    MatchFacets(
      fields: Self.listed(fields) { UInt8($0) }, provinces: Self.listed(provinces) { UInt32($0) * 10_000 },
      maturities: Self.listed(maturities) { UInt8($0) }, modes: Self.listed(modes) { UInt8($0) },
      holderKinds: Self.listed(holderKinds) { UInt8($0) })
  }

  private static func listed<Key: Hashable>(_ counts: [Int], _ key: (Int) -> Key) -> [Key: Int] {
    Dictionary(uniqueKeysWithValues: counts.enumerated().filter { $0.element > 0 }.map { (key($0.offset), $0.element) })
  }
}

extension MatchIndex {
  /// Keyword search as `search`, with the number of all documents found and what they are.
  public func page(_ text: String, limit: Int, filter: MatchFilter? = nil, explain: Bool = false) -> MatchPage {
    let ranker = Ranker(
      index: self, query: MatchQuery(title: text, filter: filter), tuning: .of(reading, lexicon.weights),
      feedback: false)
    var counts: FacetCounts? = FacetCounts()
    // Counting needs the walk even when no hit is wanted.
    let hits = ranker.matches(limit: max(1, limit), explain: explain && limit > 0, &counts)
    let found = counts ?? FacetCounts()
    return MatchPage(hits: Array(hits.prefix(max(0, limit))), total: found.total, facets: found.facets)
  }
}
