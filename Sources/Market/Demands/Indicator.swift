/// A measurable target (考核指标): what, in which unit, compared how with which value, tested by which method.
public enum Indicator {
  public static let operators = [">=", ">", "<=", "<", "=", "in"]

  /// One row as it is sent and stored.
  public static let inputs: [InputField] = [
    InputField("name", .text(max: 100), Phrase("指标名称", "name")),
    InputField("unit", .text(max: 30), required: false, Phrase("单位", "unit")),
    InputField("operator", .code(operators), Phrase("比较:≥ > ≤ < = 或区间", "comparison, `in` for a range")),
    InputField("target", .text(max: 60), Phrase("目标值", "target value")),
    InputField("test_method", .text(max: 300), Phrase("检测方法", "test method")),
  ]

  /// Rows as lines of text, as a challenge states them: `带毒率 <= 0.1 %(检测方法:…)`.
  static func lines(_ json: [UInt8]) -> [String] {
    (JSONValue.parse(json)?.array ?? []).map { row in
      func part(_ name: String) -> String { row[name]?.string ?? "" }
      let measure = [part("name"), part("operator"), part("target"), part("unit")].filter { !$0.isEmpty }
      return measure.joined(separator: " ") + "(检测方法:\(part("test_method")))"
    }
  }
}
