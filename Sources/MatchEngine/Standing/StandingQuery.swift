/// A waiting query, weighed.
struct StandingQuery: Sendable {
  let wanted: StandingQueries.Wanted
  /// Its words, heaviest first: their numbers among all words that are waited for, and their weights.
  let terms: [UInt32]
  let weights: [Double]
  let concepts: [ConceptTerms.Wanted]
  /// Points of the score for one unit of the weights.
  let unit: Double
  /// Whether it has words that mean two things.
  private let isAmbiguous: Bool

  init(
    _ wanted: StandingQueries.Wanted, _ lexicon: Lexicon, _ tuning: Tuning, _ table: inout TermTable,
    worth: (Term) -> Double
  ) {
    let text = QueryText(wanted.query, .language)
    let entries = QueryVector(text, tuning) { worth($0) }.entries.prefix(StandingQueries.longest)
    let total = Self.total(wanted.query, entries, tuning) { worth($0) }
    let concepts = ConceptTerms(text, lexicon, tuning) { worth($0) }
    self.wanted = wanted
    self.concepts = concepts.wanted
    terms = entries.map { UInt32(table.insert($0.term)) }
    weights = entries.map(\.weight)
    unit = total > 0 ? 100 / total : 1
    isAmbiguous = !lexicon.senses.readings(text.units).isEmpty
  }

  /// What a text of average length with every word of the title once would collect: a long description makes a demand no harder
  /// to answer. A query without a title is measured by all that it says.
  private static func total(
    _ query: MatchQuery, _ entries: some Sequence<QueryVector.Entry>, _ tuning: Tuning, worth: (Term) -> Double
  ) -> Double {
    let title = QueryText(MatchQuery(title: query.title), .language)
    let total = QueryVector(title, tuning) { worth($0) }.ownTotal
    return total > 0 ? total : entries.reduce(0) { $0 + $1.own }
  }

  /// The document's score; nil when it does not answer.
  func score(_ offered: StandingDocument, _ lexicon: Lexicon, _ tuning: Tuning, _ table: TermTable) -> Double? {
    let query = wanted.query
    if query.exclude.contains(offered.document.key) { return nil }
    if let filter = query.filter, !filter.admits(offered.document.facts) { return nil }
    let parts = zip(terms, weights).map { $1 * offered.worth[Int($0)] }
    var words = parts.reduce(0, +)
    let kin = kin(lexicon).score(offered.concepts)
    guard words > 0 || kin > 0 else { return nil }
    if isAmbiguous {
      let senses = SenseCheck(QueryText(query, .language), lexicon, vector(table), tuning)
      let findings = senses.findings(offered.view.segment.texts, 0, parts, total: parts.reduce(kin, +))
      words -= findings.reduce(0) { $0 + $1.penalty }
    }
    let score = (words + kin) * unit + BrokerTerms(query, tuning).points(offered.document.facts)
    return score >= max(wanted.atLeast, StandingQueries.leastScore) ? score : nil
  }

  /// The match with what its score is made of.
  func explained(
    _ offered: StandingDocument, _ score: Double, _ lexicon: Lexicon, _ statistics: Statistics, _ tuning: Tuning,
    _ table: TermTable
  ) -> Match {
    let text = QueryText(wanted.query, .language)
    let vector = vector(table)
    var scorer = Scorer(
      vector: vector, concepts: kin(lexicon), senses: SenseCheck(text, lexicon, vector, tuning),
      broker: BrokerTerms(wanted.query, tuning), unit: unit, exact: Rescore(vector, statistics, tuning))
    let parts = scorer.parts(offered.view, 0)
    var reasons = Reasons(text: text, lexicon: lexicon, vector: vector, statistics: statistics)
    return Match(
      key: wanted.key, score: score, reasons: reasons.list(offered.view, 0, parts, scorer))
  }

  private func kin(_ lexicon: Lexicon) -> ConceptTerms { ConceptTerms(wanted: concepts, lexicon) }

  private func vector(_ table: TermTable) -> QueryVector {
    QueryVector(
      entries: zip(terms, weights).map { QueryVector.Entry(term: table.terms[Int($0)], weight: $1, own: $1) })
  }
}
