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
  ///
  /// - Returns: the number the name has now, -1 for a name without letters, digits or characters.
  @discardableResult
  mutating func insert(_ name: String, number: Int) -> Int {
    var units = UnitList()
    Terms.scan(name, into: &units)
    guard !units.units.isEmpty else { return -1 }
    longest = max(longest, units.units.count)
    var hash = WordHash.start
    var prefix = 0
    for at in units.units.indices {
      hash = Self.step(hash, units.units, at, first: at == 0)
      prefix = prefixes.insert(Term(bits: hash))
      if prefix == names.count { names.append(-1) }
    }
    if names[prefix] < 0 { names[prefix] = Int32(number) }
    return Int(names[prefix])
  }

  /// The names in a text, longest first at each place, without overlap, from left to right.
  func hits(_ units: [PlacedTerm]) -> [Hit] {
    var hits: [Hit] = []
    var at = 0
    while at < units.count {
      var best: (hit: Hit, count: Int)?
      eachHit(units, at) { best = ($0, $1) }
      if let best { hits.append(best.hit) }
      at += best?.count ?? 1
    }
    return hits
  }

  /// All names in a text, overlapping ones too.
  func everyHit(_ units: [PlacedTerm]) -> [Hit] {
    var hits: [Hit] = []
    for at in units.indices { eachHit(units, at) { hit, _ in hits.append(hit) } }
    return hits
  }

  /// The names that begin at a unit, short ones first, each with its number of units.
  @inline(__always)
  private func eachHit(_ units: [PlacedTerm], _ at: Int, _ found: (Hit, Int) -> Void) {
    var hash = WordHash.start
    var count = 0
    while count < longest, at + count < units.count {
      hash = Self.step(hash, units, at + count, first: count == 0)
      guard let prefix = prefixes.find(Term(bits: hash)) else { return }
      count += 1
      if names[prefix] >= 0 {
        found(Hit(number: Int(names[prefix]), start: units[at].start, end: units[at + count - 1].end), count)
      }
    }
  }

  /// The hash of a prefix that goes on with a unit. A gap in front of the unit, such as a bracket, is part of the name.
  @inline(__always)
  private static func step(_ hash: UInt64, _ units: [PlacedTerm], _ at: Int, first: Bool) -> UInt64 {
    let gap: UInt64 = first || units[at].start == units[at - 1].end ? 0 : 0x5851_F42D_4C95_7F2D
    return WordHash.mix(hash &* 31 &+ units[at].term.bits &+ gap) | 1
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
