import Testing

@testable import MatchEngine

@Suite struct RankingTests {
  @Test func a_demand_finds_the_achievement_that_shares_its_words() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([
      .put(MatchDocument(key: 1, title: "柑橘黄龙病快速检测", body: "", tags: [])),
      .put(MatchDocument(key: 2, title: "罗汉果甜苷分离纯化工艺", body: "", tags: [])),
    ])
    #expect(index.rank(MatchQuery(title: "高纯度罗汉果甜苷低成本分离"), limit: 10, explain: false).first?.key == 2)
  }

  @Test func one_character_is_enough_to_search() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([
      .put(MatchDocument(key: 1, title: "油茶籽压榨", body: "", tags: [])),
      .put(MatchDocument(key: 2, title: "柑橘分选", body: "", tags: [])),
    ])
    #expect(index.search("油", limit: 10).map(\.key) == [1])
  }

  @Test func the_search_equals_scoring_everything_naively() {
    var random = Seeded(1)
    for round in 0..<30 {
      let documents = (0..<Int.random(in: 1...120, using: &random)).map { RandomText.document(UInt128($0), &random) }
      let naive = NaiveSearch(documents)
      var index = MatchIndex(lexicon: .empty)
      for document in documents.shuffled(using: &random) { index.apply([.put(document)]) }
      for _ in 0..<10 {
        let text = RandomText.text(Int.random(in: 1...10, using: &random), &random)
        let found = index.search(text, limit: 1_000)
        let wanted = naive.search(text, limit: 1_000)
        #expect(found.count == wanted.count, "\(round) \(text)")
        let scores = Dictionary(uniqueKeysWithValues: wanted.map { ($0.key, $0.score) })
        #expect(found.allSatisfy { abs($0.score - (scores[$0.key] ?? -1)) < 1e-9 }, "\(round) \(text)")
        #expect(
          zip(found, found.dropFirst()).allSatisfy { $0.score > $1.score || ($0.score == $1.score && $0.key < $1.key) })
      }
    }
  }

  @Test func a_short_answer_is_the_head_of_a_long_one() {
    var random = Seeded(2)
    var index = MatchIndex(lexicon: .empty)
    index.apply((0..<500).map { .put(RandomText.document($0, &random)) })
    for _ in 0..<20 {
      let query = MatchQuery(
        title: RandomText.text(5, &random), facts: MatchFacts(field: 1, maturity: 5, price: 10_000))
      let long = index.rank(query, limit: 500, explain: false)
      #expect(index.rank(query, limit: 7, explain: false) == Array(long.prefix(7)))
    }
  }

  /// With ten times fewer candidates than documents the head must still be that of the full computation.
  @Test func the_first_stage_keeps_the_best() {
    var random = Seeded(8)
    var index = MatchIndex(lexicon: .empty)
    let documents = (0..<3_000).map { RandomText.document(UInt128($0), &random) }
    index.apply(documents.map { .put($0) })
    var some = Tuning.standard
    some.candidates = 300
    var all = Tuning.standard
    all.candidates = 3_000
    var kept = 0
    var total = 0
    for _ in 0..<30 {
      let query = MatchQuery(title: RandomText.text(8, &random))
      let quick = Ranker(index: index, query: query, tuning: some, feedback: false).matches(limit: 10, explain: false)
      let full = Ranker(index: index, query: query, tuning: all, feedback: false).matches(limit: 10, explain: false)
      kept += Set(full.map(\.key)).intersection(quick.map(\.key)).count
      total += full.count
    }
    #expect(kept * 100 >= total * 95, "\(kept) of \(total)")
  }

  @Test func a_synonym_is_a_match_without_a_shared_word() {
    let lexicon = Lexicon(terms: [
      .init(name: "电子信息", domain: "电子信息", parent: nil, synonyms: []),
      .init(name: "物联网", domain: "电子信息", parent: "电子信息", synonyms: ["IoT"]),
    ])
    var index = MatchIndex(lexicon: lexicon)
    index.apply([
      .put(MatchDocument(key: 1, title: "车间物联网网关", body: "", tags: [])),
      .put(MatchDocument(key: 2, title: "水稻育种", body: "", tags: [])),
    ])
    let matches = index.rank(MatchQuery(title: "IoT 终端"), limit: 10, explain: true)
    #expect(matches.map(\.key) == [1])
    #expect(matches.first?.reasons.first?.kind == .sharedTag(wanted: "物联网", offered: "物联网", path: ["物联网"]))
  }

  @Test func a_narrower_term_is_near_and_the_path_says_how() {
    let lexicon = Lexicon(terms: [
      .init(name: "农业", domain: "农业", parent: nil, synonyms: []),
      .init(name: "柑橘", domain: "农业", parent: "农业", synonyms: []),
      .init(name: "沃柑", domain: "农业", parent: "柑橘", synonyms: []),
    ])
    var index = MatchIndex(lexicon: lexicon)
    index.apply([.put(MatchDocument(key: 1, title: "沃柑采后处理", body: "", tags: []))])
    let reason = index.rank(MatchQuery(title: "柑橘"), limit: 1, explain: true).first?.reasons
      .first { $0.code == "shared_tag" }
    #expect(reason?.kind == .sharedTag(wanted: "柑橘", offered: "沃柑", path: ["柑橘", "沃柑"]))
    #expect(reason?.offeredSpans == [MatchSpan(part: .title, bytes: 0..<6)])
  }

  @Test func the_logarithm_is_the_logarithm() {
    let known: [(Double, Double)] = [
      (1, 0), (2, 0.6931471805599453), (10, 2.302585092994046), (0.5, -0.6931471805599453), (1e9, 20.72326583694641),
      (1.0000001, 9.999999505838704e-08), (1.4142135623730951, 0.34657359027997264), (3, 1.0986122886681098),
    ]
    for (value, wanted) in known { #expect(abs(Logarithm.natural(value) - wanted) < 1e-14 * max(1, abs(wanted))) }
  }
}
