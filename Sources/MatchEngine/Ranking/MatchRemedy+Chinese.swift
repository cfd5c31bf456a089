extension MatchRemedy {
  /// What a broker would advise.
  var chinese: String {
    switch self {
    case .words(let words): "对方没有写到\(MatchReason.list(words)):如确实涉及,写进简介或关键词会更靠前。"
    case .priceWithin(let budget, let asked):
      "报价从 \(MatchReason.yuan(asked)) 谈到 \(MatchReason.yuan(budget)) 以内,或约定分期、按里程碑付款,更容易谈成。"
    case .maturity(let from, let to): "从 TRL\(from) 做到 TRL\(to)(如完成中试或用户验证),即达到要求。"
    case .mode: "双方可先就合作方式(转让、许可、合作开发等)取得一致。"
    case .askPrice(let budget): "成果没有标价,请先询价:预算为 \(MatchReason.yuan(budget))。"
    case .askBudget(let asked): "题目没有写预算,请先确认:成果报价 \(MatchReason.yuan(asked))。"
    case .askMaturity(let wanted): "成果没有写明技术成熟度,请先了解:题目要求 TRL\(wanted)。"
    case .askModes: "成果没有写明合作方式,补充后便于洽谈。"
    case .describe: "对方只有名称,没有简介:目前只能按名称判断,补充后才看得准。"
    case .addKeywords: "对方没有填关键词,补充后更容易被找到。"
    }
  }
}
