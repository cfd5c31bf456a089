/// Makes a segment of documents.
struct SegmentBuilder: ~Copyable {
  private let lexicon: Lexicon
  private let reading: TextReading
  private var texts: TextWriter
  private var lengths: [UInt32] = []
  private var concepts: [UInt32] = []
  private var conceptEnds: [UInt32] = []
  private var table = TermTable(capacity: 1 << 10)
  /// One entry for each distinct term of each document, documents in order.
  private var entryTerms: [UInt32] = []
  private var entryFrequencies: [UInt16] = []
  private var entryEnds: [Int] = []
  /// For each term of the table its latest entry.
  private var latest: [Int] = []
  private var scanned = TermList()
  private var units = UnitList()

  init(lexicon: Lexicon, reading: TextReading) {
    self.lexicon = lexicon
    self.reading = reading
    texts = TextWriter(reading)
  }

  /// - Parameter documents: at most `Segment.capacity`, ascending by key, no key twice.
  static func build(
    _ documents: [MatchDocument], lexicon: Lexicon, reading: TextReading = .language
  ) -> Segment {
    precondition(documents.count <= Segment.capacity)
    var builder = SegmentBuilder(lexicon: lexicon, reading: reading)
    for document in documents { builder.add(document) }
    let postings = builder.postings()
    return Segment(
      keys: documents.map(\.key), facts: documents.map(\.facts), texts: builder.texts.store, lengths: builder.lengths,
      concepts: builder.concepts, conceptEnds: builder.conceptEnds, postings: postings)
  }

  private mutating func add(_ document: MatchDocument) {
    let first = entryTerms.count
    let start = texts.bytes.count
    texts.append(title: document.title, body: document.body, tags: document.tags)
    scanned.clear()
    texts.scan(from: start, into: &scanned)
    for term in scanned.terms { count(term, since: first) }
    lengths.append(UInt32(scanned.terms.count))
    units.clear()
    texts.scan(from: start, into: &units)
    let known = lexicon.concepts(in: units)
    for concept in known { count(.concept(concept), since: first) }
    concepts.append(contentsOf: known.map(UInt32.init))
    conceptEnds.append(UInt32(concepts.count))
    entryEnds.append(entryTerms.count)
  }

  @inline(__always) private mutating func count(_ term: Term, since first: Int) {
    let number = table.insert(term)
    if number == latest.count { latest.append(-1) }
    let entry = latest[number]
    if entry >= first {
      entryFrequencies[entry] = entryFrequencies[entry] == .max ? .max : entryFrequencies[entry] &+ 1
    } else {
      latest[number] = entryTerms.count
      entryTerms.append(UInt32(number))
      entryFrequencies.append(1)
    }
  }

  /// Sorts the entries by term; within a term they stay in the order of documents.
  private borrowing func postings() -> Postings {
    let order = table.terms.indices.sorted { table.terms[$0] < table.terms[$1] }
    var counts = [Int](repeating: 0, count: table.count)
    for term in entryTerms { counts[Int(term)] += 1 }
    var terms: [Term] = []
    var starts = [0]
    terms.reserveCapacity(order.count)
    starts.reserveCapacity(order.count + 1)
    var next = [Int](repeating: 0, count: table.count)
    var total = 0
    for number in order {
      terms.append(table.terms[number])
      next[number] = total
      total += counts[number]
      starts.append(total)
    }
    var documents = [UInt16](repeating: 0, count: total)
    var codes = [UInt8](repeating: 0, count: total)
    var entry = 0
    for (document, end) in entryEnds.enumerated() {
      while entry < end {
        let number = Int(entryTerms[entry])
        let place = next[number]
        next[number] = place + 1
        documents[place] = UInt16(document)
        codes[place] = ImpactCode.encode(
          frequency: Int(entryFrequencies[entry]), length: lengths[document])
        entry += 1
      }
    }
    return Postings(
      terms: Column(terms), starts: Column(starts), documents: Column(documents), codes: Column(codes))
  }
}

extension Lexicon {
  /// The numbers of the terms a text names, ascending, each once.
  func concepts(in text: UnitList) -> [Int] { Set(surfaces.hits(text.units).map(\.number)).sorted() }
}
