/// Packs the terms of a segment, in ascending order, with the documents that have them.
struct PostingsWriter {
  private let documents: Int
  private var count = 0
  private var last: UInt64 = 0
  private var firsts: [UInt64] = []
  private var entryStarts: [UInt32] = []
  private var listStarts: [UInt32] = []
  private var entries: [UInt8] = []
  private var lists: [UInt8] = []
  private var level: [UInt16] = []

  /// - Parameter documents: how many the segment has.
  init(documents: Int) { self.documents = documents }

  /// Adds a character, of which only the number of documents is kept.
  mutating func append(character: Term, count: Int) {
    begin(character)
    put(UInt64(count) << 1)
  }

  /// Adds a term.
  ///
  /// - Parameters:
  ///   - members: the documents that have it, ascending.
  ///   - frequencies: how often each has it, 1 or more.
  mutating func append(_ term: Term, _ members: ArraySlice<UInt16>, _ frequencies: ArraySlice<UInt8>) {
    begin(term)
    let start = lists.count
    DocumentSet.append(members, of: documents, to: &lists)
    var sizes = lists.count - start
    guard frequencies.contains(where: { $0 > 1 }) else {
      put(UInt64(members.count) << 1)
      if DocumentSet.Form(members.count, of: documents) == .gaps { put(UInt64(sizes)) }
      return
    }
    put(UInt64(members.count) << 1 | 1)
    var tail: [UInt64] = []
    if DocumentSet.Form(members.count, of: documents) == .gaps { tail.append(UInt64(sizes)) }
    for least in 2...UInt8(TermLists.levels) {
      level.removeAll(keepingCapacity: true)
      for (member, frequency) in zip(members, frequencies) where frequency >= least { level.append(member) }
      put(UInt64(level.count))
      if level.isEmpty { continue }
      sizes = lists.count
      DocumentSet.append(level, of: documents, to: &lists)
      if DocumentSet.Form(level.count, of: documents) == .gaps { tail.append(UInt64(lists.count - sizes)) }
    }
    for size in tail { put(size) }
  }

  consuming func finish() -> Postings {
    Postings(
      documents: documents, termCount: count, firsts: Self.fitted(firsts), entryStarts: Self.fitted(entryStarts),
      listStarts: Self.fitted(listStarts), entries: Self.fitted(entries), lists: Self.fitted(lists))
  }

  /// Without the room the array grew by: a segment stays for long.
  private static func fitted<Element>(_ array: [Element]) -> Column<Element> {
    Column(
      [Element](unsafeUninitializedCapacity: array.count) { room, count in
        (_, count) = room.initialize(from: array)
      })
  }

  private mutating func begin(_ term: Term) {
    if count % Postings.block == 0 {
      firsts.append(term.bits)
      entryStarts.append(UInt32(entries.count))
      listStarts.append(UInt32(lists.count))
    } else {
      put(term.bits &- last)
    }
    last = term.bits
    count += 1
  }

  private mutating func put(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      entries.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    entries.append(UInt8(rest))
  }
}
