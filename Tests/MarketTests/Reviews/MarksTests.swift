import TestSupport
import Testing

@testable import Market

@Suite struct MarksTests {
  private static let oracle = """
    import json, sys
    from decimal import Decimal, ROUND_HALF_UP
    from fractions import Fraction
    from math import isqrt
    def cents(f): return int((f * 2 + 1) // 2)
    out = []
    for marks in json.load(sys.stdin):
        marks = [int(m) for m in marks]
        kept = sorted(marks)[1:-1] if len(marks) >= 7 else marks
        mean = cents(Fraction(sum(kept), len(kept)))
        middle = Fraction(sum(marks), len(marks))
        variance = sum((m - middle) ** 2 for m in marks) / len(marks)
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
        out.append([mean, int(root.quantize(Decimal(1), ROUND_HALF_UP))])
    json.dump(out, sys.stdout)
    """

  @Test func means_and_deviations_are_what_exact_arithmetic_makes_of_them() throws {
    var random = SystemRandomNumberGenerator()
    var cases: [[Int]] = [[0], [10_000], [0, 10_000], [5, 5, 5, 6], [1, 2], Array(repeating: 7333, count: 7)]
    for i in 0..<400 { cases.append((0...(i % 11)).map { _ in Int.random(in: 0...10_000, using: &random) }) }
    let input = JSONValue.array(cases.map { .array($0.map { .number(Double($0)) }) }).canonical
    guard let answer = try Python.run(Self.oracle, input: input) else { return }
    let mine = cases.map { marks in
      JSONValue.array([.number(Double(Marks.mean(marks, large: 7))), .number(Double(Marks.deviation(marks)))])
    }
    #expect(JSONValue.parse(answer) == .array(mine))
  }

  @Test func from_the_rule_s_number_on_one_highest_and_one_lowest_fall_away() {
    #expect(Marks.mean([0, 5000, 5000, 5000, 5000, 10_000], large: 7) == 5000)
    #expect(Marks.mean([0, 6000, 6000, 6000, 6000, 6000, 10_000], large: 7) == 6000)
    #expect(Marks.mean([0, 6000, 6000, 6000, 6000, 6000, 10_000], large: 9) == 5714)
    #expect(Marks.text(5) == "0.05" && Marks.text(8820) == "88.20" && Marks.text(10_000) == "100.00")
  }
}
