/// The longest runs of characters and words that a query and a document have in common.
enum SharedPhrases {
  struct Phrase {
    let wanted: Range<Int>
    let offered: Range<Int>
    /// The terms within the phrase.
    let terms: [Term]
  }

  /// For each unit of the query this many places of the document are tried.
  private static let tries = 16

  /// The runs from left to right in the query, each as long as can be without tearing a word; lone characters only when
  /// there is nothing longer.
  static func find(_ wanted: [PlacedTerm], _ offered: [PlacedTerm], _ cohesion: inout Cohesion) -> [Phrase] {
    var places: [Term: [Int]] = [:]
    for (place, unit) in offered.enumerated() { places[unit.term, default: []].append(place) }
    var phrases: [Phrase] = []
    var lone: [Phrase] = []
    var at = 0
    while at < wanted.count {
      var best = (count: 0, place: 0)
      for place in (places[wanted[at].term] ?? []).prefix(tries) {
        let count = common(wanted, at, offered, place)
        if count > best.count { best = (count, place) }
      }
      guard best.count > 0 else {
        at += 1
        continue
      }
      let left = cohesion.trim(at..<at + best.count, in: wanted)
      let right = cohesion.trim(best.place..<best.place + best.count, in: offered)
      let from = max(left.lowerBound - at, right.lowerBound - best.place)
      let to = min(left.upperBound - at, right.upperBound - best.place)
      if from < to {
        let units = wanted[at + from..<at + to]
        let phrase = Phrase(
          wanted: wanted[at + from].start..<wanted[at + to - 1].end,
          offered: offered[best.place + from].start..<offered[best.place + to - 1].end, terms: terms(units))
        if to - from == 1 && wanted[at + from].term.isCharacter { lone.append(phrase) } else { phrases.append(phrase) }
      }
      at += best.count
    }
    return phrases.isEmpty ? lone : phrases
  }

  /// How many units go on alike without a break.
  private static func common(_ left: [PlacedTerm], _ at: Int, _ right: [PlacedTerm], _ place: Int) -> Int {
    var count = 0
    while at + count < left.count, place + count < right.count,
      left[at + count].term == right[place + count].term,
      count == 0
        || left[at + count - 1].end == left[at + count].start
          && right[place + count - 1].end == right[place + count].start
    {
      count += 1
    }
    return count
  }

  private static func terms(_ units: ArraySlice<PlacedTerm>) -> [Term] {
    var terms = units.map(\.term)
    for (left, right) in zip(units, units.dropFirst()) where left.term.isCharacter && right.term.isCharacter {
      terms.append(.pair(UInt32(left.term.bits), UInt32(right.term.bits)))
    }
    return terms
  }
}
