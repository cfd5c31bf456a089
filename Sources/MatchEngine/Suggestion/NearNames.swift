/// Finds the known name nearest to a run of characters: names of the lexicon, and tags of the documents
/// that share characters with it.
struct NearNames {
  private let index: MatchIndex
  private let statistics: Statistics
  /// Documents whose tags are looked at.
  private static let documents = 200

  init(_ index: MatchIndex, _ statistics: Statistics) {
    self.index = index
    self.statistics = statistics
  }

  /// - Parameter run: 3 to 12 characters, folded.
  func nearest(_ run: [UInt32]) -> String? {
    let limit = run.count < 5 ? 1 : 2
    let wanted = Set(Self.pairs(run))
    var best: (name: String, distance: Int, shared: Int, frequency: Int)?
    for name in candidates(run) {
      var units = UnitList()
      Terms.scan(name, into: &units)
      guard units.units.allSatisfy(\.term.isCharacter) else { continue }
      let characters = units.units.map { UInt32($0.term.bits) }
      guard abs(characters.count - run.count) <= 1,
        let distance = EditDistance.between(run, characters, limit: limit), distance > 0
      else { continue }
      let shared = Self.pairs(characters).count { wanted.contains($0) }
      // A name of three may be wrong in the middle and share no pair.
      guard shared > 0 || (run.count == 3 && run.first == characters.first && run.last == characters.last) else {
        continue
      }
      let frequency = PhraseCount.documents(characters, statistics)
      if frequency == 0 { continue }
      let found = (name, distance, shared, frequency)
      if best.map({ Self.precedes(found, $0) }) ?? true { best = found }
    }
    return best?.name
  }

  private typealias Found = (name: String, distance: Int, shared: Int, frequency: Int)

  private static func precedes(_ left: Found, _ right: Found) -> Bool {
    if left.distance != right.distance { return left.distance < right.distance }
    if left.shared != right.shared { return left.shared > right.shared }
    if left.frequency != right.frequency { return left.frequency > right.frequency }
    return left.name < right.name
  }

  private func candidates(_ run: [UInt32]) -> Set<String> {
    var names = Set(index.lexicon.terms.flatMap { [$0.name] + $0.synonyms })
    let text = String(String.UnicodeScalarView(run.compactMap(Unicode.Scalar.init)))
    for match in index.search(text, limit: Self.documents) {
      for view in statistics.views {
        guard let document = view.segment.find(match.key), !view.isDead(document) else { continue }
        names.formUnion(view.segment.texts.tags(document))
      }
    }
    return names
  }

  static func pairs(_ run: [UInt32]) -> [Term] { zip(run, run.dropFirst()).map { .pair($0, $1) } }
}

/// Counts the documents that have all neighbouring pairs of a run: nearly always those that have the run itself.
enum PhraseCount {
  /// - Parameter run: at least one character.
  static func documents(_ run: [UInt32], _ statistics: Statistics) -> Int {
    if run.count == 1 { return statistics.frequency(of: .character(run[0])) }
    let pairs = NearNames.pairs(run)
    return statistics.views.reduce(0) { sum, view in
      let postings = view.segment.postings
      let lists = pairs.compactMap { postings.find($0) }.sorted { $0.count < $1.count }
      guard lists.count == pairs.count, let shortest = lists.first else { return sum }
      var having: Set<Int> = []
      postings.forEachDocument(shortest) { if !view.isDead($0) { having.insert($0) } }
      for list in lists.dropFirst() where !having.isEmpty {
        var both: Set<Int> = []
        postings.forEachDocument(list) { if having.contains($0) { both.insert($0) } }
        having = both
      }
      return sum + having.count
    }
  }
}
