/// What is wrong with a joint bid: a refusal when the platform seals it, a reason that everybody can read when it was sealed elsewhere
/// and is found at the opening.
enum ConsortiumFault: String, Error, CaseIterable {
  case incomplete = "consortium_incomplete"
  case repeated = "consortium_repeated"
  case shares = "consortium_shares"
  case poster = "consortium_poster"
  case unknown = "consortium_unknown"
  case composition = "consortium_composition"
  case consent = "consortium_consent"
  /// 招标投标法实施条例 art. 37: who is in a consortium and bids a second time, alone or with others, makes every bid concerned void.
  case overlap = "consortium_overlap"

  private var place: (pointer: String, words: Phrase) {
    switch self {
    case .incomplete:
      ("/members", Phrase("联合体须同时填写成员、牵头单位分担比例和成果归属约定", "members, the lead's share and the IP terms go together"))
    case .repeated:
      ("/members", Phrase("同一单位在联合体中只能出现一次,牵头单位不列入成员", "each party once; the lead is not among the members"))
    case .shares: ("/cost_percent", Phrase("各方分担比例合计应为 100", "the shares of all parties add up to 100"))
    case .poster: ("/members", Phrase("出题单位不能加入联合体", "the poster cannot be a member"))
    case .unknown: ("/members", Phrase("成员单位不存在", "a member does not exist"))
    case .composition:
      (
        "/members",
        Phrase(
          "牵头单位或成员构成不符合题目要求(见题目的 consortium_… 各项)", "not made up as the challenge asks, see its consortium_… fields")
      )
    case .consent:
      (
        "/members",
        Phrase("成员同意书缺失或与题目、牵头单位、分担比例不符", "a member's consent is missing, or is for another challenge, lead or share")
      )
    case .overlap:
      ("/members", Phrase("同一单位在本题目上参加了不止一份揭榜书,相关揭榜书均无效", "a party is in more than one bid: all of them are void"))
    }
  }

  var refusal: Refusal {
    .invalid([Issue(pointer: place.pointer, code: rawValue, detail: place.words)])
  }
}
