/// How much a claim is given, and why: the least of its limits, each with the rule and the law it comes from. Nothing here asks
/// a clock or a table, so that everybody can do the sum again.
public struct SubsidySheet: Sendable, Hashable {
  /// What the sum is made of. Amounts in fen.
  public struct Terms: Sendable {
    /// Invoices recognised: paid, to nobody related, left out by no verifier.
    public var base: Int64
    /// Percent of the base that the programme gives.
    public var rate: Int
    public var programmeCap: Int64
    public var requested: Int64?
    public var contractTotal: Int64
    /// What is recognised of the same contract, in this claim and in others.
    public var input: Int64
    /// Public money already found for the same contract.
    public var granted: Int64
    /// What the programme has left.
    public var balance: Int64

    public init(
      base: Int64, rate: Int, programmeCap: Int64, requested: Int64?, contractTotal: Int64, input: Int64,
      granted: Int64,
      balance: Int64
    ) {
      (self.base, self.rate, self.programmeCap, self.requested) = (base, rate, programmeCap, requested)
      (self.contractTotal, self.input, self.granted, self.balance) = (contractTotal, input, granted, balance)
    }
  }

  /// The law's own limits.
  public struct Rules: Sendable {
    /// The most that one claim is given.
    public let cap: Rulebook.Rule
    /// Public money's share of the contract.
    public let contractShare: Rulebook.Rule
    /// Public money's share of what was really spent.
    public let inputShare: Rulebook.Rule

    public init(cap: Rulebook.Rule, contractShare: Rulebook.Rule, inputShare: Rulebook.Rule) {
      (self.cap, self.contractShare, self.inputShare) = (cap, contractShare, inputShare)
    }
  }

  /// One limit.
  public struct Line: Sendable, Hashable {
    public let code: String
    public let name: Phrase
    /// How it was found, in figures of yuan.
    public let formula: String
    /// Not below nothing.
    public let limit: Money
    public let rule: String?
    public let legalBasis: String?
  }

  public let lines: [Line]
  /// The least of the limits, in whole fen, rounded down.
  public let amount: Money

  public init(_ terms: Terms, _ rules: Rules) {
    let granted = Money(fen: terms.granted).yuan
    func share(_ code: String, _ name: Phrase, of whole: Int64, _ rule: Rulebook.Rule) -> Line {
      let most = Self.percent(rule.value, of: whole) - terms.granted
      return Line(
        code, name, "\(rule.value)% × \(Money(fen: whole).yuan) − \(granted)", most, rule: rule)
    }
    let rated = Self.percent(Int64(terms.rate), of: terms.base)
    lines =
      [
        Line(
          "rate", Phrase("补助比例 × 认可投入", "rate of what is recognised"),
          "\(terms.rate)% × \(Money(fen: terms.base).yuan)", rated),
        Line("programme_cap", Phrase("计划项目单项封顶", "the programme's cap"), "", terms.programmeCap),
        Line("legal_cap", Phrase("规则单项封顶", "the rulebook's cap"), "", rules.cap.value, rule: rules.cap),
        share(
          "contract_share", Phrase("财政资金占合同额上限,减已获补助", "public money's share of the contract, less what was given"),
          of: terms.contractTotal, rules.contractShare),
        share(
          "input_share", Phrase("财政资金占实际投入上限,减已获补助", "public money's share of what was spent, less what was given"),
          of: terms.input, rules.inputShare),
        Line("balance", Phrase("计划项目余额", "what the programme has left"), "", terms.balance),
      ] + (terms.requested.map { [Line("requested", Phrase("申请金额", "what was asked for"), "", $0)] } ?? [])
    amount = lines.map(\.limit).min() ?? Money(fen: 0)
  }

  /// Rounded down to the fen: public money is never rounded up.
  private static func percent(_ percent: Int64, of fen: Int64) -> Int64 {
    let product = fen.multipliedFullWidth(by: percent)
    // At most a hundred times what a column takes, so the quotient fits.
    return Int64(100).dividingFullWidth(product).quotient
  }

  /// Whether this limit is the one that decides.
  public func binds(_ line: Line) -> Bool { line.limit == amount }

  public static let shown: [InputField] = [
    InputField("code", .text(max: 40), Phrase("限额", "limit")),
    InputField("name", .text(max: 200), Phrase("名称", "name")),
    InputField("formula", .text(max: 200), required: false, Phrase("算式(元)", "how it was found, in yuan")),
    InputField("limit", .money, Phrase("限额金额", "the limit")),
    InputField("rule", .text(max: 60), required: false, Phrase("规则", "rule")),
    InputField("legal_basis", .text(max: 300), required: false, Phrase("依据", "law")),
    InputField("binds", .flag, Phrase("是否为决定金额的一项", "whether it decides the amount")),
  ]

  /// As JSON, rows of ``shown``.
  public var json: [UInt8] {
    var json = JSONWriter()
    json.array { json in
      for line in lines {
        json.object { json in
          json.string("code", line.code)
          json.string("name", line.name.zh)
          if !line.formula.isEmpty { json.string("formula", line.formula) }
          json.money("limit", line.limit)
          if let rule = line.rule { json.string("rule", rule) }
          if let law = line.legalBasis { json.string("legal_basis", law) }
          json.bool("binds", binds(line))
        }
      }
    }
    return json.bytes
  }
}

extension SubsidySheet.Line {
  fileprivate init(_ code: String, _ name: Phrase, _ formula: String, _ fen: Int64, rule: Rulebook.Rule? = nil) {
    (self.code, self.name, self.formula) = (code, name, formula)
    limit = Money(fen: max(0, fen))
    (self.rule, legalBasis) = (rule?.key, rule?.legalBasis)
  }
}
