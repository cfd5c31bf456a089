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
  private let found = FoundLists()

  init(_ index: MatchIndex) {
    views = index.views
    count = index.count
    averageLength = count == 0 ? 1 : max(1, Double(index.totalLength) / Double(count))
  }

  /// How many documents have the term.
  func frequency(of term: Term) -> Int {
    var sum = 0
    for (view, lists) in zip(views, found.lists(of: term, views)) {
      if let lists { sum += view.frequency(lists) }
    }
    // A snapshot may be sound and yet count more than it holds.
    return min(sum, count)
  }

  /// Where a segment has the documents of a term.
  func lists(of term: Term, in view: Int) -> TermLists? {
    let lists = found.lists(of: term, views)
    return lists[lists.startIndex + view]
  }

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

/// Remembers where the terms of a query were found, for as long as the query is at work.
private final class FoundLists {
  private var table = TermTable(capacity: 256)
  private var lists: [TermLists?] = []

  /// The lists of a term in each of the views.
  func lists(of term: Term, _ views: [SegmentView]) -> ArraySlice<TermLists?> {
    let number = table.insert(term)
    if number * views.count == lists.count {
      for view in views { lists.append(view.segment.postings.find(term)) }
    }
    return lists[number * views.count..<(number + 1) * views.count]
  }
}
