/// The lexicon terms a query names and what their kin in a document are worth.
struct ConceptTerms {
  struct Wanted {
    let concept: Int
    let weight: Double
  }

  let wanted: [Wanted]
  /// What the first stage walks: the wanted concepts and their nearest kin.
  let entries: [QueryVector.Entry]
  private let lexicon: Lexicon

  init(_ query: MatchQuery, _ lexicon: Lexicon, _ statistics: Statistics, _ tuning: Tuning) {
    self.lexicon = lexicon
    var weights: [Int: Double] = [:]
    for concept in lexicon.concepts(in: query.title) { weights[concept] = 1 }
    for tag in query.tags.prefix(QueryVector.tagLimit) {
      for concept in lexicon.concepts(in: tag) { weights[concept, default: 0] = max(weights[concept] ?? 0, 0.5) }
    }
    for concept in lexicon.concepts(in: query.content) where weights[concept] == nil { weights[concept] = 0.3 }
    var wanted: [Wanted] = []
    var entries: [QueryVector.Entry] = []
    for (concept, weight) in weights.sorted(by: { $0.key < $1.key }) {
      let frequency = statistics.frequency(of: .concept(concept))
      let full = weight * statistics.worth(frequency) * tuning.conceptWeight
      wanted.append(Wanted(concept: concept, weight: full))
      if frequency > 0 { entries.append(QueryVector.Entry(term: .concept(concept), weight: full, own: full)) }
    }
    self.wanted = wanted
    self.entries = entries
  }

  /// For each wanted concept its nearest kin among the document's.
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

extension Lexicon {
  /// The numbers of the terms a text names, ascending, each once.
  func concepts(in text: String) -> [Int] {
    let bytes = Array(text.utf8.prefix(QueryVector.contentLimit))
    var units = UnitList()
    Terms.scan(bytes.span, 0..<bytes.count, into: &units)
    return concepts(in: units)
  }
}
