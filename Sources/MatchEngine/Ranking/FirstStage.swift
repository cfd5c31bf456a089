/// Finds the documents worth an exact score: walks the posting lists of the heaviest terms and adds up rounded impacts.
struct FirstStage {
  let statistics: Statistics
  let tuning: Tuning
  let admission: Admission

  /// The best documents by rough score, best first, at most `limit`.
  ///
  /// Pairs, words and concepts are walked; the long lists of single characters only when those find too few.
  func candidates(_ words: [QueryVector.Entry], _ concepts: [QueryVector.Entry], limit: Int) -> [Candidate] {
    let listed =
      words.filter { !$0.term.isCharacter }.prefix(tuning.listedTerms) + concepts.prefix(tuning.listedTerms)
    let found = walk(Array(listed), limit: limit)
    if found.count >= limit { return found }
    let characters = words.filter(\.term.isCharacter).prefix(tuning.listedTerms)
    return characters.isEmpty ? found : walk(Array(listed + characters), limit: limit)
  }

  private func walk(_ entries: [QueryVector.Entry], limit: Int) -> [Candidate] {
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
      collect(view, number, &sums, &pool)
    }
    return pool.finish()
  }

  private static func add(
    _ documents: [UInt16], _ codes: [UInt8], _ range: Range<Int>, _ impacts: [UInt16], to sums: inout [UInt16]
  ) {
    let documents = documents.span
    let codes = codes.span
    let impacts = impacts.span
    var sums = sums.mutableSpan
    for place in range {
      let document = Int(documents[place])
      sums[document] = sums[document] &+ impacts[Int(codes[place])]
    }
  }

  private func collect(_ view: SegmentView, _ number: Int, _ sums: inout [UInt16], _ pool: inout CandidatePool) {
    for document in 0..<view.segment.count {
      let rough = sums[document]
      if rough == 0 { continue }
      sums[document] = 0
      if rough < pool.threshold || !admission.admits(view, document) { continue }
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
