/// The lexicon terms a query names and what their kin in a document are worth.
struct ConceptTerms: Sendable {
  struct Wanted: Sendable {
    let concept: Int
    let weight: Double
  }

  let wanted: [Wanted]
  /// What the first stage walks: the wanted concepts and their parents and children.
  let entries: [QueryVector.Entry]
  private let lexicon: Lexicon

  init(_ text: QueryText, _ lexicon: Lexicon, _ statistics: Statistics, _ tuning: Tuning) {
    self.init(text, lexicon, tuning) { statistics.worth($0, statistics.frequency(of: $0), tuning) }
  }

  /// - Parameter worth: what a term of the lexicon weighs for its rarity.
  init(_ text: QueryText, _ lexicon: Lexicon, _ tuning: Tuning, worth: (Term) -> Double) {
    self.lexicon = lexicon
    var shares: [Int: Double] = [:]
    for (part, share) in [(text.title, 1), (text.tags, tuning.tagWeight), (text.content, tuning.contentWeight)] {
      for concept in lexicon.concepts(in: text.units(part)) where shares[concept] == nil { shares[concept] = share }
    }
    var wanted: [Wanted] = []
    var walked: [Term: Double] = [:]
    for (concept, share) in shares.sorted(by: { $0.key < $1.key }) {
      let weight = share * worth(.concept(concept))
      wanted.append(Wanted(concept: concept, weight: weight))
      for kin in lexicon.near(concept) {
        let reach = weight * lexicon.similarity(concept, kin)
        walked[.concept(kin)] = max(walked[.concept(kin)] ?? 0, reach)
      }
    }
    self.wanted = wanted
    entries = walked.filter { $0.value > 0 }
      .map { QueryVector.Entry(term: $0.key, weight: $0.value, own: $0.value) }
      .sorted { $0.weight != $1.weight ? $0.weight > $1.weight : $0.term < $1.term }
  }

  /// Concepts weighed before, for which no list is walked.
  init(wanted: [Wanted], _ lexicon: Lexicon) { (self.wanted, entries, self.lexicon) = (wanted, [], lexicon) }

  /// For each wanted concept the worth of its nearest kin among the document's.
  func score(_ offered: ArraySlice<UInt32>) -> Double {
    if offered.isEmpty { return 0 }
    var sum = 0.0
    for want in wanted { if let (_, nearness) = nearest(want, offered) { sum += want.weight * nearness } }
    return sum
  }

  /// The nearest of the document's concepts and how near it is; nil when all are strangers.
  func nearest(_ want: Wanted, _ offered: ArraySlice<UInt32>) -> (concept: Int, nearness: Double)? {
    var best: (concept: Int, nearness: Double)?
    for concept in offered {
      let nearness = lexicon.similarity(want.concept, Int(concept))
      if nearness > best?.nearness ?? 0 { best = (Int(concept), nearness) }
    }
    return best
  }
}
