import MatchEngine
import Testing

@Suite struct LexiconTests {
  private func lexicon(_ rows: String...) throws -> Lexicon {
    try Lexicon(csv: Array((["term,domain,parent,synonyms"] + rows).joined(separator: "\n").utf8))
  }

  private func error(_ rows: String...) -> LexiconError? {
    do {
      _ = try Lexicon(csv: Array((["term,domain,parent,synonyms"] + rows).joined(separator: "\n").utf8))
      return nil
    } catch { return error }
  }

  @Test func a_synonym_is_found_as_the_term_it_stands_for() throws {
    let lexicon = try lexicon("电子信息,电子信息,,", "物联网,电子信息,电子信息,IoT;万物互联")
    #expect(lexicon.tags(in: "基于 iot 的监测").map(\.tag) == ["物联网"])
    #expect(lexicon.tags(in: "ＩｏＴ").map(\.bytes) == [0..<9])
  }

  @Test func the_longest_name_wins() throws {
    let lexicon = try lexicon("农业,农业,,", "油茶,农业,农业,", "油茶籽,农业,农业,")
    #expect(lexicon.tags(in: "油茶籽与油茶").map(\.tag) == ["油茶籽", "油茶"])
  }

  @Test func a_name_inside_another_word_is_not_found() throws {
    let lexicon = try lexicon("智能,智能,,AI")
    #expect(lexicon.tags(in: "maintain").isEmpty)
  }

  @Test func quotes_and_line_ends_are_read() throws {
    let file = "\u{FEFF}term,domain,parent,synonyms\r\n\"甲,乙\",丙,,\"说\"\"丁\"\"\"\r\n"
    let lexicon = try Lexicon(csv: Array(file.utf8))
    #expect(lexicon.terms == [.init(name: "甲,乙", domain: "丙", parent: nil, synonyms: ["说\"丁\""])])
  }

  @Test func what_is_wrong_is_said_with_its_row() {
    #expect(error("甲,丙,乙,") == .unknownParent(row: 2, parent: "乙"))
    #expect(error("甲,丙,,", "甲,丙,,") == .duplicateTerm(row: 3, term: "甲"))
    #expect(error("甲,丙,,丁", "乙,丙,,丁") == .duplicateSynonym(row: 3, synonym: "丁", of: "甲"))
    #expect(error("甲,丙,乙,", "乙,丙,甲,") == .circle(row: 2, term: "甲"))
    #expect(error("甲,丙") == .wrongWidth(row: 2, cells: 2, expected: 4))
    #expect(error(",丙,,") == .emptyTerm(row: 2))
    #expect(error("\"甲,丙,,") == .unclosedQuote(row: 2))
  }

  @Test func terms_given_in_code_may_be_wrong_without_harm() {
    let lexicon = Lexicon(terms: [
      .init(name: "甲", domain: "", parent: "乙", synonyms: ["", "乙"]),
      .init(name: "乙", domain: "", parent: "甲", synonyms: []),
      .init(name: "甲", domain: "", parent: "无", synonyms: []),
    ])
    #expect(lexicon.terms.count == 2)
    #expect(lexicon.tags(in: "甲乙").map(\.tag) == ["甲", "乙"])
  }
}
