extension MatchReason {
  /// The reason as a broker would say it.
  public var chinese: String {
    switch kind {
    case .sharedTag(let wanted, let offered, let path):
      Self.tag(wanted, offered, path)
    case .sharedTerms(let terms): terms.isEmpty ? "双方用词相近。" : "双方都写到\(Self.list(terms))。"
    case .relatedTerms(let terms): terms.isEmpty ? "用词与最相近的几项一致。" : "与最相近的几项一样涉及\(Self.list(terms))。"
    case .field(let field): "同属“\(TechnologyField.name(field))”领域。"
    case .maturity(let offered, let wanted): "技术成熟度为 TRL\(offered),达到要求的 TRL\(wanted)。"
    case .price(let asked, let budget): "报价 \(Self.yuan(asked)),在预算 \(Self.yuan(budget)) 以内。"
    case .modes: "双方接受的合作方式相合。"
    case .region: "双方在同一地区,便于对接(只在同分时分先后)。"
    case .against(let objection): Self.against(objection)
    case .wouldRaise(let remedy): remedy.chinese
    }
  }

  private static func against(_ objection: Objection) -> String {
    switch objection {
    case .priceAboveBudget(let asked, let budget): "报价 \(yuan(asked)) 高于预算 \(yuan(budget)),需要协商。"
    case .maturityBelow(let offered, let wanted): "技术成熟度为 TRL\(offered),低于要求的 TRL\(wanted),还需中试或验证。"
    case .noCommonMode: "双方接受的合作方式不同,需要协商。"
    case .otherField(let wanted, let offered):
      "所属领域不同:一方是“\(TechnologyField.name(wanted))”,另一方是“\(TechnologyField.name(offered))”。"
    case .ambiguousWord(let word, let wanted, let offered):
      "“\(word)”一词两义:这里要的是“\(wanted)”,对方说的是“\(offered)”,请核对。"
    }
  }

  private static func tag(_ wanted: String, _ offered: String, _ path: [String]) -> String {
    if wanted == offered { return "双方都涉及“\(wanted)”。" }
    if path.count <= 1 { return "“\(wanted)”与“\(offered)”是同一技术的不同叫法。" }
    return "“\(wanted)”与“\(offered)”相近(\(path.joined(separator: "→")))。"
  }

  static func list(_ terms: [String]) -> String {
    terms.prefix(6).map { "“\($0.count > 24 ? $0.prefix(24) + "…" : $0[...])”" }.joined(separator: "、")
  }

  /// Fen as yuan, or as 万元 from ten thousand yuan up, without needless zeros.
  static func yuan(_ fen: Int64) -> String {
    let magnitude = fen.magnitude
    let sign = fen < 0 ? "-" : ""
    if magnitude >= 1_000_000 { return sign + decimal(magnitude / 100, 10_000, places: 4) + " 万元" }
    return sign + decimal(magnitude, 100, places: 2) + " 元"
  }

  private static func decimal(_ value: UInt64, _ unit: UInt64, places: Int) -> String {
    var fraction = String(value % unit)
    fraction = String(repeating: "0", count: places - fraction.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return fraction.isEmpty ? "\(value / unit)" : "\(value / unit).\(fraction)"
  }
}
