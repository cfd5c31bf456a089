import MatchEngine
import Testing

@Suite struct BrokerTermsTests {
  private func ranked(_ query: MatchFacts, _ offers: [MatchFacts], role: MatchQuery.Role = .demand) -> [Match] {
    var index = MatchIndex(lexicon: .empty)
    index.apply(
      offers.enumerated().map {
        .put(MatchDocument(key: UInt128($0), title: "柑橘分选装备", body: "", tags: [], facts: $1))
      })
    return index.rank(MatchQuery(title: "柑橘分选", facts: query, role: role), limit: 10, explain: true)
  }

  private func codes(_ match: Match?) -> Set<String> { Set(match?.reasons.map(\.code) ?? []) }

  @Test func a_price_within_the_budget_goes_before_one_above_it() {
    let matches = ranked(MatchFacts(price: 100), [MatchFacts(price: 150), MatchFacts(), MatchFacts(price: 90)])
    #expect(matches.map(\.key) == [2, 1, 0])
    #expect(codes(matches.first).contains("price_within_budget"))
    #expect(codes(matches.last).contains("price_above_budget"))
  }

  @Test func for_an_achievement_the_other_side_has_the_budget() {
    let matches = ranked(MatchFacts(price: 100), [MatchFacts(price: 90), MatchFacts(price: 150)], role: .achievement)
    #expect(matches.map(\.key) == [1, 0])
  }

  @Test func too_little_maturity_speaks_against_but_excludes_nothing() {
    let matches = ranked(
      MatchFacts(maturity: 6), [MatchFacts(maturity: 2), MatchFacts(maturity: 5), MatchFacts(maturity: 8)])
    #expect(matches.map(\.key) == [2, 1, 0])
    #expect(codes(matches.last).contains("maturity_below"))
  }

  @Test func a_common_mode_goes_before_none() {
    let matches = ranked(MatchFacts(modes: 0b011), [MatchFacts(modes: 0b100), MatchFacts(modes: 0b110)])
    #expect(matches.map(\.key) == [1, 0])
    #expect(codes(matches.last).contains("no_common_mode"))
  }

  @Test func the_region_only_decides_between_equals() {
    let near = ranked(MatchFacts(region: 450_302), [MatchFacts(region: 110_101), MatchFacts(region: 450_302)])
    #expect(near.map(\.key) == [1, 0])
    #expect(abs(near[0].score - near[1].score) < 0.001)
    let cheaper = ranked(
      MatchFacts(region: 450_302, price: 100),
      [MatchFacts(region: 450_302, price: 101), MatchFacts(region: 110_101, price: 100)])
    #expect(cheaper.map(\.key) == [1, 0])
  }

  @Test func extreme_prices_do_no_harm() {
    let matches = ranked(
      MatchFacts(price: 0),
      [MatchFacts(price: .max), MatchFacts(price: .min), MatchFacts(price: 0), MatchFacts(price: -1)])
    #expect(matches.count == 4)
    #expect(matches.allSatisfy { $0.score.isFinite })
    for match in matches { for reason in match.reasons { #expect(!reason.chinese.isEmpty) } }
  }
}
