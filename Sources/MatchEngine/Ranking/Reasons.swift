/// Says what a match's score is made of.
struct Reasons {
  let text: QueryText
  let lexicon: Lexicon
  let vector: QueryVector

  /// Words a reason names at most.
  private static let named = 8

  /// All reasons, strongest first; their contributions sum to the score.
  ///
  /// - Parameter parts: what each of the vector's terms is worth.
  func list(_ view: SegmentView, _ document: Int, _ parts: [Double], _ scorer: Scorer) -> [MatchReason] {
    let texts = view.segment.texts
    var units = UnitList()
    texts.scan(document, into: &units)
    func spans(_ places: [Range<Int>]) -> [MatchSpan] { places.map { texts.span(document, $0) } }
    var reasons = [shared(units, parts, scorer.unit, spans), related(texts, document, parts, scorer.unit, spans)]
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
    return reasons.enumerated().sorted { left, right in
      let (a, b) = (abs(left.element.contribution), abs(right.element.contribution))
      return a != b ? a > b : left.offset < right.offset
    }
    .map(\.element)
  }

  private func shared(
    _ units: UnitList, _ parts: [Double], _ unit: Double, _ spans: ([Range<Int>]) -> [MatchSpan]
  ) -> MatchReason? {
    var worth: [Term: Double] = [:]
    var sum = 0.0
    for (entry, part) in zip(vector.entries, parts) where part > 0 && entry.own > 0 {
      let own = part * entry.own / entry.weight
      worth[entry.term] = own
      sum += own
    }
    guard sum > 0 else { return nil }
    var heaviest: [String: (worth: Double, phrase: SharedPhrases.Phrase)] = [:]
    for phrase in SharedPhrases.find(text.units.units, units.units) {
      let name = text.store.text(phrase.wanted)
      if heaviest[name] != nil { continue }
      heaviest[name] = (phrase.terms.reduce(0) { $0 + (worth[$1] ?? 0) }, phrase)
    }
    let phrases = heaviest.filter { $0.value.worth > 0 }
      .sorted { $0.value.worth != $1.value.worth ? $0.value.worth > $1.value.worth : $0.key < $1.key }
      .prefix(Self.named)
    return MatchReason(
      kind: .sharedTerms(phrases.map(\.key)), contribution: sum * unit,
      wantedSpans: phrases.map { text.store.span(0, $0.value.phrase.wanted) },
      offeredSpans: spans(phrases.map(\.value.phrase.offered)))
  }

  private func related(
    _ texts: TextStore, _ document: Int, _ parts: [Double], _ unit: Double, _ spans: ([Range<Int>]) -> [MatchSpan]
  ) -> MatchReason? {
    var worth: [Term: Double] = [:]
    var sum = 0.0
    for (entry, part) in zip(vector.entries, parts) where part > 0 && entry.weight > entry.own {
      sum += part * (1 - entry.own / entry.weight)
      if entry.own == 0 { worth[entry.term] = part }
    }
    guard sum > 0 else { return nil }
    let phrases = RelatedPhrases.find(texts, document, worth).prefix(Self.named)
    return MatchReason(
      kind: .relatedTerms(phrases.map { texts.text($0) }), contribution: sum * unit, offeredSpans: spans(Array(phrases)))
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
