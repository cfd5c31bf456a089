import Testing

@testable import MatchEngine

@Suite struct StandingQueriesTests {
  @Test func no_query_that_a_document_answers_is_missed_and_none_is_found_that_it_does_not() throws {
    for (seed, lexicon) in [(1, Lexicon.empty), (2, try SuppliedLexicon.load()), (3, Self.family)] {
      var random = Seeded(UInt64(seed))
      var index = MatchIndex(lexicon: lexicon)
      index.apply((0..<200).map { .put(RandomText.document($0, &random)) })
      let wanted = (0..<300).map { Self.wanted(UInt128($0), &random) }
      var standing = StandingQueries(lexicon: lexicon)
      standing.put(wanted, weighedBy: index)
      var found = 0
      for key in 0..<80 {
        let document = RandomText.document(UInt128(key), &random)
        let answers = standing.answered(by: document, in: index)
        let singly = Self.singly(wanted, document, index, lexicon)
        #expect(answers.map(\.key) == singly.map(\.key), "\(seed) \(document)")
        #expect(answers.map(\.score) == singly.map(\.score), "\(seed) \(document)")
        found += answers.count
      }
      #expect(found > 500 && found < 80 * 300, "the trial tries something: \(found)")
    }
  }

  /// Each query scored by itself, no list asked.
  private static func singly(
    _ wanted: [StandingQueries.Wanted], _ document: MatchDocument, _ index: MatchIndex, _ lexicon: Lexicon
  ) -> [Match] {
    let statistics = Statistics(index), tuning = Tuning.of(.language, lexicon.weights)
    return wanted.compactMap { one -> Match? in
      var table = TermTable()
      let query = StandingQuery(one, lexicon, tuning, &table) {
        statistics.worth($0, statistics.frequency(of: $0), tuning)
      }
      let offered = StandingDocument(document, lexicon, statistics, tuning, table)
      return query.score(offered, lexicon, tuning, table).map { Match(key: one.key, score: $0) }
    }
    .sorted { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }
  }

  @Test func the_score_is_the_one_that_plain_arithmetic_gives() {
    var random = Seeded(5)
    let documents = (0..<60).map { RandomText.document(UInt128($0), &random) }
    var index = MatchIndex(lexicon: .empty)
    index.apply(documents.map { .put($0) })
    let naive = NaiveSearch(documents)
    var compared = 0
    for number in 0..<60 {
      let text = RandomText.text(Int.random(in: 1...8, using: &random), &random)
      // A word that no document has is nothing to a search, and something to a query that waits.
      let known = NaiveSearch.terms(text).allSatisfy { term in
        documents.contains { NaiveSearch.terms([$0.title, $0.body].joined(separator: " ")).contains(term) }
      }
      if !known { continue }
      var standing = StandingQueries(lexicon: .empty)
      standing.put([.init(key: 7, query: MatchQuery(title: text), atLeast: 10)], weighedBy: index)
      for (key, score) in naive.search(text, limit: 100) where abs(score - 10) > 1e-6 {
        let answer = standing.answered(by: documents[Int(key)], in: index).first
        #expect((answer != nil) == (score > 10), "\(number) \(text)")
        if let answer { #expect(abs(answer.score - score) < 1e-9) }
        compared += 1
      }
    }
    #expect(compared > 300)
  }

  @Test func what_no_document_has_yet_is_what_a_query_waits_for() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([.put(MatchDocument(key: 1, title: "柑橘采后保鲜技术", body: "", tags: []))])
    var standing = StandingQueries(lexicon: .empty)
    standing.put([.init(key: 9, query: MatchQuery(title: "石墨烯散热膜技术"), atLeast: 30)], weighedBy: index)
    let first = MatchDocument(key: 2, title: "石墨烯散热膜连续制备", body: "", tags: [])
    #expect(standing.answered(by: first, in: index).map(\.key) == [9])
    #expect(standing.answered(by: MatchDocument(key: 3, title: "油茶技术", body: "", tags: []), in: index).isEmpty)
  }

  @Test func what_is_replaced_or_removed_waits_no_more() {
    var index = MatchIndex(lexicon: .empty)
    index.apply([.put(MatchDocument(key: 1, title: "柑橘分选", body: "", tags: []))])
    let citrus = MatchDocument(key: 2, title: "柑橘黄龙病检测", body: "", tags: [])
    let tea = MatchDocument(key: 3, title: "油茶籽压榨", body: "", tags: [])
    var standing = StandingQueries(lexicon: .empty)
    // Often enough that the lists are packed anew.
    for round in 0..<3_000 {
      let title = round % 2 == 0 ? "柑橘黄龙病" : "油茶籽"
      standing.put([.init(key: 9, query: MatchQuery(title: title), atLeast: 20)], weighedBy: index)
    }
    #expect(standing.count == 1 && standing.held.count < 2_000)
    #expect(standing.answered(by: citrus, in: index).isEmpty)
    #expect(standing.answered(by: tea, in: index).map(\.key) == [9])
    standing.remove(9)
    #expect(standing.count == 0 && standing.answered(by: tea, in: index).isEmpty)
  }

  @Test func hard_conditions_hold_and_reasons_sum_to_the_score() throws {
    var random = Seeded(11)
    let lexicon = try SuppliedLexicon.load()
    var index = MatchIndex(lexicon: lexicon)
    index.apply((0..<100).map { .put(RandomText.document($0, &random)) })
    let wanted = (0..<100).map { Self.wanted(UInt128($0), &random) }
    var standing = StandingQueries(lexicon: lexicon)
    standing.put(wanted, weighedBy: index)
    for key in 0..<30 {
      let document = RandomText.document(UInt128(key), &random)
      let plain = standing.answered(by: document, in: index)
      let told = standing.answered(by: document, in: index, explain: true)
      #expect(plain.map(\.key) == told.map(\.key) && plain.map(\.score) == told.map(\.score))
      for match in told {
        let one = wanted[Int(match.key)]
        #expect(one.query.filter?.admits(document.facts) ?? true)
        #expect(!one.query.exclude.contains(document.key))
        let sum = match.reasons.reduce(0) { $0 + $1.contribution }
        #expect(abs(sum - match.score) < 1e-9 * max(1, match.score))
      }
    }
  }

  private static let family = Lexicon(terms: [
    .init(name: "农业", domain: "农业", parent: nil, synonyms: []),
    .init(name: "柑橘", domain: "农业", parent: "农业", synonyms: ["果"]),
    .init(name: "橘油", domain: "农业", parent: "柑橘", synonyms: []),
    .init(name: "罗汉", domain: "农业", parent: "柑橘", synonyms: []),
    .init(name: "茶", domain: "农业", parent: "农业", synonyms: ["茶机"]),
    .init(name: "油茶", domain: "农业", parent: "茶", synonyms: []),
  ])

  private static func wanted(_ key: UInt128, _ random: inout Seeded) -> StandingQueries.Wanted {
    let document = RandomText.document(0, &random)
    let query = MatchQuery(
      title: RandomText.text(Int.random(in: 0...8, using: &random), &random),
      content: RandomText.text(Int.random(in: 0...60, using: &random), &random),
      tags: [RandomText.text(2, &random)], facts: document.facts,
      role: Bool.random(using: &random) ? .demand : .achievement, exclude: [UInt128.random(in: 0..<80, using: &random)],
      filter: Int.random(in: 0..<4, using: &random) == 0 ? MatchFilter(minimumMaturity: 4) : nil)
    return .init(key: key, query: query, atLeast: Double(Int.random(in: 5...90, using: &random)))
  }
}
