#if canImport(Glibc)
  import Glibc  // square roots of an unoptimised build come from libm
#elseif canImport(Musl)
  import Musl
#endif

/// What the whole index says about rarity and length.
struct Statistics {
  let views: [SegmentView]
  let count: Int
  let averageLength: Double

  init(_ index: MatchIndex) {
    views = index.views
    count = index.count
    averageLength = count == 0 ? 1 : max(1, Double(index.totalLength) / Double(count))
  }

  /// How many documents have the term.
  func frequency(of term: Term) -> Int { views.reduce(0) { $0 + $1.frequency(of: term) } }

  /// Rarity of a term that `frequency` documents have; above 0.
  func rarity(_ frequency: Int) -> Double {
    Logarithm.natural(1 + (Double(count - frequency) + 0.5) / (Double(frequency) + 0.5))
  }

  /// What a word of the query weighs for its rarity. A power above one, because a demand's rare words say what it is
  /// about and its common ones are talk.
  func worth(_ term: Term, _ frequency: Int, _ tuning: Tuning) -> Double {
    let rarity = rarity(frequency)
    let kind = term.isCharacter ? tuning.characterWeight : term.isConcept ? tuning.weights.concept : 1
    return kind * rarity * (tuning.sharpens ? rarity.squareRoot() : 1)
  }
}
