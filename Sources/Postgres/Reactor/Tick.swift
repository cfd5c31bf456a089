import Glibc

/// A moment of the monotonic clock, in nanoseconds.
struct Tick: Comparable, Sendable {
  var nanoseconds: Int64

  static func now() -> Tick {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Tick(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static func < (left: Tick, right: Tick) -> Bool { left.nanoseconds < right.nanoseconds }

  static func + (tick: Tick, nanoseconds: Int64) -> Tick {
    let (sum, overflow) = tick.nanoseconds.addingReportingOverflow(nanoseconds)
    return Tick(nanoseconds: overflow ? .max : sum)
  }

  static func - (later: Tick, earlier: Tick) -> Int64 { later.nanoseconds - earlier.nanoseconds }
}

extension Duration {
  /// Whole nanoseconds; what does not fit becomes the largest number.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : (Tick(nanoseconds: product) + attoseconds / 1_000_000_000).nanoseconds
  }

  var milliseconds: Int64 { nanoseconds / 1_000_000 }
}

extension Int64 {
  /// Milliseconds as nanoseconds.
  static func milliseconds(_ count: Int64) -> Int64 { count * 1_000_000 }
}
