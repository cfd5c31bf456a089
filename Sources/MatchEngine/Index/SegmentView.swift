/// A segment and which of its documents are gone.
struct SegmentView: Sendable {
  let segment: Segment
  /// One bit a document; empty while none is gone.
  private(set) var dead: [UInt64] = []
  /// The documents that are gone, ascending.
  private(set) var deadDocuments: [UInt16] = []
  /// How many of the documents that are gone have a term.
  private var deadFrequencies: [Term: Int32] = [:]
  /// Terms of all living documents together.
  private(set) var totalLength: Int

  /// - Parameter dead: the documents that are gone.
  init(_ segment: Segment, dead gone: [UInt16] = []) {
    self.segment = segment
    totalLength = segment.lengths.reduce(0) { $0 + Int($1) }
    for document in gone { kill(Int(document)) }
  }

  var count: Int { segment.count - deadDocuments.count }

  @inline(__always) func isDead(_ document: Int) -> Bool {
    !dead.isEmpty && dead[document >> 6] >> UInt64(document & 63) & 1 == 1
  }

  /// Strikes a document out. False when it was gone already.
  @discardableResult
  mutating func kill(_ document: Int) -> Bool {
    if dead.isEmpty { dead = [UInt64](repeating: 0, count: (segment.count + 63) / 64) }
    guard !isDead(document) else { return false }
    dead[document >> 6] |= 1 << UInt64(document & 63)
    deadDocuments.insert(UInt16(document), at: deadDocuments.lowerBound { $0 < UInt16(document) })
    totalLength -= Int(segment.lengths[document])
    var terms = TermList()
    segment.texts.scan(document, into: &terms)
    for term in Set(terms.terms) { deadFrequencies[term, default: 0] += 1 }
    for concept in segment.concepts(of: document) { deadFrequencies[.concept(Int(concept)), default: 0] += 1 }
    return true
  }

  /// How many living documents have the term.
  func frequency(of term: Term) -> Int {
    guard let lists = segment.postings.find(term) else { return 0 }
    return frequency(lists)
  }

  /// How many living documents have the term of these lists.
  func frequency(_ lists: TermLists) -> Int {
    deadDocuments.isEmpty ? lists.count : max(0, lists.count - Int(deadFrequencies[lists.term] ?? 0))
  }
}
