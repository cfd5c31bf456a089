import Testing

@testable import MatchEngine

@Suite struct FacetTests {
  @Test func facets_count_all_that_is_found_whatever_the_limit() {
    var random = Seeded(71)
    let documents = (0..<3_000).map { RandomText.document(UInt128($0), &random) }
    var index = MatchIndex(lexicon: .empty)
    index.apply(documents.map { .put($0) })
    for filter in [nil, MatchFilter(fields: [1, 2], minimumMaturity: 3)] {
      let wanted = documents.filter { document in
        let text = ([document.title, document.body] + document.tags).joined(separator: "\n")
        return text.contains("柑") && filter?.admits(document.facts) ?? true
      }
      #expect(wanted.count > 500)
      for limit in [0, 7, 500] {
        let page = index.page("柑", limit: limit, filter: filter)
        #expect(page.hits == Array(index.search("柑", limit: 500, filter: filter).prefix(limit)))
        #expect(page.total == wanted.count)
        #expect(page.facets.fields == counts(wanted) { [$0.field] })
        #expect(page.facets.provinces == counts(wanted) { [$0.region / 10_000 * 10_000] })
        #expect(page.facets.maturities == counts(wanted) { [$0.maturity] })
        #expect(page.facets.modes == counts(wanted) { facts in (0..<16).filter { facts.modes >> UInt16($0) & 1 == 1 } })
        #expect(page.facets.holderKinds == [0: wanted.count])
      }
    }
  }

  @Test func few_hits_are_counted_with_those_of_single_characters() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([
      .put(MatchDocument(key: 1, title: "柑橘", body: "", tags: [], facts: MatchFacts(field: 3, region: 450_305))),
      .put(MatchDocument(key: 2, title: "橘", body: "", tags: [], facts: MatchFacts(field: 200, region: .max))),
      .put(MatchDocument(key: 3, title: "油茶", body: "", tags: [])),
    ])
    let page = index.page("柑橘", limit: 10)
    #expect(page.hits.map(\.key) == [1, 2])
    #expect(page.total == 2)
    #expect(page.facets.fields == [3: 1, 0: 1])
    #expect(page.facets.provinces == [450_000: 1, 0: 1])
    #expect(index.page("", limit: 10) == index.page("龘", limit: 10))
    #expect(index.page("", limit: 10).total == 0)
  }

  private func counts<Key: Hashable>(_ documents: [MatchDocument], _ keys: (MatchFacts) -> [Key]) -> [Key: Int] {
    Dictionary(documents.flatMap { keys($0.facts) }.map { ($0, 1) }, uniquingKeysWith: +)
  }
}
