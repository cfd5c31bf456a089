/// A document the first stage found, with its rough score.
struct Candidate: Sendable {
  let rough: Float
  let key: UInt128
  let view: Int
  let document: Int

  /// The better one first.
  static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
    left.rough != right.rough ? left.rough > right.rough : left.key < right.key
  }
}

/// Keeps the best so many candidates.
struct CandidatePool {
  private(set) var held: [Candidate] = []
  private let capacity: Int
  /// Rough scores below this cannot get in.
  private(set) var threshold: Float
  /// The highest rough score there was no room for; below 0 when there was room for all.
  private(set) var turnedAway: Float = -1

  init(capacity: Int, threshold: Float = 0) {
    self.capacity = capacity
    self.threshold = max(0, threshold)
  }

  mutating func offer(_ candidate: Candidate) {
    held.append(candidate)
    if held.count >= capacity * 2 + 64 { shrink() }
  }

  /// The best ones, best first.
  mutating func finish() -> [Candidate] {
    shrink()
    return held
  }

  private mutating func shrink() {
    held.sort(by: Candidate.precedes)
    if held.count >= capacity {
      if held.count > capacity { turnedAway = max(turnedAway, held[capacity].rough) }
      held.removeLast(held.count - capacity)
      threshold = max(threshold, held.last?.rough ?? 0)
      turnedAway = max(turnedAway, threshold)
    }
  }
}

/// Keeps the best so many documents by exact score, best first.
struct BestMatches {
  private(set) var held: [(Candidate, score: Double)] = []
  private let limit: Int

  /// - Parameter limit: above 0.
  init(limit: Int) { self.limit = limit }

  /// Scores below this cannot get in.
  var threshold: Double { held.count < limit ? 0 : held[limit - 1].score }

  mutating func offer(_ candidate: Candidate, _ score: Double) {
    let place = held.lowerBound { $0.score != score ? $0.score > score : $0.0.key < candidate.key }
    guard place < limit else { return }
    if held.count == limit { held.removeLast() }
    held.insert((candidate, score), at: place)
  }
}
