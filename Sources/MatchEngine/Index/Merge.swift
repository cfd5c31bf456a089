/// Makes one segment of several, without their dead documents.
enum Merge {
  private struct Source {
    let view: SegmentView
    /// For each document its number in the new segment, -1 when it is gone.
    var numbers: [Int32]
    var term = 0
  }

  /// - Parameter views: together at most `Segment.capacity` living documents; no key lives twice.
  static func merge(_ views: [SegmentView]) -> Segment {
    var sources = views.map { Source(view: $0, numbers: [Int32](repeating: -1, count: $0.segment.count)) }
    var order: [(key: UInt128, source: Int, document: Int)] = []
    for (number, source) in sources.enumerated() {
      for (document, key) in source.view.segment.keys.enumerated() where !source.view.isDead(document) {
        order.append((key, number, document))
      }
    }
    order.sort { $0.key < $1.key }
    precondition(order.count <= Segment.capacity)
    var texts = TextWriter(views.first?.segment.texts.reading ?? .language)
    var concepts: [UInt32] = []
    var conceptEnds: [UInt32] = []
    for (number, (_, source, document)) in order.enumerated() {
      sources[source].numbers[document] = Int32(number)
      let segment = sources[source].view.segment
      texts.append(segment.texts, document)
      concepts.append(contentsOf: segment.concepts(of: document))
      conceptEnds.append(UInt32(concepts.count))
    }
    return Segment(
      keys: order.map(\.key), facts: order.map { views[$0.source].segment.facts[$0.document] }, texts: texts.store,
      lengths: order.map { views[$0.source].segment.lengths[$0.document] }, concepts: concepts,
      conceptEnds: conceptEnds, postings: postings(&sources))
  }

  private static func postings(_ sources: inout [Source]) -> Postings {
    var terms: [Term] = []
    var starts = [0]
    var documents: [UInt16] = []
    var codes: [UInt8] = []
    let most = sources.reduce(0) { $0 + $1.view.segment.documents.count }
    documents.reserveCapacity(most)
    codes.reserveCapacity(most)
    terms.reserveCapacity(sources.map { $0.view.segment.terms.count }.max() ?? 0)
    var gathered: [UInt32] = []
    while true {
      var least: Term?
      for source in sources where source.term < source.view.segment.terms.count {
        let term = source.view.segment.terms[source.term]
        if least.map({ term < $0 }) ?? true { least = term }
      }
      guard let least else {
        return Postings(
          terms: Column(terms), starts: Column(starts), documents: Column(documents), codes: Column(codes))
      }
      gathered.removeAll(keepingCapacity: true)
      var sorted = true
      for index in sources.indices {
        let segment = sources[index].view.segment
        let place = sources[index].term
        guard place < segment.terms.count, segment.terms[place] == least else { continue }
        sources[index].term += 1
        let range = segment.starts[place]..<segment.starts[place + 1]
        segment.documents.withSpan { documents in
          segment.codes.withSpan { codes in
            for posting in range {
              let number = sources[index].numbers[Int(documents[posting])]
              if number < 0 { continue }
              let packed = UInt32(number) << 8 | UInt32(codes[posting])
              if let last = gathered.last, last > packed { sorted = false }
              gathered.append(packed)
            }
          }
        }
      }
      if gathered.isEmpty { continue }
      if !sorted { gathered.sort() }
      terms.append(least)
      for packed in gathered {
        documents.append(UInt16(truncatingIfNeeded: packed >> 8))
        codes.append(UInt8(truncatingIfNeeded: packed))
      }
      starts.append(documents.count)
    }
  }
}
