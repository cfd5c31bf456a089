/// Where a document uses words that feedback added, neighbours joined to phrases.
enum RelatedPhrases {
  /// One place for each phrase, the heaviest first. Lone characters are left out.
  static func find(_ texts: TextStore, _ document: Int, _ worth: [Term: Double]) -> [Range<Int>] {
    var placed = PlacedTermList()
    texts.scan(document, into: &placed)
    var runs: [(place: Range<Int>, worth: Double)] = []
    for term in placed.terms where !term.term.isCharacter {
      guard let value = worth[term.term] else { continue }
      if let last = runs.last, term.start < last.place.upperBound {
        runs[runs.count - 1] = (last.place.lowerBound..<term.end, last.worth + value)
      } else {
        runs.append((term.start..<term.end, value))
      }
    }
    var seen: Set<String> = []
    return runs.sorted { $0.worth != $1.worth ? $0.worth > $1.worth : $0.place.lowerBound < $1.place.lowerBound }
      .filter { seen.insert(texts.text($0.place)).inserted }
      .map(\.place)
  }
}
