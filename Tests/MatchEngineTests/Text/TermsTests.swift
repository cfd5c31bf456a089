import Testing

@testable import MatchEngine

@Suite struct TermsTests {
  /// Each term as the text it came from.
  private func cut(_ text: String) -> [String] {
    var placed = PlacedTermList()
    Terms.scan(text, into: &placed)
    let bytes = Array(text.utf8)
    return placed.terms.map { String(decoding: bytes[$0.start..<$0.end], as: UTF8.self) }
  }

  private func terms(_ text: String) -> [Term] {
    var list = TermList()
    Terms.scan(text, into: &list)
    return list.terms
  }

  @Test func a_run_of_characters_becomes_characters_and_overlapping_pairs() {
    #expect(cut("罗汉果") == ["罗", "汉", "罗汉", "果", "汉果"])
  }

  @Test func punctuation_parts_pairs() {
    #expect(cut("柑,橘") == ["柑", "橘"])
  }

  @Test func words_keep_what_belongs_inside_them() {
    #expect(cut("PM2.5 HTR-10 C++ C# 3.") == ["PM2.5", "HTR-10", "C++", "C#", "3"])
  }

  @Test func a_word_between_characters_parts_them() {
    #expect(cut("用5G网") == ["用", "5G", "网"])
  }

  @Test func width_and_case_do_not_matter() {
    #expect(terms("ＰＬＣ控制") == terms("plc控制"))
    #expect(terms("面积10㎡") == terms("面积10m2"))
  }

  @Test func half_width_kana_with_sound_marks_equal_full_width_kana() {
    #expect(terms("ｶﾞﾊﾟﾌﾞｳﾞ") == terms("ガパブヴ"))
    #expect(terms("か\u{3099}") == terms("が"))
  }

  @Test func zero_width_characters_are_as_if_not_there() {
    #expect(terms("柑\u{200B}橘 Io\u{AD}T") == terms("柑橘 IoT"))
  }

  @Test func ranges_cover_the_original_bytes() {
    var placed = PlacedTermList()
    Terms.scan("（柑橘）", into: &placed)
    #expect(placed.terms.map { $0.start..<$0.end } == [3..<6, 6..<9, 3..<9])
  }

  @Test func any_bytes_are_cut_without_harm() {
    var random = Seeded(7)
    for length in 0..<300 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      var placed = PlacedTermList()
      Terms.scan(bytes.span, 0..<bytes.count, into: &placed)
      #expect(placed.terms.allSatisfy { 0 <= $0.start && $0.start < $0.end && $0.end <= length })
    }
  }

  @Test func a_naive_cutter_finds_as_many_terms() {
    var random = Seeded(11)
    for _ in 0..<200 {
      let text = RandomText.text(30, &random)
      #expect(terms(text).count == NaiveSearch.terms(text).count, "\(text)")
    }
  }
}
