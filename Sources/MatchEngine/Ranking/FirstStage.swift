/// Finds the documents worth an exact score: walks the posting lists of the heaviest terms and adds up rounded impacts.
struct FirstStage {
  let statistics: Statistics
  let tuning: Tuning
  let admission: Admission

  /// The best documents by rough score, best first, at most `limit`.
  ///
  /// Pairs, words and concepts are walked; the long lists of single characters only when those find too few.
  func candidates(_ words: [QueryVector.Entry], _ concepts: [QueryVector.Entry], limit: Int) -> [Candidate] {
    var facets: FacetCounts?
    return candidates(words, concepts, limit: limit, &facets)
  }

  /// The same, counting all that is found when `facets` is there to count in.
  func candidates(
    _ words: [QueryVector.Entry], _ concepts: [QueryVector.Entry], limit: Int, _ facets: inout FacetCounts?
  ) -> [Candidate] {
    let listed =
      words.filter { !$0.term.isCharacter }.prefix(tuning.listedTerms) + concepts.prefix(tuning.listedTerms)
    let empty = facets
    let found = walk(Array(listed), limit: limit, &facets)
    if found.count >= limit { return found }
    let characters = words.filter(\.term.isCharacter).prefix(tuning.listedTerms)
    if characters.isEmpty { return found }
    facets = empty
    return walk(Array(listed + characters), limit: limit, &facets)
  }

  private func walk(_ entries: [QueryVector.Entry], limit: Int, _ facets: inout FacetCounts?) -> [Candidate] {
    var pool = CandidatePool(capacity: limit)
    guard !entries.isEmpty, limit > 0 else { return [] }
    let impacts = ImpactTable(entries, statistics, tuning)
    var sums = [UInt16](repeating: 0, count: statistics.views.map(\.segment.count).max() ?? 0)
    for (number, view) in statistics.views.enumerated() {
      let documents = view.segment.documents
      let codes = view.segment.codes
      for (index, entry) in entries.enumerated() {
        let range = view.segment.postings(of: entry.term)
        Self.add(documents, codes, range, impacts.rows[index], to: &sums)
      }
      collect(view, number, &sums, &pool, &facets)
    }
    return pool.finish()
  }

  private static func add(
    _ documents: Column<UInt16>, _ codes: Column<UInt8>, _ range: Range<Int>, _ impacts: [UInt16],
    to sums: inout [UInt16]
  ) {
    let impacts = impacts.span
    documents.withSpan { documents in
      codes.withSpan { codes in
        var sums = sums.mutableSpan
        for place in range {
          let document = Int(documents[place])
          sums[document] = sums[document] &+ impacts[Int(codes[place])]
        }
      }
    }
  }

  private func collect(
    _ view: SegmentView, _ number: Int, _ sums: inout [UInt16], _ pool: inout CandidatePool,
    _ facets: inout FacetCounts?
  ) {
    let counting = facets != nil
    for document in 0..<view.segment.count {
      let rough = sums[document]
      if rough == 0 { continue }
      sums[document] = 0
      if (rough < pool.threshold && !counting) || !admission.admits(view, document) { continue }
      if counting {
        facets?.add(view.segment.facts[document])
        if rough < pool.threshold { continue }
      }
      pool.offer(
        Candidate(rough: rough, key: view.segment.keys[document], view: number, document: document))
    }
  }
}

/// For each listed term the rounded worth of each impact code; so scaled that no document's sum passes 16 bits.
struct ImpactTable {
  private(set) var rows: [[UInt16]] = []

  init(_ entries: [QueryVector.Entry], _ statistics: Statistics, _ tuning: Tuning) {
    let shapes = (0...255).map { code -> Double in
      let frequency = ImpactCode.frequency(UInt8(code))
      let length = ImpactCode.length(UInt8(code)) / statistics.averageLength
      return Saturation.value(frequency, length, tuning)
    }
    let most = entries.reduce(0) { $0 + $1.weight } * (shapes.max() ?? 1)
    let scale = most > 0 ? (65_535 - Double(entries.count) * 2) / most : 0
    rows = entries.map { entry in shapes.map { UInt16(max(1, entry.weight * $0 * scale)) } }
  }
}

/// How much a term's frequency counts in a document of a length (in average lengths).
enum Saturation {
  @inline(__always) static func value(_ frequency: Double, _ length: Double, _ tuning: Tuning) -> Double {
    let k = tuning.saturation
    return frequency * (k + 1) / (frequency + k * (1 - tuning.lengthShare + tuning.lengthShare * length))
  }
}
