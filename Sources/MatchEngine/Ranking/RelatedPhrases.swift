/// Where a document uses words that feedback added, neighbouring pairs joined to words.
enum RelatedPhrases {
  /// One place for each word, the heaviest first. Lone characters are left out, and what lies
  /// within a heavier word.
  static func find(
    _ texts: TextStore, _ units: [PlacedTerm], _ worth: [Term: Double], _ cohesion: inout Cohesion, limit: Int
  ) -> [Range<Int>] {
    var found: [(place: Range<Int>, worth: Double)] = []
    var at = 0
    while at < units.count {
      var end = at + 1
      var sum = worth[units[at].term] ?? 0
      if units[at].term.isCharacter {
        sum = 0
        while end < units.count, let part = pair(units, end, worth) {
          sum += part
          end += 1
        }
      }
      if sum > 0 {
        let pieces = cohesion.pieces(at..<end, in: units)
          .filter { $0.count > 1 || !units[$0.lowerBound].term.isCharacter }
        for piece in pieces { found.append((units[piece.lowerBound].start..<units[piece.upperBound - 1].end, sum)) }
      }
      at = end
    }
    var seen: [String] = []
    return found.sorted { $0.worth != $1.worth ? $0.worth > $1.worth : $0.place.lowerBound < $1.place.lowerBound }
      .filter { run in
        let name = texts.text(run.place)
        if seen.contains(where: { $0.contains(name) }) { return false }
        seen.append(name)
        return seen.count <= limit
      }
      .map(\.place)
  }

  /// What feedback holds of the pair that ends at a unit; nil when it holds nothing.
  private static func pair(_ units: [PlacedTerm], _ end: Int, _ worth: [Term: Double]) -> Double? {
    guard units[end].term.isCharacter, units[end - 1].end == units[end].start else { return nil }
    return worth[.pair(UInt32(units[end - 1].term.bits), UInt32(units[end].term.bits))]
  }
}
