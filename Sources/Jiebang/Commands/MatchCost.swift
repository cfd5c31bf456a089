import Glibc
import Market

/// What a measurement cost, in this process.
enum MatchCost {
  /// CPU seconds of all threads so far.
  static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// CPU milliseconds of a piece of work, and what it gave.
  static func milliseconds<Result>(_ work: () throws -> Result) rethrows -> (Double, Result) {
    let began = seconds
    let result = try work()
    return ((seconds - began) * 1000, result)
  }

  /// The most memory the process has held, in MB.
  static var peakMegabytes: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) / 1024
  }
}

extension JSONWriter {
  /// The 50th, 95th and 99th percentile of some times.
  mutating func percentiles(_ name: String, _ times: [Double]) {
    let times = times.sorted()
    object(name) { json in
      for percent in [50, 95, 99] {
        let place = min(times.count - 1, times.count * percent / 100)
        json.double("p\(percent)", times.isEmpty ? 0 : (times[place] * 1000).rounded() / 1000)
      }
    }
  }
}
