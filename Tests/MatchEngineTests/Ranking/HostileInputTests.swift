import MatchEngine
import Testing

@Suite struct HostileInputTests {
  private let index: MatchIndex = {
    var index = MatchIndex(lexicon: .empty)
    index.apply((0..<50).map { .put(MatchDocument(key: $0, title: "柑橘分选\($0)", body: "机器视觉 🍊", tags: ["农业"])) })
    return index
  }()

  @Test(arguments: [
    "", " ", "\0", "\u{1E}\u{1E}", "。!?", "🍊👨‍👩‍👧", "\u{202E}abc", "שלום", "ـــ", "\u{0301}\u{0301}", "-.+#", "....", "￿",
    "\u{10FFFF}", "ﷺ",
  ])
  func a_query_without_sense_is_answered(_ text: String) {
    let query = MatchQuery(title: text, content: text, tags: [text])
    let matches = index.rank(query, limit: 10, explain: true)
    #expect(matches.allSatisfy { $0.score.isFinite })
    #expect(matches.allSatisfy { match in match.reasons.allSatisfy { !$0.chinese.isEmpty } })
  }

  @Test func strange_documents_are_held_and_found() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([
      .put(MatchDocument(key: 1, title: "", body: "", tags: [])),
      .put(MatchDocument(key: 2, title: "\u{1E}", body: "甲\u{1E}乙", tags: ["\u{1E}", ""])),
      .put(MatchDocument(key: 3, title: String(repeating: "橘", count: 400_000), body: "", tags: [])),
      .put(MatchDocument(key: 4, title: "丙", body: String(repeating: "橘", count: 400_000), tags: [])),
      .put(MatchDocument(key: 5, title: "丁", body: "", tags: (0..<100_000).map { "标签\($0)" })),
      .put(MatchDocument(key: .max, title: "🍊", body: "\0", tags: [])),
    ])
    #expect(index.count == 6)
    #expect(Set(index.search("橘", limit: 10).map(\.key)) == [3, 4])
    #expect(index.search("甲", limit: 10).map(\.key) == [2])
    #expect(index.search("标签", limit: 10).map(\.key) == [5])
    #expect(index.search("甲乙", limit: 10).map(\.key) == [2])
  }

  @Test func a_megabyte_of_one_character_is_a_query() {
    let text = String(repeating: "橘", count: 350_000)
    let matches = index.rank(MatchQuery(title: text, content: text, tags: [text]), limit: 5, explain: true)
    #expect(matches.count == 5)
  }

  @Test func a_hundred_thousand_tags_are_a_query() {
    let matches = index.rank(MatchQuery(title: "柑橘", tags: (0..<100_000).map { "标签\($0)" }), limit: 5, explain: true)
    #expect(matches.count == 5)
  }

  @Test(arguments: [(0, 0), (-1, 0), (1, 1), (1_000_000, 50), (Int.max, 50), (Int.min, 0)])
  func any_limit_is_answered(_ pair: (limit: Int, count: Int)) {
    #expect(index.rank(MatchQuery(title: "柑橘"), limit: pair.limit, explain: false).count == pair.count)
    #expect(index.search("柑橘", limit: pair.limit).count == pair.count)
  }

  @Test func an_empty_index_answers() {
    let empty = MatchIndex(lexicon: .empty)
    #expect(empty.rank(MatchQuery(title: "柑橘", content: "分选"), limit: 10, explain: true).isEmpty)
  }

  @Test func a_long_text_is_cut_between_characters() {
    // 4,096 is no multiple of three: the last character must not be torn.
    var index = MatchIndex(lexicon: .empty)
    index.apply([.put(MatchDocument(key: 1, title: String(repeating: "柑", count: 1_364) + "橙橘", body: "尾", tags: []))])
    #expect(index.search("橙", limit: 1).count == 1)
    #expect(index.search("橘", limit: 1).isEmpty)
    #expect(index.search("尾", limit: 1).count == 1)
  }
}
