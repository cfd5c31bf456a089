import Testing

@testable import MatchEngine

@Suite struct PageTests {
  private static func index(_ count: Int, _ random: inout Seeded) -> MatchIndex {
    var index = MatchIndex(lexicon: .empty)
    index.apply((0..<count).map { .put(RandomText.document(UInt128($0), &random)) })
    return index
  }

  private static func leaf(
    _ index: MatchIndex, _ text: String, _ size: Int, _ between: (Int) -> MatchIndex? = { _ in nil }
  )
    -> [UInt128]
  {
    var keys: [UInt128] = [], place: MatchPlace?, index = index, turn = 0
    repeat {
      let page = index.page(text, limit: size, after: place)
      keys += page.hits.map(\.key)
      place = page.next
      turn += 1
      index = between(turn) ?? index
    } while place != nil
    return keys
  }

  @Test(arguments: [1, 3, 50]) func the_pages_together_are_the_whole_answer(_ size: Int) {
    var random = Seeded(31)
    let index = Self.index(300, &random)
    for text in ["柑橘", "油", "茶机 ai", "罗汉果"] {
      let whole = index.page(text, limit: 1_000)
      #expect(whole.next == nil && whole.hits.count == whole.total)
      #expect(Self.leaf(index, text, size) == whole.hits.map(\.key), "\(text)")
    }
  }

  /// The first stage hands on a thousand: what lies deeper is still reached, page by page, none twice.
  @Test func pages_go_deeper_than_the_first_stage() {
    var random = Seeded(32)
    let index = Self.index(2_500, &random)
    let keys = Self.leaf(index, "柑橘油茶", 200)
    #expect(keys.count > 1_500 && Set(keys).count == keys.count)
  }

  @Test func a_document_that_goes_or_comes_on_an_earlier_page_moves_no_other() {
    // Scores of these do not depend on the ones that change: all are alike but in length.
    var documents = (0..<40).map { MatchDocument(key: UInt128($0), title: "柑橘", body: "", tags: []) }
    documents += (40..<60).map { MatchDocument(key: UInt128($0), title: "示例", body: "", tags: []) }
    var index = MatchIndex(lexicon: .empty)
    index.apply(documents.map { .put($0) })
    var changed = index
    changed.apply([.remove(3), .put(MatchDocument(key: 3, title: "示例", body: "", tags: []))])
    let first = index.page("柑橘", limit: 10)
    let after = changed.page(
      "柑橘", limit: 10, after: first.next.map { MatchPlace(score: 0, key: $0.key, rank: $0.rank) })
    #expect(after.hits.isEmpty, "a place below all scores is the end")
    // The same score and key lead on at the same document, whatever its rank has become.
    let place = MatchPlace(score: changed.page("柑橘", limit: 1).hits[0].score, key: 9, rank: 10)
    #expect(changed.page("柑橘", limit: 5, after: place).hits.map(\.key) == [10, 11, 12, 13, 14])
  }

  @Test func a_place_beyond_everything_is_the_end_and_a_senseless_one_does_no_harm() {
    var random = Seeded(33)
    let index = Self.index(50, &random)
    for place in [
      MatchPlace(score: -.infinity, key: 0, rank: .max), MatchPlace(score: .nan, key: 0, rank: .min),
      MatchPlace(score: .infinity, key: .max, rank: -1),
    ] {
      let page = index.page("柑", limit: .max, after: place)
      #expect(page.hits.count <= 50)
    }
    #expect(index.page("柑", limit: 5, after: MatchPlace(score: -1, key: 0, rank: 5)).hits.isEmpty)
  }

  @Test func prices_are_counted_by_bands() {
    var index = MatchIndex(lexicon: .empty)
    let prices: [Int64?] = [0, 9_999_999, 10_000_000, 99_999_999, 100_000_000, .max, nil, -1]
    index.apply(
      prices.enumerated().map {
        .put(MatchDocument(key: UInt128($0), title: "柑橘", body: "", tags: [], facts: MatchFacts(price: $1)))
      })
    #expect(index.page("柑橘", limit: 1).facets.prices == [0: 2, 1: 1, 2: 1, 3: 1, 5: 1])
  }

  @Test(arguments: ["5g", "柑橘", "橘", "ＡＩ"]) func one_and_two_characters_find_what_has_them(_ text: String) {
    var index = MatchIndex(lexicon: .empty)
    index.apply([
      .put(MatchDocument(key: 1, title: "5G 基站", body: "", tags: [])),
      .put(MatchDocument(key: 2, title: "柑橘分选", body: "ai 视觉", tags: [])),
      .put(MatchDocument(key: 3, title: "油茶", body: "", tags: [])),
    ])
    #expect(index.page(text, limit: 10).hits.map(\.key) == [text == "5g" ? 1 : 2])
    #expect(index.suggestion(for: text) == nil, "what is known needs no other word")
  }
}
