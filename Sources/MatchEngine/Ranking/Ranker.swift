/// One ranking, from the query to the matches.
struct Ranker {
  let index: MatchIndex
  let query: MatchQuery
  let tuning: Tuning
  /// Whether words of the best documents may be added to the query.
  let feedback: Bool

  func matches(limit: Int, explain: Bool) -> [Match] {
    var facets: FacetCounts?
    return matches(limit: limit, explain: explain, &facets)
  }

  /// - Parameters:
  ///   - place: only what ranks behind it; everything when nil.
  ///   - facets: counts all that is found, the hits and what comes behind them; left alone when nil.
  func matches(limit wanted: Int, after place: MatchPlace? = nil, explain: Bool, _ facets: inout FacetCounts?)
    -> [Match]
  {
    // The pages that the usual candidates fill are all chosen from these, and the deeper ones all from as many as can be.
    let longest = MatchIndex.longestList
    let wanted = min(max(0, wanted), longest)
    let depth = wanted + min(max(0, place?.rank ?? 0), longest)
    let limit = place != nil && depth > tuning.candidates ? longest : min(depth, longest)
    let statistics = Statistics(index)
    guard limit > 0, statistics.count > 0 else { return [] }
    let text = QueryText(query, index.reading)
    let own = QueryVector(text, statistics, tuning)
    let concepts = ConceptTerms(text, index.lexicon, statistics, tuning)
    let stage = FirstStage(
      statistics: statistics, tuning: tuning, admission: Admission(exclude: query.exclude, filter: query.filter))
    let unit = own.ownTotal > 0 ? 100 / own.ownTotal : 1
    var vector = own
    var found: [Candidate] = []
    if facets == nil, concepts.entries.isEmpty, isByWordsAlone {
      var exact = Rescore(own, statistics, tuning)
      found = stage.best(own.entries, limit: limit, unit: unit) { exact.score($0, $1) * unit }
    } else {
      found = stage.candidates(own.entries, concepts.entries, limit: max(limit, tuning.candidates), &facets)
      if feedback, tuning.addsWords, !query.content.isEmpty || statistics.averageLength < tuning.shortDocument {
        vector = Feedback.expand(own, by: best(found, own, statistics), statistics, tuning)
        found = stage.candidates(vector.entries, concepts.entries, limit: max(limit, tuning.expandedCandidates))
      }
    }
    var scorer = Scorer(
      vector: vector, concepts: concepts, senses: SenseCheck(text, index.lexicon, vector, tuning),
      broker: BrokerTerms(query, tuning), unit: unit, exact: Rescore(vector, statistics, tuning))
    var hits = found.map { candidate in
      (candidate, score: scorer.score(statistics.views[candidate.view], candidate.document))
    }
    hits.sort { $0.score != $1.score ? $0.score > $1.score : $0.0.key < $1.0.key }
    var reasons = Reasons(text: text, lexicon: index.lexicon, vector: vector, statistics: statistics)
    let shown = hits.drop { candidate, score in place.map { !$0.precedes(score, candidate.key) } ?? false }
    return shown.prefix(wanted).map { candidate, score in
      guard explain else { return Match(key: candidate.key, score: score) }
      let view = statistics.views[candidate.view]
      let parts = scorer.parts(view, candidate.document)
      return Match(
        key: candidate.key, score: score, reasons: reasons.list(view, candidate.document, parts, scorer))
    }
  }

  /// Whether nothing but words makes the score, so that the best can be found without scoring more than a few.
  private var isByWordsAlone: Bool { index.reading == .givenWords && query.facts == MatchFacts() }

  /// The documents whose words may be added: the best by exact score.
  private func best(_ found: [Candidate], _ own: QueryVector, _ statistics: Statistics) -> [Feedback.Source] {
    var exact = Rescore(own, statistics, tuning)
    let scored = found.prefix(tuning.feedbackCandidates).map { candidate in
      (candidate, score: exact.score(statistics.views[candidate.view], candidate.document))
    }
    return scored.sorted { $0.score != $1.score ? $0.score > $1.score : $0.0.key < $1.0.key }
      .prefix(tuning.feedbackDocuments)
      .map { Feedback.Source(view: $0.0.view, document: $0.0.document, score: $0.score) }
  }
}

extension MatchIndex {
  /// No answer is longer.
  public static let longestList = 10_000

  /// The documents that answer the query best, at most `limit` (and at most `longestList`), best first.
  ///
  /// - Parameter explain: whether each match carries its reasons.
  public func rank(_ query: MatchQuery, limit: Int, explain: Bool) -> [Match] {
    Ranker(index: self, query: query, tuning: .of(reading, lexicon.weights), feedback: true).matches(
      limit: limit, explain: explain)
  }

  /// Keyword search: documents that contain words of `text`, best first. One character is enough.
  public func search(_ text: String, limit: Int, filter: MatchFilter? = nil, explain: Bool = false) -> [Match] {
    let query = MatchQuery(title: text, filter: filter)
    let ranker = Ranker(index: self, query: query, tuning: .of(reading, lexicon.weights), feedback: false)
    return ranker.matches(limit: limit, explain: explain)
  }
}
