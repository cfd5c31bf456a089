import Testing

@testable import MatchEngine

@Suite struct MatchIndexTests {
  private func document(_ key: UInt128, _ title: String, _ body: String = "") -> MatchDocument {
    MatchDocument(key: key, title: title, body: body, tags: [])
  }

  @Test func a_put_of_a_known_key_replaces_the_document() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([.put(document(1, "油茶籽压榨"))])
    index.apply([.put(document(1, "柑橘分选"))])
    #expect(index.count == 1)
    #expect(index.search("油茶", limit: 10).isEmpty)
    #expect(index.search("柑橘", limit: 10).map(\.key) == [1])
  }

  @Test func a_copy_stays_as_it_was() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([.put(document(1, "油茶籽压榨"))])
    let snapshot = index
    index.apply([.remove(1)])
    #expect(index.count == 0)
    #expect(snapshot.search("油茶", limit: 10).map(\.key) == [1])
  }

  @Test func of_several_changes_to_one_key_the_last_counts() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([.put(document(1, "油茶")), .remove(1), .put(document(2, "柑橘")), .put(document(2, "米粉")), .remove(3)])
    #expect(index.count == 1)
    #expect(!index.contains(1))
    #expect(index.search("米粉", limit: 10).map(\.key) == [2])
  }

  @Test func the_answer_depends_only_on_the_documents_held() {
    var random = Seeded(3)
    var held: [UInt128: MatchDocument] = [:]
    var grown = MatchIndex(lexicon: .empty)
    for _ in 0..<120 {
      let changes = (0..<Int.random(in: 1...7, using: &random)).map { _ -> MatchChange in
        let key = UInt128.random(in: 0..<150, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 { return .remove(key) }
        return .put(RandomText.document(key, &random))
      }
      for change in changes {
        switch change {
        case .put(let document): held[document.key] = document
        case .remove(let key): held[key] = nil
        }
      }
      grown.apply(changes)
    }
    var built = MatchIndex(lexicon: .empty)
    built.apply(held.values.map { .put($0) })
    #expect(grown.count == held.count)
    #expect(grown.totalLength == built.totalLength)
    for _ in 0..<50 {
      let query = MatchQuery(title: RandomText.text(6, &random), content: RandomText.text(12, &random))
      #expect(grown.rank(query, limit: 200, explain: true) == built.rank(query, limit: 200, explain: true))
    }
  }

  @Test func segments_stay_few() {
    var random = Seeded(5)
    var index = MatchIndex(lexicon: .empty)
    for key in 0..<1_000 { index.apply([.put(RandomText.document(UInt128(key), &random))]) }
    #expect(index.count == 1_000)
    #expect(index.views.count <= 18)
  }

  @Test func mostly_dead_segments_are_rewritten() {
    var random = Seeded(6)
    var index = MatchIndex(lexicon: .empty)
    index.apply((0..<300).map { .put(RandomText.document(UInt128($0), &random)) })
    index.apply((0..<200).map { .remove(UInt128($0)) })
    #expect(index.views.map(\.segment.count) == [100])
  }

  @Test func more_documents_than_a_segment_holds_are_indexed() {
    var index = MatchIndex(lexicon: .empty)
    let count = Segment.capacity + 500
    index.apply((0..<count).map { .put(document(UInt128($0), $0 == count - 1 ? "橘" : "油")) })
    #expect(index.count == count)
    #expect(index.search("橘", limit: 5).map(\.key) == [UInt128(count - 1)])
    #expect(index.search("油", limit: 3).map(\.key) == [0, 1, 2])
    index.apply([.remove(UInt128(count - 1)), .put(document(1, "橘")), .put(document(UInt128(count), "橘"))])
    #expect(index.count == count)
    #expect(index.search("橘", limit: 5).map(\.key) == [1, UInt128(count)])
    #expect(index.views.allSatisfy { $0.segment.count <= Segment.capacity })
  }
}
