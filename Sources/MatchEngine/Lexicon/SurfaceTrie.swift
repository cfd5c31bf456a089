/// Finds known names in text: a trie over single characters and whole words, kept as a hash table of its prefixes.
struct SurfaceTrie: Sendable {
  private var prefixes = TermTable()
  /// For each prefix the number of the name that ends here, -1 when it is only a prefix.
  private var names: [Int32] = []
  /// No name is longer than this many units.
  private var longest = 0

  /// A name's occurrence in a text.
  struct Hit: Sendable, Equatable {
    let number: Int
    let start: Int
    let end: Int
  }

  /// Adds a name. Of two names that fold to the same units the first one stays.
  mutating func insert(_ name: String, number: Int) {
    var units = UnitList()
    Terms.scan(name, into: &units)
    guard !units.units.isEmpty else { return }
    longest = max(longest, units.units.count)
    var hash = WordHash.start
    for (offset, unit) in units.units.enumerated() {
      hash = Self.step(hash, unit.term)
      let prefix = prefixes.insert(Term(bits: hash))
      if prefix == names.count { names.append(-1) }
      if offset == units.units.count - 1, names[prefix] < 0 { names[prefix] = Int32(number) }
    }
  }

  /// The names in a text, longest first at each place, without overlap, from left to right.
  func hits(_ units: [PlacedTerm]) -> [Hit] {
    guard longest > 0 else { return [] }
    var hits: [Hit] = []
    var at = 0
    while at < units.count {
      var hash = WordHash.start
      var best: (number: Int, count: Int)?
      var count = 0
      while count < longest, at + count < units.count {
        if count > 0, units[at + count].start != units[at + count - 1].end { break }
        hash = Self.step(hash, units[at + count].term)
        guard let prefix = prefixes.find(Term(bits: hash)) else { break }
        count += 1
        if names[prefix] >= 0 { best = (Int(names[prefix]), count) }
      }
      if let best {
        hits.append(Hit(number: best.number, start: units[at].start, end: units[at + best.count - 1].end))
        at += best.count
      } else {
        at += 1
      }
    }
    return hits
  }

  @inline(__always) private static func step(_ hash: UInt64, _ unit: Term) -> UInt64 {
    WordHash.mix(hash &* 31 &+ unit.bits) | 1
  }
}

/// Keeps single characters and words, leaving out pairs.
struct UnitList: TermSink {
  private(set) var units: [PlacedTerm] = []

  @inline(__always) mutating func take(_ term: Term, from start: Int, to end: Int) {
    if term.bits >> 63 == 1 || term.isCharacter { units.append(PlacedTerm(term: term, start: start, end: end)) }
  }

  mutating func clear() { units.removeAll(keepingCapacity: true) }
}
