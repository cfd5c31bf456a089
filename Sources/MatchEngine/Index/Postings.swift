/// Where a segment keeps the documents of a term: level 1 is all that have it, level 2 those that have it at least
/// twice, and so on to level 4. A character has a count alone, because the pairs that begin with it have its documents.
struct TermLists {
  static let levels = 4

  let term: Term
  /// How many documents are on each level; 0 behind the last.
  var counts: SIMD4<Int32>
  /// Where each level's bytes end; those of level 1 begin at `start`.
  var ends: SIMD4<Int32>
  var start: Int

  /// How many documents have the term.
  var count: Int { Int(counts[0]) }
}

/// The terms of a segment in ascending order, packed sixteen to a block, and the lists they lead to.
struct Postings: Sendable {
  static let block = 16

  /// How many documents the segment has.
  let documents: Int
  let termCount: Int
  /// For each block its first term, where its entries begin and where its lists begin.
  let firsts: Column<UInt64>
  let entryStarts: Column<UInt32>
  let listStarts: Column<UInt32>
  /// For each term: the difference to the one before; its count times two, plus one when there are higher levels, whose
  /// counts follow; the size of each list that is made of gaps. All in groups of seven bits, low ones first.
  let entries: Column<UInt8>
  let lists: Column<UInt8>

  /// Bytes of all of it.
  var byteCount: Int { firsts.count * 16 + entries.count + lists.count }

  /// The lists of a term; nil when no document has it.
  func find(_ term: Term) -> TermLists? {
    guard let block = block(of: term) else { return nil }
    var cursor = Cursor(self, block: block)
    return cursor.skip(to: term).flatMap { $0.term == term ? $0 : nil }
  }

  /// The terms from `first` on.
  func terms(from first: Term) -> Cursor {
    var cursor = Cursor(self, block: block(of: first) ?? 0)
    var ahead = cursor
    while let lists = ahead.next(), lists.term < first { cursor = ahead }
    return cursor
  }

  /// One level of a term's documents.
  @inline(__always) func withSet<Result>(
    _ lists: TermLists, level: Int, _ read: (DocumentSet) -> Result
  ) -> Result {
    let start = level == 0 ? lists.start : Int(lists.ends[level - 1])
    let count = Int(lists.counts[level])
    return self.lists.withBytes(start..<Int(lists.ends[level])) { bytes in
      read(DocumentSet(form: DocumentSet.Form(count, of: documents), count: count, bytes: bytes))
    }
  }

  /// The bit set that begins at a place of the lists.
  @inline(__always) func withBits<Result>(at start: Int, _ read: (DocumentSet) -> Result) -> Result {
    lists.withBytes(start..<start + (documents + 63) / 64 * 8) { bytes in
      read(DocumentSet(form: .bits, count: documents, bytes: bytes))
    }
  }

  /// Hands over all documents that have a term, ascending. Not for characters.
  func forEachDocument(_ lists: TermLists, _ take: (Int) -> Void) {
    withSet(lists, level: 0) { $0.forEach(take) }
  }

  /// Adds to `counts` how often each document has the character, counting no pair beyond the highest level.
  ///
  /// - Returns: whether any has.
  func count(character: Term, in counts: inout [UInt8]) -> Bool {
    let first = Term.pair(UInt32(truncatingIfNeeded: character.bits), 0)
    let last = Term.pair(UInt32(truncatingIfNeeded: character.bits) + 1, 0)
    var cursor = terms(from: first)
    var found = false
    while let lists = cursor.next(), lists.term < last {
      for level in 0..<TermLists.levels where lists.counts[level] > 0 {
        found = true
        withSet(lists, level: level) { set in
          set.forEach { counts[$0] = counts[$0] == .max ? .max : counts[$0] + 1 }
        }
      }
    }
    return found
  }

  /// Whether every term can be read and leads to lists within the bytes and of documents there are.
  var isSound: Bool {
    let blocks = termCount / Self.block + (termCount % Self.block == 0 ? 0 : 1)
    guard firsts.count == blocks, entryStarts.count == blocks, listStarts.count == blocks else { return false }
    var cursor = Cursor(self, block: 0)
    var last: Term?
    while let term = cursor.next() {
      if let last, last >= term.term { return false }
      last = term.term
      guard term.start >= 0, term.counts[0] > 0, Int(term.counts[0]) <= documents else { return false }
      if term.term.isCharacter { continue }
      var start = term.start
      for level in 0..<TermLists.levels {
        let count = Int(term.counts[level])
        let end = Int(term.ends[level])
        guard end >= start, end <= lists.count, count >= 0, count <= Int(term.counts[max(0, level - 1)]) else {
          return false
        }
        let size = count == 0 ? 0 : DocumentSet.size(DocumentSet.Form(count, of: documents), count, of: documents)
        guard size ?? (end - start) == end - start else { return false }
        if count > 0 && !withSet(term, level: level, { $0.isSound(of: documents) }) { return false }
        start = end
      }
    }
    return true
  }

  /// The last block that does not begin behind the term.
  private func block(of term: Term) -> Int? {
    let next = firsts.withSpan { firsts in
      var low = 0
      var high = firsts.count
      while low < high {
        let middle = (low &+ high) >> 1
        if firsts[middle] <= term.bits { low = middle &+ 1 } else { high = middle }
      }
      return low
    }
    return next == 0 ? nil : next - 1
  }

  /// Reads terms one after the other.
  struct Cursor {
    private let postings: Postings
    private var number: Int
    private var at = 0
    private var bits: UInt64 = 0
    private var list = 0

    fileprivate init(_ postings: Postings, block: Int) {
      self.postings = postings
      number = block * Postings.block
    }

    mutating func next() -> TermLists? {
      guard number < postings.termCount else { return nil }
      return postings.entries.withBytes(0..<postings.entries.count) { entries in next(entries) }
    }

    /// Reads on to the term, or the one behind where it would be.
    fileprivate mutating func skip(to term: Term) -> TermLists? {
      postings.entries.withBytes(0..<postings.entries.count) { entries in
        while number < postings.termCount {
          let lists = next(entries)
          if lists.term >= term { return lists }
        }
        return nil
      }
    }

    @inline(__always) private mutating func next(_ entries: UnsafeRawBufferPointer) -> TermLists {
      if number % Postings.block == 0 || at == 0 {
        let block = number / Postings.block
        bits = postings.firsts[block]
        at = Int(postings.entryStarts[block])
        list = Int(postings.listStarts[block])
      } else {
        bits &+= read(entries)
      }
      number += 1
      let head = read(entries)
      var lists = TermLists(term: Term(bits: bits), counts: .zero, ends: .zero, start: list)
      lists.counts[0] = Int32(truncatingIfNeeded: head >> 1)
      if head & 1 == 1 {
        for level in 1..<TermLists.levels { lists.counts[level] = Int32(truncatingIfNeeded: read(entries)) }
      }
      for level in 0..<TermLists.levels {
        let count = Int(lists.counts[level])
        if count > 0 && !lists.term.isCharacter {
          let form = DocumentSet.Form(count, of: postings.documents)
          list &+= DocumentSet.size(form, count, of: postings.documents) ?? Int(truncatingIfNeeded: read(entries))
        }
        lists.ends[level] = Int32(truncatingIfNeeded: list)
      }
      return lists
    }

    @inline(__always) private mutating func read(_ entries: UnsafeRawBufferPointer) -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while at < entries.count {
        let byte = entries[at]
        at &+= 1
        value |= UInt64(byte & 0x7F) &<< shift
        if byte < 0x80 { break }
        shift &+= 7
      }
      return value
    }
  }
}
