/// The arithmetic of a review, in whole hundredths of a point: what is published can be recomputed to the last digit.
public enum Marks {
  /// One sheet: scores weighted by their criteria, whose weights make 100.
  static func total(_ scores: [Int], _ criteria: [Criterion]) -> Int {
    zip(scores, criteria).reduce(0) { $0 + $1.0 * $1.1.weight }
  }

  /// The mean, half a hundredth up; where there are `large` or more, without one highest and one lowest.
  static func mean(_ marks: [Int], large: Int) -> Int {
    var kept = marks.sorted()[...]
    if marks.count >= large, marks.count > 2 { kept = kept.dropFirst().dropLast() }
    guard !kept.isEmpty else { return 0 }
    return (2 * kept.reduce(0, +) + kept.count) / (2 * kept.count)
  }

  /// The standard deviation of all of them, half a hundredth up.
  static func deviation(_ marks: [Int]) -> Int {
    let count = marks.count
    guard count > 0 else { return 0 }
    let sum = marks.reduce(0, +), squares = marks.reduce(0) { $0 + $1 * $1 }
    return (root(4 * (count * squares - sum * sum)) + count) / (2 * count)
  }

  /// The largest whole number whose square is no larger.
  private static func root(_ value: Int) -> Int {
    var root = Int(Double(value).squareRoot())
    while root * root > value { root -= 1 }
    while (root + 1) * (root + 1) <= value { root += 1 }
    return root
  }

  /// `88.20`.
  static func text(_ hundredths: Int) -> String {
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
