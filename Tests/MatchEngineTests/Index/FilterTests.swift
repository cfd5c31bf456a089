import MatchEngine
import Testing

@Suite struct FilterTests {
  private func admits(_ filter: MatchFilter, _ facts: MatchFacts) -> Bool { filter.admits(facts) }

  @Test func an_empty_filter_admits_everything() {
    #expect(MatchFilter().admits(MatchFacts()))
  }

  @Test func an_unknown_fact_fails_a_condition_on_it() {
    let filters = [
      MatchFilter(fields: [1]), MatchFilter(regions: [450_000]), MatchFilter(minimumMaturity: 1),
      MatchFilter(maximumPrice: 100), MatchFilter(minimumPrice: 0), MatchFilter(modes: 1),
      MatchFilter(holderKinds: [1]),
    ]
    for filter in filters { #expect(!filter.admits(MatchFacts())) }
  }

  @Test func a_region_takes_in_what_lies_in_it() {
    #expect(MatchFilter(regions: [450_000]).admits(MatchFacts(region: 450_302)))
    #expect(MatchFilter(regions: [450_300]).admits(MatchFacts(region: 450_302)))
    #expect(!MatchFilter(regions: [450_300]).admits(MatchFacts(region: 450_100)))
    #expect(!MatchFilter(regions: [450_302]).admits(MatchFacts(region: 450_300)))
  }

  @Test func filtered_ranking_is_ranking_with_the_others_left_out() {
    var random = Seeded(21)
    let documents = (0..<400).map { RandomText.document(UInt128($0), &random) }
    var index = MatchIndex(lexicon: .empty)
    index.apply(documents.map { .put($0) })
    let facts = Dictionary(uniqueKeysWithValues: documents.map { ($0.key, $0.facts) })
    for _ in 0..<40 {
      let filter = MatchFilter(
        fields: [UInt8.random(in: 0...3, using: &random)], minimumMaturity: UInt8.random(in: 0...4, using: &random),
        modes: UInt16.random(in: 0...3, using: &random))
      let text = RandomText.text(5, &random)
      let all = index.search(text, limit: 1_000)
      let wanted = all.filter { facts[$0.key].map(filter.admits) ?? false }
      #expect(index.search(text, limit: 1_000, filter: filter) == wanted)
      #expect(index.search(text, limit: 3, filter: filter) == Array(wanted.prefix(3)))
    }
  }

  @Test func an_excluded_document_does_not_appear() {
    var index = MatchIndex(lexicon: .empty)
    index.apply((1...5).map { .put(MatchDocument(key: $0, title: "柑橘分选", body: "", tags: [])) })
    let matches = index.rank(MatchQuery(title: "柑橘", exclude: [2, 4]), limit: 10, explain: false)
    #expect(matches.map(\.key) == [1, 3, 5])
  }
}
