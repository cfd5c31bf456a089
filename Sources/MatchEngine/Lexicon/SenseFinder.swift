/// Tells which sense of its ambiguous words a text means.
struct SenseFinder: Sendable {
  private let ambiguities: [Ambiguity]
  /// Words and cues; several may share a surface.
  private var surfaces = SurfaceTrie()
  private var roles: [[Role]] = []

  private enum Role: Sendable {
    case word(Int)
    case cue(Int, sense: Int)
  }

  /// An ambiguous word in a text.
  struct Reading: Sendable, Equatable {
    let ambiguity: Int
    /// The sense more cues point to than to any other; nil when undecided.
    let sense: Int?
    /// Where the word stands.
    let places: [Range<Int>]
  }

  init(_ ambiguities: [Ambiguity]) {
    self.ambiguities = ambiguities
    for (number, ambiguity) in ambiguities.enumerated() {
      add(ambiguity.word, .word(number))
      for (sense, meaning) in ambiguity.senses.enumerated() {
        for cue in meaning.cues { add(cue, .cue(number, sense: sense)) }
      }
    }
  }

  private mutating func add(_ surface: String, _ role: Role) {
    let number = surfaces.insert(surface, number: roles.count)
    if number == roles.count { roles.append([role]) } else if number >= 0 { roles[number].append(role) }
  }

  /// The ambiguous words of a text, in the order of the lexicon.
  func readings(_ text: UnitList) -> [Reading] {
    var places: [Int: [Range<Int>]] = [:]
    var votes: [Int: [Int: Set<Int>]] = [:]
    for hit in surfaces.everyHit(text.units) {
      for role in roles[hit.number] {
        switch role {
        case .word(let word): places[word, default: []].append(hit.start..<hit.end)
        case .cue(let word, let sense): votes[word, default: [:]][sense, default: []].insert(hit.number)
        }
      }
    }
    return places.sorted { $0.key < $1.key }.map { word, found in
      let counts = (votes[word] ?? [:]).mapValues(\.count)
      let most = counts.values.max() ?? 0
      let leading = counts.filter { $0.value == most }.keys
      return Reading(ambiguity: word, sense: leading.count == 1 ? leading.first : nil, places: found)
    }
  }
}
