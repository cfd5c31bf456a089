import Testing

@testable import MatchEngine

@Suite struct SnapshotTests {
  private static let lexicon = Lexicon(terms: [
    Lexicon.Term(name: "油料", domain: "农业", parent: nil, synonyms: []),
    Lexicon.Term(name: "油茶", domain: "农业", parent: "油料", synonyms: ["油 茶"]),
    Lexicon.Term(name: "柑橘", domain: "农业", parent: nil, synonyms: ["柑 橘"]),
  ])

  /// An index of many segments, some of them with deletions.
  static func grown(_ random: inout Seeded, documents: Int, lexicon: Lexicon = lexicon) -> MatchIndex {
    var index = MatchIndex(lexicon: lexicon)
    var key: UInt128 = 0
    while Int(key) < documents {
      let batch = min(Int.random(in: 1...40, using: &random), documents - Int(key))
      index.apply((0..<batch).map { .put(RandomText.document((key + UInt128($0)) << 70 | 5, &random)) })
      key += UInt128(batch)
      if key > 3 { index.apply([.remove(UInt128.random(in: 0..<key, using: &random) << 70 | 5)]) }
    }
    return index
  }

  @Test(arguments: [0, 1, 7, 300]) func a_snapshot_answers_as_the_original_does(_ documents: Int) throws {
    let folder = try ScratchFolder()
    var random = Seeded(UInt64(documents) + 21)
    let index = Self.grown(&random, documents: documents)
    try index.write(to: folder.snapshot, mark: [1, 2, 3])
    let snapshot = try MatchSnapshot(folder.snapshot, lexicon: Self.lexicon)
    #expect(snapshot.mark == [1, 2, 3])
    #expect(snapshot.index.count == index.count)
    #expect(snapshot.index.totalLength == index.totalLength)
    #expect(snapshot.index.indexBytes == index.indexBytes)
    for _ in 0..<40 {
      let text = RandomText.text(5, &random)
      let query = MatchQuery(
        title: text, content: RandomText.text(9, &random), facts: MatchFacts(field: 2, maturity: 4, price: 50_000_000),
        filter: Bool.random(using: &random) ? MatchFilter(minimumMaturity: 3) : nil)
      #expect(snapshot.index.rank(query, limit: 300, explain: true) == index.rank(query, limit: 300, explain: true))
      #expect(snapshot.index.search(text, limit: 9, explain: true) == index.search(text, limit: 9, explain: true))
    }
  }

  @Test func changes_go_on_in_an_index_that_was_read_back() throws {
    let folder = try ScratchFolder()
    var random = Seeded(22)
    var index = Self.grown(&random, documents: 200)
    try index.write(to: folder.snapshot)
    var read = try MatchIndex(snapshot: folder.snapshot, lexicon: Self.lexicon)
    for round in 0..<30 {
      let changes: [MatchChange] =
        (0..<20).map { _ in .put(RandomText.document(UInt128.random(in: 0..<220, using: &random) << 70 | 5, &random)) }
        + [.remove(UInt128(round) << 70 | 5)]
      index.apply(changes)
      read.apply(changes)
      let query = MatchQuery(title: RandomText.text(5, &random))
      #expect(read.rank(query, limit: 300, explain: true) == index.rank(query, limit: 300, explain: true))
    }
    try read.write(to: folder.snapshot)
    #expect(try MatchIndex(snapshot: folder.snapshot, lexicon: Self.lexicon).count == index.count)
  }

  @Test func an_index_of_given_words_is_read_back_as_one() throws {
    let folder = try ScratchFolder()
    var index = MatchIndex(lexicon: .empty, reading: .givenWords)
    index.apply([.put(MatchDocument(key: 1, title: "", body: "柑橘 黄龙病", tags: []))])
    try index.write(to: folder.snapshot)
    let read = try MatchIndex(snapshot: folder.snapshot, lexicon: .empty)
    #expect(read.reading == .givenWords)
    #expect(read.search("黄龙病", limit: 5) == index.search("黄龙病", limit: 5))
    #expect(read.search("黄龙", limit: 5).isEmpty)
  }

  @Test func what_is_no_snapshot_is_told_from_what_is_missing() throws {
    let folder = try ScratchFolder()
    #expect(throws: SnapshotError.unreadable(2)) { try MatchIndex(snapshot: folder.snapshot, lexicon: .empty) }
    #expect(throws: SnapshotError.notASnapshot) { try MatchIndex(snapshot: folder.path, lexicon: .empty) }
    try folder.put([])
    #expect(throws: SnapshotError.notASnapshot) { try MatchIndex(snapshot: folder.snapshot, lexicon: .empty) }
    try folder.put([UInt8](repeating: 0x41, count: 4_096))
    #expect(throws: SnapshotError.notASnapshot) { try MatchIndex(snapshot: folder.snapshot, lexicon: .empty) }
  }

  @Test func a_snapshot_of_another_lexicon_or_format_is_not_believed() throws {
    let folder = try ScratchFolder()
    var random = Seeded(23)
    let index = Self.grown(&random, documents: 20)
    try index.write(to: folder.snapshot)
    #expect(throws: SnapshotError.otherLexicon) { try MatchIndex(snapshot: folder.snapshot, lexicon: .empty) }
    var bytes = try folder.bytes()
    let header = bytes.withUnsafeBytes { bytes in try? SnapshotHeader(UnsafeRawBufferPointer(rebasing: bytes[..<64])) }
    var old = try #require(header)
    #expect(old.bytes == Array(bytes[..<64]))
    old.format += 1
    bytes.replaceSubrange(..<64, with: old.bytes)
    try folder.put(bytes)
    #expect(throws: SnapshotError.otherFormat(old.format)) {
      try MatchIndex(snapshot: folder.snapshot, lexicon: Self.lexicon)
    }
  }
}
