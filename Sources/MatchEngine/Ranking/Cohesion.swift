/// How firmly neighbouring characters hang together in the indexed texts, to show whole words where a comparison of
/// characters would show torn ones. Only for display: it has no part in the score.
struct Cohesion {
  private let statistics: Statistics
  private var known: [Term: Double] = [:]

  init(_ statistics: Statistics) { self.statistics = statistics }

  /// 0…1: how often two characters that occur stand side by side; 0 for anything but two neighbouring characters.
  mutating func between(_ left: PlacedTerm, _ right: PlacedTerm) -> Double {
    guard left.term.isCharacter, right.term.isCharacter, left.end == right.start else { return 0 }
    if Self.isParticle(left) || Self.isParticle(right) { return 0 }
    let pair = Term.pair(UInt32(left.term.bits), UInt32(right.term.bits))
    if let value = known[pair] { return value }
    let together = Double(statistics.frequency(of: pair))
    let apart = Double(statistics.frequency(of: left.term)) * Double(statistics.frequency(of: right.term))
    let value = apart > 0 ? together * together / apart : 0
    known[pair] = value
    return value
  }

  /// A run of units without the characters at its ends that belong more to what stands outside.
  mutating func trim(_ run: Range<Int>, in units: [PlacedTerm]) -> Range<Int> {
    var low = run.lowerBound
    var high = run.upperBound
    while high - low > 1, Self.isParticle(units[low]) || (high - low > 2 && tornFront(units, low)) { low += 1 }
    while high - low > 1, Self.isParticle(units[high - 1]) || (high - low > 2 && tornBack(units, high)) { high -= 1 }
    return low..<high
  }

  /// The pieces of a run, cut where it hangs together less than half as firmly as on either side.
  mutating func pieces(_ run: Range<Int>, in units: [PlacedTerm]) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    var start = run.lowerBound
    for cut in run.dropFirst() {
      let here = between(units[cut - 1], units[cut])
      let before = cut - 1 > start ? between(units[cut - 2], units[cut - 1]) : 0
      let after = cut + 1 < run.upperBound ? between(units[cut], units[cut + 1]) : 0
      if here == 0 || here * 2 < max(before, after) {
        pieces.append(start..<cut)
        start = cut
      }
    }
    pieces.append(start..<run.upperBound)
    return pieces.map { trim($0, in: units) }
  }

  private mutating func tornFront(_ units: [PlacedTerm], _ at: Int) -> Bool {
    at > 0 && between(units[at - 1], units[at]) > between(units[at], units[at + 1])
  }

  private mutating func tornBack(_ units: [PlacedTerm], _ end: Int) -> Bool {
    end < units.count && between(units[end - 1], units[end]) > between(units[end - 2], units[end - 1])
  }

  private static let particles = Set("的与和及或等之其了".unicodeScalars.map { Term.character($0.value) })

  private static func isParticle(_ unit: PlacedTerm) -> Bool { particles.contains(unit.term) }
}
