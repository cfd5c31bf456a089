import MatchEngine
import Testing

@Suite struct SuppliedLexiconTests {
  @Test func the_supplied_files_are_sound() throws {
    let lexicon = try SuppliedLexicon.load()
    #expect(lexicon.terms.count > 900)
    #expect(lexicon.ambiguities.count == 20)
    #expect(lexicon.ambiguities.allSatisfy { $0.senses.count == 2 && $0.senses.allSatisfy { !$0.cues.isEmpty } })
  }

  @Test func every_term_is_found_under_its_own_name() throws {
    let lexicon = try SuppliedLexicon.load()
    for term in lexicon.terms { #expect(lexicon.tags(in: term.name).map(\.tag) == [term.name]) }
  }

  @Test func avian_influenza_is_not_artificial_intelligence() throws {
    let lexicon = try SuppliedLexicon.load()
    #expect(lexicon.terms.allSatisfy { !($0.name.contains("禽流感") && $0.synonyms.contains("AI")) })
  }

  /// For each ambiguous word one wanted text, a document of that sense and one of the other; all invented.
  @Test(arguments: [
    ("即食恭城油茶常温保存", "打油茶茶汤标准化生产技术", "油茶籽低温压榨与油茶林抚育技术"),
    ("鲜湿米粉抗老化保鲜", "米粉常温货架期延长技术", "米粉加工废水厌氧处理技术"),
    ("罗汉果甜苷纯化", "罗汉果苷柱层析工艺", "甜叶菊糖苷结晶工艺"),
    ("AI视觉识别算法", "AI芯片与大模型部署", "AI病毒(禽流感)疫苗"),
    ("GIS局部放电监测", "高压GIS绝缘开关诊断", "GIS遥感地图空间分析"),
    ("航空轮胎胎面材料", "航空橡胶轮胎翻新", "航空电缆绝缘材料"),
    ("金刚石线锯切割", "金刚石刀具磨削工艺", "金刚石六面顶压机合成"),
    ("PLA降解薄膜", "热收缩薄膜阻隔材料", "薄膜生产线张力控制卷绕系统"),
    ("高压电缆用硅橡胶", "耐高温硅橡胶线缆料", "液体硅橡胶按键模具"),
    ("中空球形碳酸钙", "空心碳酸钙制备", "造纸用轻质碳酸钙"),
    ("石墨负极材料", "锂电石墨负极包覆", "燃料电池石墨双极板"),
    ("燃料电池双极板", "燃料电池质子交换膜", "锂离子电池正极材料"),
    ("稀土荧光粉", "稀土发光照明材料", "钕铁硼稀土永磁"),
    ("湿式离合器摩擦片", "双离合离合器摩擦片粘接", "离合器变速总成"),
    ("地贫检测试剂", "呼吸道病原临床检测试剂", "非洲猪瘟检测试剂"),
    ("黄龙病防控", "柑橘木虱防控技术", "桔小实蝇防控诱杀技术"),
    ("米粉保鲜", "米粉抗老化保鲜剂", "芒果冷链保鲜"),
    ("水泥窑脱硝", "水泥SCR脱硝催化剂", "VOCs与脱硫脱硝一体化"),
    ("养老护理机器人", "康复陪护机器人", "焊接打磨机器人"),
    ("水质监测浮标", "海洋环境水质浮标", "内河航道航标浮标"),
  ])
  func the_same_word_in_another_sense_ranks_below_and_says_so(_ trap: (String, String, String)) throws {
    var index = MatchIndex(lexicon: try SuppliedLexicon.load())
    // The trap has the smaller key, so that a tie would put it first.
    index.apply([
      .put(MatchDocument(key: 1, title: trap.2, body: "", tags: [])),
      .put(MatchDocument(key: 2, title: trap.1, body: "", tags: [])),
    ])
    let matches = index.rank(MatchQuery(title: trap.0), limit: 10, explain: true)
    #expect(matches.first?.key == 2)
    if let other = matches.first(where: { $0.key == 1 }) {
      #expect(other.reasons.contains { $0.code == "ambiguous_word" && $0.isAgainst && $0.contribution <= 0 })
    }
    #expect(matches.first?.reasons.contains { $0.code == "ambiguous_word" } == false)
  }
}
