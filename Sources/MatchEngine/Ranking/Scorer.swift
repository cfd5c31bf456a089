/// Puts a document's score together: words, lexicon terms, what a broker weighs, less what is shared in name only.
struct Scorer {
  let vector: QueryVector
  let concepts: ConceptTerms
  let senses: SenseCheck
  let broker: BrokerTerms
  /// Points of the score for one unit of the vector's weights.
  let unit: Double
  var exact: Rescore

  mutating func score(_ view: SegmentView, _ document: Int) -> Double {
    let words: Double
    if senses.wanted.isEmpty {
      words = exact.score(view, document)
    } else {
      let parts = exact.parts(view, document)
      words = parts.reduce(0, +) - findings(view, document, parts).reduce(0) { $0 + $1.penalty }
    }
    let kin = concepts.score(view.segment.concepts(of: document))
    return (words + kin) * unit + broker.points(view.segment.facts[document])
  }

  mutating func parts(_ view: SegmentView, _ document: Int) -> [Double] { exact.parts(view, document) }

  func findings(_ view: SegmentView, _ document: Int, _ parts: [Double]) -> [SenseCheck.Finding] {
    if senses.wanted.isEmpty { return [] }
    let total = parts.reduce(concepts.score(view.segment.concepts(of: document)), +)
    return senses.findings(view.segment.texts, document, parts, total: total)
  }
}
