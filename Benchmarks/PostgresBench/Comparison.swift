/// One round of calls.
struct Measurement {
  var rate: Double
  var median: Int64
  var slowest: Int64

  init(latencies: [Int64], elapsed: Int64) {
    let sorted = latencies.sorted()
    rate = Double(sorted.count) * 1_000_000 / Double(max(1, elapsed))
    median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    slowest = sorted.isEmpty ? 0 : sorted[sorted.count * 99 / 100]
  }
}

/// The same work by our client and by pgbench.
struct Comparison {
  typealias Call = @Sendable (Int) async throws -> Void

  var name: String
  /// The ratio the product promises.
  var promise: Double
  /// What pgbench is told to do.
  var script: String
  var call: Call
  var ours: [Measurement] = []
  var theirs: [Double] = []

  private var rate: Double { median(ours.map(\.rate)) }
  private var rival: Double { median(theirs) }
  private var ratio: Double { rate / max(1, rival) }
  private var p50: Int { Int(median(ours.map { Double($0.median) })) }
  private var p99: Int { Int(median(ours.map { Double($0.slowest) })) }

  var line: String {
    [
      name.padded(16), "64".padded(9), "\(Int(rate))".padded(10), "\(Int(rival))".padded(11),
      hundredths(ratio).padded(7), hundredths(promise).padded(9), "\(p50)".padded(8), "\(p99)",
    ].joined()
  }

  var json: String {
    "\"\(name)\":{\"callers\":64,\"rounds\":\(ours.count),\"client_per_second\":\(Int(rate)),"
      + "\"pgbench_per_second\":\(Int(rival)),\"ratio\":\(hundredths(ratio)),\"promise\":\(hundredths(promise)),"
      + "\"p50_us\":\(p50),\"p99_us\":\(p99)}"
  }
}

private func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  guard !sorted.isEmpty else { return 0 }
  let middle = sorted.count / 2
  return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}

private func hundredths(_ number: Double) -> String {
  let whole = Int((number * 100).rounded())
  return "\(whole / 100)." + (whole % 100 < 10 ? "0" : "") + "\(whole % 100)"
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
