/// Makes one segment of several, without their dead documents.
enum Merge {
  private struct Source {
    let view: SegmentView
    /// For each document its number in the new segment, -1 when it is gone.
    var numbers: [Int32]
    /// How often each document has the term at hand, beyond once.
    var repeats: [UInt8]
    var cursor: Postings.Cursor
    var lists: TermLists?

    init(_ view: SegmentView) {
      self.view = view
      numbers = [Int32](repeating: -1, count: view.segment.count)
      repeats = [UInt8](repeating: 0, count: view.segment.count)
      cursor = view.segment.postings.terms(from: Term(bits: 0))
      lists = cursor.next()
    }

    /// Appends the living documents under their new numbers, each with its frequency in the low byte.
    mutating func gather(_ lists: TermLists, into gathered: inout [UInt32]) {
      for level in 1..<TermLists.levels where lists.counts[level] > 0 {
        view.segment.postings.withSet(lists, level: level) { set in set.forEach { repeats[$0] += 1 } }
      }
      view.segment.postings.withSet(lists, level: 0) { set in
        set.forEach { document in
          if numbers[document] >= 0 { gathered.append(UInt32(numbers[document]) << 8 | UInt32(repeats[document] + 1)) }
          repeats[document] = 0
        }
      }
    }
  }

  /// - Parameter views: together at most `Segment.capacity` living documents; no key lives twice.
  static func merge(_ views: [SegmentView]) -> Segment {
    var sources = views.map(Source.init)
    var order: [(length: UInt32, key: UInt128, source: Int, document: Int)] = []
    for (number, view) in views.enumerated() {
      for document in 0..<view.segment.count where !view.isDead(document) {
        order.append((view.segment.lengths[document], view.segment.keys[document], number, document))
      }
    }
    order.sort { $0.length != $1.length ? $0.length < $1.length : $0.key < $1.key }
    precondition(order.count <= Segment.capacity)
    var texts = TextWriter(
      views.first?.segment.texts.reading ?? .language,
      byteCount: views.reduce(0) { $0 + $1.segment.texts.byteCount })
    var concepts: [UInt32] = []
    var conceptEnds: [UInt32] = []
    for (number, (_, _, source, document)) in order.enumerated() {
      sources[source].numbers[document] = Int32(number)
      let segment = sources[source].view.segment
      texts.append(segment.texts, document)
      concepts.append(contentsOf: segment.concepts(of: document))
      conceptEnds.append(UInt32(concepts.count))
    }
    return Segment(
      keys: order.map(\.key), facts: order.map { views[$0.source].segment.facts[$0.document] }, texts: texts.store,
      lengths: order.map(\.length), concepts: concepts,
      conceptEnds: conceptEnds, postings: postings(&sources, documents: order.count))
  }

  private static func postings(_ sources: inout [Source], documents: Int) -> Postings {
    var writer = PostingsWriter(documents: documents)
    var gathered: [UInt32] = []
    var members: [UInt16] = []
    var frequencies: [UInt8] = []
    while let least = sources.compactMap(\.lists?.term).min() {
      var count = 0
      gathered.removeAll(keepingCapacity: true)
      for index in sources.indices {
        guard let lists = sources[index].lists, lists.term == least else { continue }
        if least.isCharacter {
          count += sources[index].view.frequency(lists)
        } else {
          sources[index].gather(lists, into: &gathered)
        }
        sources[index].lists = sources[index].cursor.next()
      }
      if count > 0 { writer.append(character: least, count: count) }
      if gathered.isEmpty { continue }
      if zip(gathered, gathered.dropFirst()).contains(where: >) { gathered.sort() }
      members.removeAll(keepingCapacity: true)
      frequencies.removeAll(keepingCapacity: true)
      for packed in gathered {
        members.append(UInt16(truncatingIfNeeded: packed >> 8))
        frequencies.append(UInt8(truncatingIfNeeded: packed))
      }
      writer.append(least, members[...], frequencies[...])
    }
    return writer.finish()
  }
}
