import MatchEngine
import Testing

@Suite struct MatchIndexTests {
  private func document(_ key: UInt128, _ title: String, _ body: String = "") -> MatchDocument {
    MatchDocument(key: key, title: title, body: body, tags: [])
  }

  @Test func a_demand_finds_the_achievement_that_shares_its_words() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([.put(document(1, "罗汉果甜苷分离纯化工艺")), .put(document(2, "柑橘黄龙病快速检测"))])
    let matches = index.rank(MatchQuery(title: "高纯度罗汉果甜苷低成本分离"), limit: 10, explain: false)
    #expect(matches.first?.key == 1)
  }

  @Test func one_character_is_enough_to_search() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([.put(document(1, "油茶籽压榨")), .put(document(2, "柑橘分选"))])
    #expect(index.search("油", limit: 10).map(\.key) == [1])
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
}
