/// Which queries wait for which word, and how much of their weight lies on it.
///
/// A weight is rounded up to one of 255 parts of its query's heaviest, a document's share of it to a 64th, so a sum is never
/// below the true one and no query is missed. Of each query the lightest words are not listed, as many as can be worth no more
/// than a third of what it takes: the common characters, whose lists would be the longest.
struct StandingLists: Sendable {
  /// The words that are waited for.
  var terms = TermTable(capacity: 1_024)
  private let tuning: Tuning
  /// By number of the word: slot of the query in the upper 24 bits, weight in the lower 8.
  private var words: [[UInt32]] = []
  /// The same by number of the lexicon's term.
  private var concepts: [[UInt32]] = []
  /// The sum at which a query is to be looked at; out of reach once it is closed.
  private var needed: [UInt32] = []
  private var sums: [UInt32] = []

  private static let parts = 255.0
  private static let shares = 64.0
  private static let never = UInt32.max

  init(_ tuning: Tuning) { self.tuning = tuning }

  mutating func add(_ query: StandingQuery, slot: Int, lexicon: Lexicon) {
    precondition(slot < 1 << 24)
    while words.count < terms.count { words.append([]) }
    while concepts.count < lexicon.terms.count { concepts.append([]) }
    let least = max(query.wanted.atLeast, StandingQueries.leastScore)
    let needed = (least - BrokerTerms.most(tuning)) / query.unit
    let most = tuning.saturation + 1
    let listed = listed(query.weights, sparing: needed / most / 3)
    let unlisted = query.weights[listed...].reduce(0, +) * most
    let heaviest = max(query.weights.first ?? 0, query.concepts.map(\.weight).max() ?? 0)
    guard heaviest > 0 else {
      self.needed.append(Self.never)
      return
    }
    let part = heaviest / Self.parts
    func packed(_ weight: Double) -> UInt32 {
      UInt32(slot) << 8 | UInt32(min(Self.parts, (weight / part).rounded(.up)))
    }
    for (term, weight) in zip(query.terms[..<listed], query.weights) { words[Int(term)].append(packed(weight)) }
    for concept in query.concepts { concepts[concept.concept].append(packed(concept.weight)) }
    // One less than the sum, for what the division loses.
    let sum = ((needed - unlisted) / part * Self.shares).rounded(.down) - 1
    self.needed.append(UInt32(min(max(sum, 1), Double(Self.never - 1))))
  }

  /// How many of the weights, heaviest first, have to be listed when the rest may be worth so much.
  private func listed(_ weights: [Double], sparing: Double) -> Int {
    var left = sparing
    var count = weights.count
    while count > 1, weights[count - 1] <= left {
      count -= 1
      left -= weights[count]
    }
    return count
  }

  /// The query of this slot is to be found no more.
  mutating func close(_ slot: Int) { needed[slot] = Self.never }

  /// Forgets everything but the numbers of the words.
  mutating func clear() {
    needed = []
    for number in words.indices { words[number] = [] }
    for number in concepts.indices { concepts[number] = [] }
  }

  /// The slots of all queries that the document may answer, ascending.
  mutating func candidates(_ offered: StandingDocument) -> [Int] {
    if sums.count < needed.count { sums = [UInt32](repeating: 0, count: needed.count + needed.count / 4) }
    for term in offered.terms where term < words.count { Self.add(words[term], offered.worth[term], to: &sums) }
    for (concept, nearness) in offered.kin where concept < concepts.count {
      Self.add(concepts[concept], nearness, to: &sums)
    }
    var found: [Int] = []
    for slot in needed.indices where sums[slot] >= needed[slot] { found.append(slot) }
    sums.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    return found
  }

  private static func add(_ list: [UInt32], _ worth: Double, to sums: inout [UInt32]) {
    let share = UInt32((worth * shares).rounded(.up))
    let list = list.span
    var sums = sums.mutableSpan
    for place in list.indices {
      let packed = list[place]
      let slot = Int(packed >> 8)
      sums[slot] = sums[slot] &+ (packed & 255) &* share
    }
  }
}
