/// Says what a match's score is made of.
struct Reasons {
  let query: MatchQuery
  let lexicon: Lexicon
  let vector: QueryVector
  let concepts: ConceptTerms
  let broker: BrokerTerms
  let unit: Double
  let tuning: Tuning

  /// All reasons, strongest first.
  ///
  /// - Parameter parts: what each of the vector's terms adds.
  func list(_ view: SegmentView, _ document: Int, _ parts: [Double]) -> [MatchReason] {
    var reasons = shared(view, document, parts)
    let offered = view.segment.concepts(of: document)
    for want in concepts.wanted {
      guard let (concept, nearness) = concepts.nearest(want, offered) else { continue }
      reasons.append(
        MatchReason(
          kind: .sharedTag(
            wanted: lexicon.terms[want.concept].name, offered: lexicon.terms[concept].name,
            path: lexicon.path(want.concept, concept)),
          contribution: want.weight * nearness * unit))
    }
    reasons += broker.reasons(view.segment.facts[document])
    return reasons.enumerated()
      .sorted { abs($0.element.contribution) != abs($1.element.contribution)
        ? abs($0.element.contribution) > abs($1.element.contribution) : $0.offset < $1.offset }
      .map(\.element)
  }

  private func shared(_ view: SegmentView, _ document: Int, _ parts: [Double]) -> [MatchReason] {
    var own = 0.0
    var related = 0.0
    for (entry, part) in zip(vector.entries, parts) where part > 0 {
      let share = entry.weight > 0 ? entry.own / entry.weight : 1
      own += part * share
      related += part * (1 - share)
    }
    var reasons: [MatchReason] = []
    if own > 0 { reasons.append(MatchReason(kind: .sharedTerms([]), contribution: own * unit)) }
    if related > 0 { reasons.append(MatchReason(kind: .relatedTerms([]), contribution: related * unit)) }
    return reasons
  }
}
