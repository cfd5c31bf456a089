/// Adds the words that mark the best documents to a query: what the same thing is also called there.
enum Feedback {
  struct Source {
    let view: Int
    let document: Int
    let score: Double
  }

  /// The query with its own words at `ownShare` and words of the sources at the rest; at most as heavy as before.
  static func expand(
    _ vector: QueryVector, by sources: [Source], _ statistics: Statistics, _ tuning: Tuning
  ) -> QueryVector {
    let total = sources.reduce(0) { $0 + $1.score * $1.score }
    guard total > 0 else { return vector }
    var table = TermTable(capacity: 2_048)
    var shares: [Double] = []
    var scanned = TermList()
    for source in sources {
      let segment = statistics.views[source.view].segment
      scanned.clear()
      segment.texts.scan(source.document, into: &scanned)
      let share = source.score * source.score / total / Double(max(1, scanned.terms.count))
      for term in scanned.terms {
        let number = table.insert(term)
        if number == shares.count { shares.append(0) }
        shares[number] += share
      }
    }
    let frequent = shares.indices.sorted {
      shares[$0] != shares[$1] ? shares[$0] > shares[$1] : table.terms[$0] < table.terms[$1]
    }
    var added: [(term: Term, weight: Double)] = []
    for number in frequent.prefix(tuning.feedbackTerms) {
      let term = table.terms[number]
      added.append((term, shares[number] * statistics.worth(term, statistics.frequency(of: term), tuning)))
    }
    return blend(vector, added, tuning)
  }

  private static func blend(
    _ vector: QueryVector, _ added: [(term: Term, weight: Double)], _ tuning: Tuning
  ) -> QueryVector {
    let ownTotal = vector.ownTotal
    let addedTotal = added.reduce(0) { $0 + $1.weight }
    guard ownTotal > 0, addedTotal > 0 else { return vector }
    let scale = (1 - tuning.ownShare) * ownTotal / addedTotal
    var extra = Dictionary(added.map { ($0.term, $0.weight * scale) }, uniquingKeysWith: +)
    var entries = vector.entries.map { entry -> QueryVector.Entry in
      let own = entry.weight * tuning.ownShare
      return QueryVector.Entry(term: entry.term, weight: own + (extra.removeValue(forKey: entry.term) ?? 0), own: own)
    }
    for (term, _) in added {
      if let weight = extra.removeValue(forKey: term) {
        entries.append(QueryVector.Entry(term: term, weight: weight, own: 0))
      }
    }
    return QueryVector(entries: entries)
  }
}
