/// Says what a match's score is made of.
struct Reasons {
  let text: QueryText
  let lexicon: Lexicon
  let vector: QueryVector
  private var cohesion: Cohesion

  /// Words a reason names at most.
  private static let named = 8

  init(text: QueryText, lexicon: Lexicon, vector: QueryVector, statistics: Statistics) {
    self.text = text
    self.lexicon = lexicon
    self.vector = vector
    cohesion = Cohesion(statistics)
  }

  /// All reasons, strongest first; their contributions sum to the score. What would raise it comes last and adds nothing.
  ///
  /// - Parameter parts: what each of the vector's terms is worth.
  mutating func list(_ view: SegmentView, _ document: Int, _ parts: [Double], _ scorer: Scorer) -> [MatchReason] {
    let texts = view.segment.texts
    var units = UnitList()
    texts.scan(document, into: &units)
    func spans(_ places: [Range<Int>]) -> [MatchSpan] { places.map { texts.span(document, $0) } }
    var reasons = [shared(units, parts, scorer.unit, spans), related(texts, units, parts, scorer.unit, spans)]
      .compactMap { $0 }
    reasons += tags(view.segment.concepts(of: document), units, scorer, spans)
    for finding in scorer.findings(view, document, parts) {
      let ambiguity = lexicon.ambiguities[finding.wanted.reading.ambiguity]
      reasons.append(
        MatchReason(
          kind: .against(
            .ambiguousWord(
              ambiguity.word, wanted: ambiguity.senses[finding.wanted.sense].name,
              offered: ambiguity.senses[finding.offered].name)),
          contribution: -finding.penalty * scorer.unit,
          wantedSpans: finding.wanted.reading.places.map { text.store.span(0, $0) },
          offeredSpans: spans(finding.places)))
    }
    reasons += scorer.broker.reasons(view.segment.facts[document])
    let missing = Remedies.missing(text, vector, parts, scorer.unit, &cohesion)
    let remedies = Remedies(broker: scorer.broker).list(missing, texts, document, view.segment.facts[document])
    return reasons.enumerated().sorted { left, right in
      let (a, b) = (abs(left.element.contribution), abs(right.element.contribution))
      return a != b ? a > b : left.offset < right.offset
    }
    .map(\.element) + remedies
  }

  private mutating func shared(
    _ units: UnitList, _ parts: [Double], _ unit: Double, _ spans: ([Range<Int>]) -> [MatchSpan]
  ) -> MatchReason? {
    var worth: [Term: Double] = [:]
    for (entry, part) in zip(vector.entries, parts) where part > 0 && entry.own > 0 { worth[entry.term] = part }
    if worth.isEmpty { return nil }
    let sum = zip(vector.entries, parts).reduce(0) { $0 + ($1.0.own > 0 ? $1.1 : 0) }
    var phrases: [(name: String, worth: Double, phrase: SharedPhrases.Phrase)] = []
    for phrase in SharedPhrases.find(text.units.units, units.units, &cohesion) {
      let weight = phrase.terms.reduce(0) { $0 + (worth[$1] ?? 0) }
      if weight > 0 { phrases.append((text.store.text(phrase.wanted), weight, phrase)) }
    }
    phrases.sort {
      $0.worth != $1.worth ? $0.worth > $1.worth : $0.phrase.wanted.lowerBound < $1.phrase.wanted.lowerBound
    }
    var kept: [(name: String, worth: Double, phrase: SharedPhrases.Phrase)] = []
    for phrase in phrases where kept.count < Self.named && !kept.contains(where: { $0.name.contains(phrase.name) }) {
      kept.append(phrase)
    }
    return MatchReason(
      kind: .sharedTerms(kept.map(\.name)), contribution: sum * unit,
      wantedSpans: kept.map { text.store.span(0, $0.phrase.wanted) }, offeredSpans: spans(kept.map(\.phrase.offered)))
  }

  private mutating func related(
    _ texts: TextStore, _ units: UnitList, _ parts: [Double], _ unit: Double,
    _ spans: ([Range<Int>]) -> [MatchSpan]
  ) -> MatchReason? {
    var worth: [Term: Double] = [:]
    var sum = 0.0
    for (entry, part) in zip(vector.entries, parts) where part > 0 && entry.own == 0 {
      sum += part
      worth[entry.term] = part
    }
    guard sum > 0 else { return nil }
    let places = RelatedPhrases.find(texts, units.units, worth, &cohesion, limit: Self.named)
    return MatchReason(
      kind: .relatedTerms(places.map { texts.text($0) }), contribution: sum * unit,
      offeredSpans: spans(places))
  }

  private func tags(
    _ offered: ArraySlice<UInt32>, _ units: UnitList, _ scorer: Scorer, _ spans: ([Range<Int>]) -> [MatchSpan]
  ) -> [MatchReason] {
    let found = scorer.concepts.wanted.compactMap { want in
      scorer.concepts.nearest(want, offered).map { (want, near: $0) }
    }
    if found.isEmpty { return [] }
    let wantedHits = lexicon.surfaces.hits(text.units.units)
    let offeredHits = lexicon.surfaces.hits(units.units)
    return found.map { want, near in
      MatchReason(
        kind: .sharedTag(
          wanted: lexicon.terms[want.concept].name, offered: lexicon.terms[near.concept].name,
          path: lexicon.path(want.concept, near.concept)),
        contribution: want.weight * near.nearness * scorer.unit,
        wantedSpans: wantedHits.filter { $0.number == want.concept }.map { text.store.span(0, $0.start..<$0.end) },
        offeredSpans: spans(offeredHits.filter { $0.number == near.concept }.map { $0.start..<$0.end }))
    }
  }
}
