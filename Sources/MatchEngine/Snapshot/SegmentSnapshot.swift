/// A segment and its deletions as columns.
enum SegmentSnapshot {
  static func write(_ view: SegmentView, to writer: inout SnapshotWriter) throws(SnapshotError) {
    let segment = view.segment
    try writer.put(segment.keys)
    try writer.put(segment.facts.map(\.field))
    try writer.put(segment.facts.map(\.region))
    try writer.put(segment.facts.map(\.maturity))
    try writer.put(segment.facts.map { $0.price == nil ? UInt8(0) : 1 })
    try writer.put(segment.facts.map { $0.price ?? 0 })
    try writer.put(segment.facts.map(\.modes))
    try writer.put(segment.facts.map(\.holderKind))
    try writer.put(segment.texts.ends)
    try writer.put(segment.texts.titleLengths)
    try writer.put(segment.texts.bodyLengths)
    try writer.put(segment.texts.bytes)
    try writer.put(segment.lengths)
    try writer.put(segment.concepts)
    try writer.put(segment.conceptEnds)
    try writer.put(UInt64(segment.postings.termCount))
    try writer.put(segment.postings.firsts)
    try writer.put(segment.postings.entryStarts)
    try writer.put(segment.postings.listStarts)
    try writer.put(segment.postings.entries)
    try writer.put(segment.postings.lists)
    try writer.put(view.deadDocuments)
  }

  /// - Parameter concepts: how many terms the lexicon has.
  /// - Throws: `damaged` for anything a ranking would stumble over.
  static func read(
    _ reader: inout SnapshotReader, reading: TextReading, concepts known: Int
  ) throws(SnapshotError) -> SegmentView {
    let keys = try reader.array(UInt128.self)
    try require(keys.count <= Segment.capacity && ascend(keys.sorted()), "keys")
    let facts = try facts(&reader, keys.count)
    let texts = try texts(&reader, keys.count, reading)
    let lengths = try reader.array(UInt32.self)
    let concepts = try reader.array(UInt32.self)
    let conceptEnds = try reader.array(UInt32.self)
    try require(lengths.count == keys.count && conceptEnds.count == keys.count, "lengths")
    try require(zip(lengths, lengths.dropFirst()).allSatisfy(<=), "lengths")
    try require(
      zip(conceptEnds, conceptEnds.dropFirst()).allSatisfy(<=) && Int(conceptEnds.last ?? 0) == concepts.count
        && concepts.allSatisfy { $0 < known }, "concepts")
    let postings = try postings(&reader, keys.count)
    let dead = try reader.array(UInt16.self)
    try require(ascend(dead) && dead.last.map { Int($0) < keys.count } ?? true, "deletions")
    let segment = Segment(
      keys: keys, facts: facts, texts: texts, lengths: lengths, concepts: concepts, conceptEnds: conceptEnds,
      postings: postings)
    return SegmentView(segment, dead: dead)
  }

  private static func facts(_ reader: inout SnapshotReader, _ count: Int) throws(SnapshotError) -> [MatchFacts] {
    let fields = try reader.array(UInt8.self)
    let regions = try reader.array(UInt32.self)
    let maturities = try reader.array(UInt8.self)
    let priced = try reader.array(UInt8.self)
    let prices = try reader.array(Int64.self)
    let modes = try reader.array(UInt16.self)
    let holders = try reader.array(UInt8.self)
    let counts = [
      fields.count, regions.count, maturities.count, priced.count, prices.count, modes.count, holders.count,
    ]
    try require(counts.allSatisfy { $0 == count }, "facts")
    return (0..<count).map { at in
      MatchFacts(
        field: fields[at], region: regions[at], maturity: maturities[at], price: priced[at] == 0 ? nil : prices[at],
        modes: modes[at], holderKind: holders[at])
    }
  }

  private static func texts(
    _ reader: inout SnapshotReader, _ count: Int, _ reading: TextReading
  ) throws(SnapshotError) -> TextStore {
    let ends = try reader.array(UInt32.self)
    let titles = try reader.array(UInt16.self)
    let bodies = try reader.array(UInt32.self)
    let bytes = try reader.column(UInt8.self)
    try require(ends.count == count && titles.count == count && bodies.count == count, "texts")
    var start = 0
    for document in 0..<count {
      // A record is at least the title, a separator and the body.
      let least = Int(titles[document]) + 1 + Int(bodies[document])
      let end = Int(ends[document])
      try require(end - start >= least, "texts")
      start = end
    }
    try require(start == bytes.count, "texts")
    return TextStore(reading: reading, bytes: bytes, ends: ends, titleLengths: titles, bodyLengths: bodies)
  }

  private static func postings(_ reader: inout SnapshotReader, _ count: Int) throws(SnapshotError) -> Postings {
    let terms = try reader.number()
    let postings = Postings(
      documents: count, termCount: Int(clamping: terms), firsts: try reader.column(),
      entryStarts: try reader.column(), listStarts: try reader.column(), entries: try reader.column(),
      lists: try reader.column())
    try require(postings.isSound, "postings")
    return postings
  }

  private static func require(_ holds: Bool, _ part: String) throws(SnapshotError) {
    if !holds { throw .damaged(part) }
  }

  private static func ascend<Element: Comparable>(_ numbers: [Element]) -> Bool {
    zip(numbers, numbers.dropFirst()).allSatisfy(<)
  }
}
