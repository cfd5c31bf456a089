import Testing

@testable import MatchEngine

@Suite struct ReasonTests {
  @Test func contributions_sum_to_the_score() throws {
    var random = Seeded(4)
    var index = MatchIndex(lexicon: try SuppliedLexicon.load())
    index.apply((0..<300).map { .put(RandomText.document($0, &random)) })
    for _ in 0..<60 {
      let query = MatchQuery(
        title: RandomText.text(6, &random), content: RandomText.text(10, &random), tags: [RandomText.text(3, &random)],
        facts: RandomText.document(0, &random).facts, role: Bool.random(using: &random) ? .demand : .achievement)
      for match in index.rank(query, limit: 50, explain: true) {
        let sum = match.reasons.reduce(0) { $0 + $1.contribution }
        #expect(abs(sum - match.score) < 1e-9 * max(1, abs(match.score)))
        #expect(match.reasons.allSatisfy { $0.isAgainst == ($0.contribution < 0) || $0.contribution == 0 })
      }
    }
  }

  @Test func asking_for_reasons_changes_nothing_else() {
    var random = Seeded(9)
    var index = MatchIndex(lexicon: .empty)
    index.apply((0..<200).map { .put(RandomText.document($0, &random)) })
    for _ in 0..<30 {
      let query = MatchQuery(title: RandomText.text(6, &random), content: RandomText.text(10, &random))
      let plain = index.rank(query, limit: 20, explain: false)
      let told = index.rank(query, limit: 20, explain: true)
      #expect(plain.map(\.key) == told.map(\.key))
      #expect(plain.map(\.score) == told.map(\.score))
    }
  }

  @Test func spans_point_at_the_words_on_both_sides() throws {
    var index = MatchIndex(lexicon: .empty)
    index.apply([.put(MatchDocument(key: 1, title: "新型ＰＬＣ", body: "用于罗汉果甜苷的提取", tags: ["植物", "甜苷纯化"]))])
    let query = MatchQuery(title: "高纯罗汉果甜苷", content: "需要 plc 控制")
    let reason = try #require(
      index.rank(query, limit: 1, explain: true).first?.reasons.first { $0.code == "shared_terms" })
    guard case .sharedTerms(let words) = reason.kind else { return }
    #expect(words.contains("罗汉果甜苷") && words.contains("plc"))
    for (word, spans) in zip(words, zip(reason.wantedSpans, reason.offeredSpans)) {
      let wanted = spans.0.part == .title ? query.title : query.content
      #expect(String(decoding: Array(wanted.utf8)[spans.0.bytes], as: UTF8.self) == word)
      let offered = spans.1.part == .title ? "新型ＰＬＣ" : "用于罗汉果甜苷的提取"
      let text = String(decoding: Array(offered.utf8)[spans.1.bytes], as: UTF8.self)
      #expect(text == word || text == "ＰＬＣ")
    }
  }

  @Test func every_span_lies_in_its_text() throws {
    var random = Seeded(10)
    let documents = (0..<100).map { RandomText.document(UInt128($0), &random) }
    var index = MatchIndex(lexicon: try SuppliedLexicon.load())
    index.apply(documents.map { .put($0) })
    for _ in 0..<30 {
      let query = MatchQuery(
        title: RandomText.text(6, &random), content: RandomText.text(9, &random), tags: ["油茶", "柑"])
      for match in index.rank(query, limit: 20, explain: true) {
        let document = documents[Int(match.key)]
        for reason in match.reasons {
          for span in reason.wantedSpans { #expect(inside(span, query.title, query.content, query.tags)) }
          for span in reason.offeredSpans { #expect(inside(span, document.title, document.body, document.tags)) }
        }
      }
    }
  }

  private func inside(_ span: MatchSpan, _ title: String, _ body: String, _ tags: [String]) -> Bool {
    let text: String
    switch span.part {
    case .title: text = title
    case .body: text = body
    case .tag(let place):
      guard tags.indices.contains(place) else { return false }
      text = tags[place]
    }
    let bytes = Array(text.utf8)
    guard !span.bytes.isEmpty, span.bytes.upperBound <= bytes.count, span.bytes.lowerBound >= 0 else { return false }
    return String(validating: bytes[span.bytes], as: UTF8.self) != nil
  }

  @Test(arguments: [
    (MatchReason.Kind.sharedTerms(["罗汉果", "PLC"]), "shared_terms", "双方都写到“罗汉果”、“PLC”。"),
    (.sharedTerms([]), "shared_terms", "双方用词相近。"),
    (
      .sharedTerms([String(repeating: "橘", count: 30)]), "shared_terms",
      "双方都写到“\(String(repeating: "橘", count: 24))…”。"
    ),
    (.relatedTerms(["树脂"]), "related_terms", "与最相近的几项一样涉及“树脂”。"),
    (.field(5), "same_field", "同属“新材料及其应用”领域。"),
    (.maturity(offered: 7, wanted: 6), "maturity_meets", "技术成熟度为 TRL7,达到要求的 TRL6。"),
    (.price(asked: 125_000_000, budget: 300_000_000), "price_within_budget", "报价 125 万元,在预算 300 万元 以内。"),
    (
      .against(.priceAboveBudget(asked: 1_234_567_89, budget: 5_000_00)), "price_above_budget",
      "报价 123.4567 万元 高于预算 5000 元,需要协商。"
    ),
    (.against(.maturityBelow(offered: 3, wanted: 6)), "maturity_below", "技术成熟度为 TRL3,低于要求的 TRL6,还需中试或验证。"),
    (.region(450_300), "same_region", "双方在同一地区,便于对接(只在同分时分先后)。"),
    (
      .wouldRaise(.words(["低成本"])), "missing_words",
      "对方没有写到“低成本”:如确实涉及,写进简介或关键词会更靠前。"
    ),
    (
      .wouldRaise(.priceWithin(budget: 300_000_000, asked: 500_000_000)), "lower_price",
      "报价从 500 万元 谈到 300 万元 以内,或约定分期、按里程碑付款,更容易谈成。"
    ),
    (.wouldRaise(.maturity(from: 3, to: 6)), "raise_maturity", "从 TRL3 做到 TRL6(如完成中试或用户验证),即达到要求。"),
    (.wouldRaise(.mode), "agree_mode", "双方可先就合作方式(转让、许可、合作开发等)取得一致。"),
    (.wouldRaise(.askPrice(budget: 300_000_000)), "price_unknown", "成果没有标价,请先询价:预算为 300 万元。"),
    (.wouldRaise(.askBudget(asked: 125_000_000)), "budget_unknown", "题目没有写预算,请先确认:成果报价 125 万元。"),
    (.wouldRaise(.askMaturity(wanted: 6)), "maturity_unknown", "成果没有写明技术成熟度,请先了解:题目要求 TRL6。"),
    (.wouldRaise(.askModes), "modes_unknown", "成果没有写明合作方式,补充后便于洽谈。"),
    (.wouldRaise(.describe), "description_missing", "对方只有名称,没有简介:目前只能按名称判断,补充后才看得准。"),
    (.wouldRaise(.addKeywords), "keywords_missing", "对方没有填关键词,补充后更容易被找到。"),
    (.sharedTag(wanted: "柑橘", offered: "沃柑", path: ["柑橘", "沃柑"]), "shared_tag", "“柑橘”与“沃柑”相近(柑橘→沃柑)。"),
    (.sharedTag(wanted: "物联网", offered: "物联网", path: ["物联网"]), "shared_tag", "双方都涉及“物联网”。"),
    (
      .against(.ambiguousWord("油茶", wanted: "茶汤", offered: "木本油料")), "ambiguous_word",
      "“油茶”一词两义:这里要的是“茶汤”,对方说的是“木本油料”,请核对。"
    ),
  ])
  func a_reason_reads_as_a_broker_would_say_it(_ wanted: (MatchReason.Kind, String, String)) {
    let reason = MatchReason(kind: wanted.0, contribution: 1)
    #expect(reason.code == wanted.1)
    #expect(reason.chinese == wanted.2)
  }
}
