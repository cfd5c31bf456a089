/// A document the first stage found, with its rough score.
struct Candidate: Sendable {
  let rough: UInt16
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
  private(set) var threshold: UInt16 = 1

  init(capacity: Int) { self.capacity = capacity }

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
      held.removeLast(held.count - capacity)
      threshold = max(1, held.last?.rough ?? 1)
    }
  }
}
