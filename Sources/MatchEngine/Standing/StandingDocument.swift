/// A new document as waiting queries see it.
struct StandingDocument {
  let document: MatchDocument
  /// The document alone in a segment.
  let view: SegmentView
  let concepts: ArraySlice<UInt32>
  /// For each word that is waited for what the document's having it is worth, 0 when it has not.
  private(set) var worth: [Double]
  /// The words of them that the document has.
  private(set) var terms: [Int] = []
  /// The lexicon terms that are no strangers to the document's, each with the nearness of its nearest.
  let kin: [Int: Double]

  init(
    _ document: MatchDocument, _ lexicon: Lexicon, _ statistics: Statistics, _ tuning: Tuning, _ table: TermTable
  ) {
    self.document = document
    view = SegmentView(SegmentBuilder.build([document], lexicon: lexicon))
    concepts = view.segment.concepts(of: 0)
    kin = Dictionary(
      concepts.flatMap { lexicon.kin(of: Int($0)) }.map { ($0.concept, $0.nearness) }, uniquingKeysWith: max)
    var scanned = TermList()
    view.segment.texts.scan(0, into: &scanned)
    worth = [Double](repeating: 0, count: table.count)
    for term in scanned.terms {
      guard let number = table.find(term) else { continue }
      if worth[number] == 0 { terms.append(number) }
      worth[number] += 1
    }
    let length = Double(view.segment.lengths[0]) / statistics.averageLength
    for number in terms { worth[number] = Saturation.value(worth[number], length, tuning) }
  }
}
