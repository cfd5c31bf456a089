import TestSupport
import Testing

@testable import Market

@Suite struct SubsidySheetTests {
  static func rules(cap: Int64, contract: Int64, input: Int64) -> SubsidySheet.Rules {
    func rule(_ key: RuleKey, _ value: Int64, _ unit: String) -> Rulebook.Rule {
      Rulebook.Rule(
        key: key.rawValue, region: "000000", value: value, unit: unit, from: CivilDate(days: 0), to: nil,
        legalBasis: "示例依据", isVerified: false)
    }
    return SubsidySheet.Rules(
      cap: rule(.subsidyCap, cap, "fen"), contractShare: rule(.subsidyRateMaximum, contract, "percent"),
      inputShare: rule(.subsidyInputShareMaximum, input, "percent"))
  }

  /// Decimal arithmetic by somebody else, in yuan, rounded down to the fen.
  private static let oracle = """
    import sys
    from decimal import Decimal, ROUND_DOWN, getcontext
    getcontext().prec = 60
    fen = Decimal('0.01')
    for line in sys.stdin.read().split('\\n'):
        if not line: continue
        base, rate, cap, asked, total, inp, given, left, legal, cshare, ishare = line.split(',')
        D = lambda t: Decimal(t) / 100
        down = lambda x: x.quantize(fen, rounding=ROUND_DOWN)
        limits = [down(D(base) * int(rate) / 100), D(cap), D(legal), down(D(total) * int(cshare) / 100) - D(given),
                  down(D(inp) * int(ishare) / 100) - D(given), D(left)]
        if asked: limits.append(D(asked))
        print(int(max(Decimal(0), min(limits)) * 100))
    """

  @Test func the_amount_is_what_decimal_arithmetic_says_at_every_boundary() throws {
    var random = SystemRandomNumberGenerator()
    let edges: [Int64] = [0, 1, 2, 3, 4, 9, 10, 33, 34, 99, 100, 101, 999, 100_00, Money.ceiling - 1, Money.ceiling]
    func amount() -> Int64 {
      Bool.random(using: &random)
        ? edges.randomElement(using: &random) ?? 0
        : Int64.random(in: 0...(Int64(1) << Int64.random(in: 1...52, using: &random)), using: &random)
    }
    var lines: [String] = [], computed: [String] = []
    for _ in 0..<5000 {
      let terms = SubsidySheet.Terms(
        base: amount(), rate: Int.random(in: 1...100, using: &random), programmeCap: amount(),
        requested: Bool.random(using: &random) ? amount() : nil, contractTotal: amount(), input: amount(),
        granted: Bool.random(using: &random) ? 0 : amount(), balance: amount())
      let cap = amount(), contract = Int64.random(in: 0...100, using: &random),
        input = Int64.random(in: 0...100, using: &random)
      let figures = [
        "\(terms.base)", "\(terms.rate)", "\(terms.programmeCap)", terms.requested.map { "\($0)" } ?? "",
        "\(terms.contractTotal)", "\(terms.input)", "\(terms.granted)", "\(terms.balance)", "\(cap)", "\(contract)",
        "\(input)",
      ]
      lines.append(figures.joined(separator: ","))
      let sheet = SubsidySheet(terms, Self.rules(cap: cap, contract: contract, input: input))
      computed.append("\(sheet.amount.fen)")
      #expect(sheet.lines.contains(where: sheet.binds))
    }
    let text = lines.joined(separator: "\n")
    guard let answer = try Python.run(Self.oracle, input: Array(text.utf8)) else { return }
    let wanted = String(decoding: answer, as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(wanted.count == computed.count)
    for (i, pair) in zip(wanted, computed).enumerated() where pair.0 != pair.1 {
      Testing.Issue.record("\(lines[i]): \(pair.1), not \(pair.0)")
    }
  }

  @Test func the_sheet_names_the_limit_that_decides_with_its_rule_and_law() throws {
    let sheet = SubsidySheet(
      SubsidySheet.Terms(
        base: 1_000_000_00, rate: 50, programmeCap: 400_000_00, requested: nil, contractTotal: 1_200_000_00,
        input: 1_000_000_00, granted: 100_000_00, balance: 900_000_00),
      Self.rules(cap: 500_000_00, contract: 30, input: 50))
    #expect(sheet.amount == Money(fen: 260_000_00))
    let deciding = sheet.lines.filter(sheet.binds)
    #expect(deciding.map(\.code) == ["contract_share"] && deciding.map(\.rule) == ["subsidy.rate_maximum"])
    #expect(deciding.first?.formula == "30% × 1200000.00 − 100000.00" && deciding.first?.legalBasis == "示例依据")
    let json = try #require(JSONValue.parse(sheet.json)?.array)
    #expect(json.count == 6 && json.filter { $0["binds"]?.bool == true }.count == 1)
    #expect(json[3]["limit"]?["amount"]?.string == "260000.00")
  }
}
