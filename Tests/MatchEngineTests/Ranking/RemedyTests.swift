import Testing

@testable import MatchEngine

/// What would raise a match: done as advised, the score rises by what was said, or the match is better known.
@Suite struct RemedyTests {
  private static func match(
    _ query: MatchQuery, _ document: MatchDocument, beside others: [MatchDocument] = []
  ) throws -> Match {
    var index = MatchIndex(lexicon: .empty)
    index.apply(([document] + others).map { .put($0) })
    return try #require(index.rank(query, limit: 10, explain: true).first { $0.key == document.key })
  }

  private static func remedies(_ match: Match) -> [MatchRemedy] {
    match.reasons.compactMap { if case .wouldRaise(let remedy) = $0.kind { remedy } else { nil } }
  }

  @Test func facts_changed_as_advised_raise_the_score_by_what_was_said() throws {
    let wanted = MatchFacts(maturity: 6, price: 1_000_000, modes: 0b1)
    let query = MatchQuery(title: "柑橘分选", facts: wanted)
    func document(_ facts: MatchFacts) -> MatchDocument {
      MatchDocument(key: 1, title: "柑橘分选装备", body: "示例", tags: ["柑橘"], facts: facts)
    }
    let poor = MatchFacts(maturity: 3, price: 1_400_000, modes: 0b10)
    let before = try Self.match(query, document(poor))
    #expect(Set(Self.remedies(before).map(\.code)) == ["lower_price", "raise_maturity", "agree_mode"])
    for (code, change) in [
      ("lower_price", { (facts: inout MatchFacts) in facts.price = 1_000_000 }),
      ("raise_maturity", { $0.maturity = 6 }), ("agree_mode", { $0.modes = 0b11 }),
    ] as [(String, (inout MatchFacts) -> Void)] {
      var better = poor
      change(&better)
      let after = try Self.match(query, document(better))
      let gain = try #require(before.reasons.first { $0.code == code }?.gain)
      #expect(gain > 0 && abs(after.score - before.score - gain) < 1e-9, "\(code)")
      #expect(!after.reasons.contains { $0.code == code }, "\(code) is done")
    }
    let silent = try Self.match(query, document(MatchFacts()))
    #expect(Set(Self.remedies(silent).map(\.code)) == ["price_unknown", "maturity_unknown", "modes_unknown"])
  }

  @Test func the_other_way_round_the_sides_are_named_rightly() throws {
    let supply = MatchFacts(maturity: 3, price: 1_400_000)
    let query = MatchQuery(title: "柑橘分选", facts: supply, role: .achievement)
    let demand = MatchDocument(
      key: 1, title: "柑橘分选装备", body: "示例", tags: ["柑橘"], facts: MatchFacts(maturity: 6, price: 1_000_000))
    let remedies = Self.remedies(try Self.match(query, demand))
    #expect(remedies.contains(.priceWithin(budget: 1_000_000, asked: 1_400_000)))
    #expect(remedies.contains(.maturity(from: 3, to: 6)))
  }

  @Test func words_that_are_missing_are_named_whole_and_raise_the_score_when_they_are_added() throws {
    let others = ["智能采摘机器人", "智能采摘机器人视觉", "罗汉果提取"].enumerated().map {
      MatchDocument(key: UInt128($0 + 10), title: $1, body: "示例", tags: ["示例"])
    }
    let query = MatchQuery(title: "罗汉果智能采摘机器人")
    let before = try Self.match(query, MatchDocument(key: 1, title: "罗汉果种植", body: "示例", tags: ["示例"]), beside: others)
    let remedy = try #require(before.reasons.first { $0.code == "missing_words" })
    guard case .wouldRaise(.words(let words)) = remedy.kind else { return }
    #expect(words.joined().contains("采摘机器人") && !words.joined().contains("罗汉果"))
    for (word, span) in zip(words, remedy.wantedSpans) {
      #expect(String(decoding: Array(query.title.utf8)[span.bytes], as: UTF8.self) == word)
    }
    let after = try Self.match(
      query, MatchDocument(key: 1, title: "罗汉果种植智能采摘机器人", body: "示例", tags: ["示例"]), beside: others)
    #expect(after.score > before.score && !after.reasons.contains { $0.code == "missing_words" })
  }

  @Test func a_bare_title_is_told_so_and_at_most_three_remedies_are() throws {
    let bare = try Self.match(MatchQuery(title: "柑橘分选"), MatchDocument(key: 1, title: "柑橘分选", body: "", tags: []))
    #expect(Self.remedies(bare) == [.describe, .addKeywords])
    var random = Seeded(21)
    var index = MatchIndex(lexicon: .empty)
    index.apply((0..<200).map { .put(RandomText.document($0, &random)) })
    for _ in 0..<30 {
      let query = MatchQuery(title: RandomText.text(9, &random), facts: RandomText.document(0, &random).facts)
      for match in index.rank(query, limit: 50, explain: true) {
        #expect(match.reasons.count(where: \.isRemedy) <= 3)
        #expect(match.reasons.allSatisfy { !$0.isRemedy || ($0.contribution == 0 && $0.gain >= 0) })
      }
    }
  }
}
