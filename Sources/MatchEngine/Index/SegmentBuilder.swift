/// Makes a segment of documents.
struct SegmentBuilder: ~Copyable {
  private let lexicon: Lexicon
  private var texts: TextWriter
  private var lengths: [UInt32] = []
  private var concepts: [[UInt32]] = []
  private var entries = TermEntries()
  private var scanned = TermList()
  private var units = UnitList()

  init(lexicon: Lexicon, reading: TextReading) {
    self.lexicon = lexicon
    texts = TextWriter(reading)
  }

  /// - Parameter documents: at most `Segment.capacity`, ascending by key, no key twice.
  static func build(
    _ documents: [MatchDocument], lexicon: Lexicon, reading: TextReading = .language
  ) -> Segment {
    precondition(documents.count <= Segment.capacity)
    var builder = SegmentBuilder(lexicon: lexicon, reading: reading)
    for document in documents { builder.add(document) }
    return builder.segment(documents, reading)
  }

  private mutating func add(_ document: MatchDocument) {
    let start = texts.bytes.count
    texts.append(title: document.title, body: document.body, tags: document.tags)
    scanned.clear()
    texts.scan(from: start, into: &scanned)
    entries.add(scanned.terms)
    lengths.append(UInt32(scanned.terms.count))
    units.clear()
    if !lexicon.terms.isEmpty { texts.scan(from: start, into: &units) }
    let known = lexicon.concepts(in: units)
    for concept in known { entries.add(.concept(concept)) }
    concepts.append(known.map(UInt32.init))
    entries.endDocument()
  }

  /// Puts the documents in order of length; they come in order of their keys.
  private borrowing func segment(_ documents: [MatchDocument], _ reading: TextReading) -> Segment {
    let order = documents.indices.sorted { lengths[$0] != lengths[$1] ? lengths[$0] < lengths[$1] : $0 < $1 }
    let written = texts.store
    var texts = TextWriter(reading, byteCount: written.byteCount)
    var conceptEnds: [UInt32] = []
    var total: UInt32 = 0
    for document in order {
      texts.append(written, document)
      total += UInt32(concepts[document].count)
      conceptEnds.append(total)
    }
    return Segment(
      keys: order.map { documents[$0].key }, facts: order.map { documents[$0].facts }, texts: texts.store,
      lengths: order.map { lengths[$0] }, concepts: order.flatMap { concepts[$0] }, conceptEnds: conceptEnds,
      postings: entries.postings(order))
  }
}

extension Lexicon {
  /// The numbers of the terms a text names, ascending, each once.
  func concepts(in text: UnitList) -> [Int] { Set(surfaces.hits(text.units).map(\.number)).sorted() }
}
