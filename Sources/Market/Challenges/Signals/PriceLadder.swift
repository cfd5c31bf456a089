/// Prices that look as if one hand had written them.
enum PriceLadder {
  /// The largest set of prices with equal steps or equal shares between neighbours, or that are the same.
  ///
  /// People like round numbers, and name the budget: a ladder of round steps, and a price that everybody could have named, are
  /// nobody's secret.
  /// - Parameter budget: what the poster said it would pay.
  /// - Returns: the places of its members in `prices`; nil where there is nothing to look at.
  static func find(_ prices: [Int64], budget: Int64?, _ limits: SignalThresholds) -> [Int]? {
    let same = Dictionary(grouping: prices.indices) { prices[$0] }.filter { price, places in
      places.count > 1 && price % limits.roundPrice != 0 && price != budget
    }.values.max { $0.count < $1.count }
    let rungs = Array(Set(prices)).sorted()
    var best: [Int64] = []
    for (i, low) in rungs.enumerated() {
      for high in rungs[(i + 1)...] {
        for ladder in [steps(low, high, rungs, limits), shares(low, high, rungs)] where ladder.count > best.count {
          best = ladder
        }
      }
    }
    let ladder = best.count >= limits.prices ? prices.indices.filter { best.contains(prices[$0]) } : []
    let longest = ladder.count > (same?.count ?? 0) ? ladder : same ?? []
    return longest.isEmpty ? nil : longest.sorted()
  }

  private static func steps(_ low: Int64, _ high: Int64, _ rungs: [Int64], _ limits: SignalThresholds) -> [Int64] {
    let step = high - low
    guard step % limits.roundPrice != 0 else { return [] }
    var ladder = [low, high]
    while rungs.contains(ladder[ladder.count - 1] + step) { ladder.append(ladder[ladder.count - 1] + step) }
    return ladder
  }

  /// Equal to a ten-thousandth: what rounding to a yuan leaves of it.
  private static func shares(_ low: Int64, _ high: Int64, _ rungs: [Int64]) -> [Int64] {
    guard low > 0 else { return [] }
    let share = Double(high) / Double(low)
    var ladder = [low, high]
    while true {
      let next = Double(ladder[ladder.count - 1]) * share
      guard let rung = rungs.first(where: { $0 > ladder[ladder.count - 1] && abs(Double($0) - next) <= next / 10_000 })
      else { return ladder }
      ladder.append(rung)
    }
  }
}
