/// A segment and which of its documents are gone.
struct SegmentView: Sendable {
  let segment: Segment
  /// One bit a document; empty while none is gone.
  private(set) var dead: [UInt64] = []
  /// The documents that are gone, ascending.
  private(set) var deadDocuments: [UInt16] = []
  /// Terms of all living documents together.
  private(set) var totalLength: Int

  /// - Parameter dead: the documents that are gone, ascending.
  init(_ segment: Segment, dead gone: [UInt16] = []) {
    self.segment = segment
    totalLength = segment.lengths.reduce(0) { $0 + Int($1) }
    if gone.isEmpty { return }
    dead = [UInt64](repeating: 0, count: (segment.count + 63) / 64)
    for document in gone {
      dead[Int(document) >> 6] |= 1 << UInt64(document & 63)
      totalLength -= Int(segment.lengths[Int(document)])
    }
    deadDocuments = gone
  }

  var count: Int { segment.count - deadDocuments.count }

  @inline(__always) func isDead(_ document: Int) -> Bool {
    !dead.isEmpty && dead[document >> 6] >> UInt64(document & 63) & 1 == 1
  }

  /// Strikes a document out. False when it was gone already.
  mutating func kill(_ document: Int) -> Bool {
    if dead.isEmpty { dead = [UInt64](repeating: 0, count: (segment.count + 63) / 64) }
    guard !isDead(document) else { return false }
    dead[document >> 6] |= 1 << UInt64(document & 63)
    deadDocuments.insert(UInt16(document), at: deadDocuments.lowerBound { $0 < UInt16(document) })
    totalLength -= Int(segment.lengths[document])
    return true
  }

  /// How many living documents have the term.
  func frequency(of term: Term) -> Int {
    let range = segment.postings(of: term)
    if range.isEmpty || deadDocuments.isEmpty { return range.count }
    var gone = 0
    if deadDocuments.count * 16 < range.count {
      for document in deadDocuments where Self.contains(segment.documents, range, document) { gone += 1 }
    } else {
      for place in range where isDead(Int(segment.documents[place])) { gone += 1 }
    }
    return range.count - gone
  }

  static func contains(_ documents: Column<UInt16>, _ range: Range<Int>, _ wanted: UInt16) -> Bool {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = (low + high) >> 1
      if documents[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low < range.upperBound && documents[low] == wanted
  }
}
