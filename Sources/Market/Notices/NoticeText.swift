extension Notice {
  /// The notice for the notice board: Chinese, a line each. Of what was revoked only the tombstone remains.
  public var text: String {
    let head = [number ?? "(尚未公示)", title, "(\(kindTitle.zh))", ""]
    return (head + (state == .revoked ? tombstone : particulars) + [""]).joined(separator: "\n")
  }

  private var tombstone: [String] {
    ["本公示已撤销。", reason.map { "理由:\($0)" }, supersededBy.map { "替代公示:\($0.text)" }, hash.map { "原公示内容摘要:\($0)" }]
      .compactMap(\.self)
  }

  private var particulars: [String] {
    var lines = body.isEmpty ? [] : [body, ""]
    lines += detailLines
    lines += namedPersons.map { person in
      let part = person["part"]?.string.flatMap { $0.isEmpty ? nil : ",\($0)" } ?? ""
      return "人员:\(person["name"]?.string ?? "")(\(person["unit"]?.string ?? ""))\(part)"
    }
    if hasWithdrawnNames { lines.append("人员:公示期满后已按期撤下,内容摘要不变。") }
    lines.append("公示单位:\(organisationName)")
    if let span { lines.append("公示期:\(span)") }
    if state == .paused { lines.append("公示因异议暂停,期间不计入公示期。") }
    if let legalBasis { lines.append("依据:\(legalBasis)") }
    lines += ["联系方式:\(contact)", "异议途径:\(objectionChannel)"]
    if let handling = pinned["objection_handling"]?.string { lines.append("异议处理:\(handling)") }
    lines += corrections.map { "勘误:\($0)" }
    if let hash { lines.append("内容摘要:\(hash)") }
    return lines
  }

  /// From the first to the last day, in words.
  public var span: String? {
    guard let publishedAt, let endsAt, let period else { return nil }
    let first = publishedAt.dateInShanghai.text, last = endsAt.adding(seconds: -1).dateInShanghai.text
    return "\(first) 发布,至 \(last) 24:00 止,共 \(period.phrase.zh)(发布当日不计)"
  }

  /// What was published, read back.
  var pinned: JSONValue { content.flatMap { JSONValue.parse($0.utf8) } ?? .object([:]) }

  private static let labels: [(String, String)] = [
    ("title", "名称"), ("summary", "简介"), ("poster", "出题单位"), ("indicators", "考核指标"), ("criteria", "评审标准"),
    ("budget", "预算(元)"), ("applicant", "申请单位"), ("programme", "计划项目"), ("amount", "拟补助金额(元)"),
    ("seller", "卖方"), ("buyer", "买方"), ("price", "价格(元)"),
  ]

  private var detailLines: [String] {
    Self.labels.compactMap { name, label in
      let value = pinned["details"]?[name]
      let words = value?.string ?? value?.array?.compactMap(\.string).joined(separator: ";") ?? ""
      return words.isEmpty ? nil : "\(label):\(words)"
    } + (pinned["details"]?["awards"]?.array ?? []).map(Self.line)
      + (pinned["details"]?["review"]?["bids"]?.array ?? []).map(Self.marks)
  }

  /// How the panel judged one bid.
  private static func marks(_ bid: JSONValue) -> String {
    let parts: [(String, String)] = [("mean", "平均分"), ("highest", "最高"), ("lowest", "最低"), ("deviation", "标准差")]
    let words = parts.compactMap { name, label in bid[name]?.string.map { "\(label) \($0)" } }
    return "揭榜书 \(bid["label"]?.string ?? ""):\(words.joined(separator: ",")),\(bid["sheets"]?.array?.count ?? 0) 位专家"
  }

  /// Who is to win, for how much, with which score, and why where others stand before it.
  private static func line(_ award: JSONValue) -> String {
    let parts: [(String, String)] = [
      ("solver", "拟中榜单位"), ("label", "评审代号"), ("price", "价格(元)"), ("score", "评审得分"), ("reason", "说明"),
    ]
    return parts.compactMap { name, label in
      guard let words = award[name]?.string, !words.isEmpty else { return nil }
      return "\(label):\(words)"
    }.joined(separator: ";")
  }
}
