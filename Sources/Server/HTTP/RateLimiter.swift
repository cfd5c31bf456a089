import Market
import NIOCore
import Synchronization

/// How much of what kind one principal may ask for: a token bucket that fills at `perSecond` and holds `burst`.
public struct RateLimit: Sendable, Hashable {
  public let perSecond: Double
  public let burst: Double
  public init(perSecond: Double, burst: Double) { (self.perSecond, self.burst) = (perSecond, burst) }
}

/// The limits of a server, by what a route costs.
public struct RateLimits: Sendable {
  public var reads = RateLimit(perSecond: 100, burst: 1000)
  public var questions = RateLimit(perSecond: 20, burst: 200)
  public var writes = RateLimit(perSecond: 20, burst: 200)
  public init() {}

  /// What a route counts as: a write, a question that the match index works on, or a plain read.
  func limit(of route: Route) -> (name: String, limit: RateLimit) {
    if route.isWrite { return ("write", writes) }
    return route.tag == "matches" ? ("question", questions) : ("read", reads)
  }
}

/// Counts what each principal asks for. A principal is a token, or the address of somebody without one; each server counts for
/// itself. What has been quiet long enough to be full again is forgotten, so memory follows the traffic.
final class RateLimiter: Sendable {
  private struct Bucket {
    var level: Double
    var at: NIODeadline
    let limit: RateLimit

    mutating func fill(until now: NIODeadline) {
      let seconds = Double((now - at).nanoseconds) / 1e9
      level = min(limit.burst, level + max(0, seconds) * limit.perSecond)
      at = now
    }
  }
  private struct Key: Hashable {
    let principal: String
    let kind: String
  }
  private struct Buckets {
    var all: [Key: Bucket] = [:]
    var swept = NIODeadline.now()
  }

  /// Principals fall into shards by their hash, so that they seldom wait for one another.
  private let shards: [Shard] = (0..<16).map { _ in Shard() }
  private final class Shard: Sendable { let buckets = Mutex(Buckets()) }

  /// Takes one from the principal's bucket.
  /// - Returns: nil when there was one, else the whole seconds until there is.
  func take(_ principal: String, _ kind: String, _ limit: RateLimit, now: NIODeadline = .now()) -> Int? {
    let key = Key(principal: principal, kind: kind)
    return shards[Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))].buckets.withLock { buckets in
      if now - buckets.swept > .seconds(60) {
        buckets.all = buckets.all.filter { _, bucket in
          var full = bucket
          full.fill(until: now)
          return full.level < full.limit.burst
        }
        buckets.swept = now
      }
      var bucket = buckets.all[key] ?? Bucket(level: limit.burst, at: now, limit: limit)
      bucket.fill(until: now)
      defer { buckets.all[key] = bucket }
      if bucket.level >= 1 {
        bucket.level -= 1
        return nil
      }
      return max(1, Int(((1 - bucket.level) / limit.perSecond).rounded(.up)))
    }
  }

  /// How many buckets are held.
  var count: Int { shards.reduce(0) { $0 + $1.buckets.withLock { $0.all.count } } }
}
