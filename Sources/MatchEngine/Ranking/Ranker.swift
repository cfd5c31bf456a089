/// One ranking, from the query to the matches.
struct Ranker {
  let index: MatchIndex
  let query: MatchQuery
  let tuning: Tuning
  let feedback: Bool

  private struct Scored {
    let candidate: Candidate
    let score: Double
  }

  func matches(limit: Int, explain: Bool) -> [Match] {
    let limit = min(limit, MatchIndex.longestList)
    let statistics = Statistics(index)
    guard limit > 0, statistics.count > 0 else { return [] }
    let stage = FirstStage(
      statistics: statistics, tuning: tuning, admission: Admission(exclude: query.exclude, filter: query.filter))
    let own = QueryVector(query, statistics, tuning)
    let concepts = ConceptTerms(query, index.lexicon, statistics, tuning)
    let unit = own.ownTotal > 0 ? 100 / own.ownTotal : 1
    let most = max(limit, tuning.candidates)
    let broker = BrokerTerms(query, tuning)
    var vector = own
    var found = stage.candidates(own.entries + concepts.entries, limit: most)
    if feedback, !query.content.isEmpty || statistics.averageLength < tuning.shortDocument {
      var exact = Rescore(own, statistics, tuning)
      let best = found.prefix(tuning.candidates).map {
        Feedback.Source(
          view: $0.view, document: $0.document, score: exact.score(statistics.views[$0.view], $0.document))
      }
      .sorted { $0.score > $1.score }
      .prefix(tuning.feedbackDocuments)
      vector = Feedback.expand(own, by: Array(best), statistics, tuning)
      found = stage.candidates(vector.entries + concepts.entries, limit: most)
    }
    var exact = Rescore(vector, statistics, tuning)
    let reasons = Reasons(
      query: query, lexicon: index.lexicon, vector: vector, concepts: concepts, broker: broker, unit: unit,
      tuning: tuning)
    var scored: [Scored] = []
    for candidate in found {
      let view = statistics.views[candidate.view]
      let text = exact.score(view, candidate.document) * unit
      let score =
        text + concepts.score(view.segment.concepts(of: candidate.document)) * unit
        + broker.points(view.segment.facts[candidate.document])
      scored.append(Scored(candidate: candidate, score: score))
    }
    scored.sort { $0.score != $1.score ? $0.score > $1.score : $0.candidate.key < $1.candidate.key }
    return scored.prefix(limit).map { hit in
      guard explain else { return Match(key: hit.candidate.key, score: hit.score) }
      let view = statistics.views[hit.candidate.view]
      let parts = exact.parts(view, hit.candidate.document)
      return Match(
        key: hit.candidate.key, score: hit.score, reasons: reasons.list(view, hit.candidate.document, parts))
    }
  }
}

extension MatchIndex {
  /// No answer is longer.
  public static let longestList = 10_000

  /// The documents that answer the query best, at most `limit` (and at most `longestList`), best first.
  ///
  /// - Parameter explain: whether each match carries its reasons.
  public func rank(_ query: MatchQuery, limit: Int, explain: Bool) -> [Match] {
    Ranker(index: self, query: query, tuning: .standard, feedback: true).matches(limit: limit, explain: explain)
  }

  /// Keyword search: documents that contain words of `text`, best first. One character is enough.
  public func search(_ text: String, limit: Int, filter: MatchFilter? = nil) -> [Match] {
    let query = MatchQuery(title: text, filter: filter)
    return Ranker(index: self, query: query, tuning: .standard, feedback: false).matches(limit: limit, explain: false)
  }
}
