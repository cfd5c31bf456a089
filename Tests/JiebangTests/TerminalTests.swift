import TestSupport
import Testing

@testable import Jiebang

@Suite struct TerminalTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("揭榜", 4), ("，。", 4), ("Ａ１", 4), ("カナ", 4), ("ｶﾅ", 2), ("한국", 4), ("e\u{301}", 1), ("𠮷", 2),
    ("…", 1),
    ("── ", 3),
  ])
  func a_chinese_character_takes_two_columns(text: String, columns: Int) {
    #expect(text.columns == columns)
  }

  @Test func the_columns_of_a_table_line_up_under_chinese_headers() {
    var table = Table(["合同类型", "n", "成交额(元)"], rightAligned: [1, 2])
    table.add(["TD", "1", "1840000.00"])
    table.add(["技术转让", "12", "1.00"])
    let lines = table.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(Set(lines.map(\.columns)).count == 1, "every line is as wide as the next")
    #expect(lines[2] == "TD         1  1840000.00")
    #expect(lines[3] == "技术转让  12        1.00")
  }

  @Test func a_table_leaves_no_space_at_the_end_of_a_line() {
    var table = Table(["单位", "备注"])
    table.add(["示例大学", ""])
    #expect(table.text.split(separator: "\n").last == "示例大学")
  }

  @Test func a_text_is_cut_between_characters_and_never_wider_than_asked() {
    #expect("柑橘黄龙病".clipped(to: 10) == "柑橘黄龙病")
    #expect("柑橘黄龙病".clipped(to: 6) == "柑橘…")
    for width in 1...12 { #expect("a柑b橘c黄d龙".clipped(to: width).columns <= width) }
  }
}
