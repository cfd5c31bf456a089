/// How patiently webhooks are delivered: defaults of operation, none of them the law's.
public struct DeliveryPace: Sendable {
  /// Before the second attempt, in seconds; each pause after it is twice as long.
  public var firstRetry = 5.0
  /// The longest pause, in seconds: twelve hours.
  public var longestRetry = 43_200.0
  /// By how much of itself a pause is shortened or lengthened by chance, so that receivers are not met by all at once.
  public var jitter = 0.2
  /// After so many failures in a row a receiver is left in peace for a while, whatever else there is for it.
  public var failuresBeforeRest = 3
  /// The longest such rest, in seconds: a receiver that is back is found within it.
  public var longestRest = 300.0
  /// An event that has not arrived in so many days is given up; a receiver that has failed for so long is disabled.
  public var givesUpAfterDays = 5
  /// How long, after a change of secret, the old one signs as well.
  public var overlapHours = 24
  /// Deliveries that are over are shown for so many days.
  public var keptDays = 30
  /// How long a claimed webhook is left to the server that claimed it, which may have died; longer than a request may take.
  public var leaseSeconds = 90.0
  /// Sent to one receiver before others have their turn.
  public var inARow = 20
  public init() {}

  /// Seconds until the attempt after the `failures`th.
  func pause(after failures: Int, atMost longest: Double) -> Double {
    var pause = firstRetry
    for _ in 1..<max(1, failures) where pause < longest { pause *= 2 }
    return min(pause, longest) * .random(in: (1 - jitter)...(1 + jitter))
  }

  /// Seconds for which a receiver rests after so many failures in a row.
  func rest(after failures: Int) -> Double? {
    failures < failuresBeforeRest
      ? nil : pause(after: failures - failuresBeforeRest + 1, atMost: longestRest)
  }
}
