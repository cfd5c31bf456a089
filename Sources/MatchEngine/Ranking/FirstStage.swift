/// Finds the documents worth an exact score by walking the posting lists of the heaviest terms.
struct FirstStage {
  let statistics: Statistics
  let tuning: Tuning
  let admission: Admission

  /// The best documents by rough score, best first, at most `limit`.
  ///
  /// Pairs, words and concepts are walked; the many documents of single characters only when those find too few.
  func candidates(_ words: [QueryVector.Entry], _ concepts: [QueryVector.Entry], limit: Int) -> [Candidate] {
    var facets: FacetCounts?
    return candidates(words, concepts, limit: limit, &facets)
  }

  /// The same, counting all that is found when `facets` is there to count in.
  func candidates(
    _ words: [QueryVector.Entry], _ concepts: [QueryVector.Entry], limit: Int, _ facets: inout FacetCounts?
  ) -> [Candidate] {
    let listed =
      words.filter { !$0.term.isCharacter }.prefix(tuning.listedTerms) + concepts.prefix(tuning.listedTerms)
    let empty = facets
    let found = walk(Array(listed), limit: limit, &facets)
    if found.count >= limit { return found }
    let characters = words.filter(\.term.isCharacter).prefix(tuning.listedTerms)
    if characters.isEmpty { return found }
    facets = empty
    return walk(Array(listed + characters), limit: limit, &facets)
  }

  /// The best documents by exact score, best first, at most `limit`: those that scoring every document would give.
  ///
  /// - Parameters:
  ///   - words: all of them are walked.
  ///   - unit: points of the exact score for one of the words' weights.
  ///   - score: the exact score of a document, made of nothing but these words.
  func best(
    _ words: [QueryVector.Entry], limit: Int, unit: Double, score: (SegmentView, Int) -> Double
  ) -> [Candidate] {
    var best = BestMatches(limit: limit)
    guard !words.isEmpty, limit > 0 else { return [] }
    var walk = SegmentWalk(words, statistics, spares: 0.5)
    for (number, view) in statistics.views.enumerated() {
      let factors = LengthFactors(view.segment.lengths, average: statistics.averageLength, tuning, bounding: true)
      var scored: Set<Int> = []
      var capacity = limit * 2 + 64
      var isWhole = false
      while !isWhole {
        // A bound is a little above what is scored exactly, and was rounded to 24 bits.
        let least = Float(best.threshold / unit * 0.999_999)
        var pool = CandidatePool(capacity: capacity, threshold: least)
        walk.run(number, factors, admission, into: &pool)
        walk.clear(number)
        for candidate in pool.finish() where Double(candidate.rough) * unit >= best.threshold * 0.999_999 {
          if scored.insert(candidate.document).inserted { best.offer(candidate, score(view, candidate.document)) }
        }
        // Whoever was turned away for want of room may still be better than the last one held.
        isWhole = Double(pool.turnedAway) * unit < best.threshold * 0.999_999
        capacity *= 4
      }
    }
    return best.held.map(\.0)
  }

  private func walk(_ entries: [QueryVector.Entry], limit: Int, _ facets: inout FacetCounts?) -> [Candidate] {
    var pool = CandidatePool(capacity: limit)
    guard !entries.isEmpty, limit > 0 else { return [] }
    var walk = SegmentWalk(entries, statistics, spares: facets == nil ? 0.25 : 0)
    for (number, view) in statistics.views.enumerated() {
      let factors = LengthFactors(view.segment.lengths, average: statistics.averageLength, tuning, bounding: false)
      walk.run(number, factors, admission, into: &pool)
      if facets != nil {
        walk.forEachFound(number) { document in
          if admission.admits(view, document) { facets?.add(view.segment.facts[document]) }
        }
      }
      walk.clear(number)
    }
    return pool.finish()
  }
}
