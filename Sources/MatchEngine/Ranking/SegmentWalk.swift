/// Adds up what weighted terms are worth in the documents of one segment after the other.
///
/// The longest lists belong to common words, which weigh least. Those are bit sets, and once it is known how good a
/// document must be, the lightest of them are spared: they are looked at only for documents that may still be good enough.
struct SegmentWalk {
  private struct Spared {
    let start: Int
    let weight: Int32
    let level: Int
  }

  private let weights: [(term: Term, weight: Int16)]
  private let statistics: Statistics
  /// What one point of a sum is worth.
  private let point: Float
  private let spares: Float
  private var spared: [Spared] = []
  private var sparedTotal: Int32 = 0
  private let sums = ScoreSums()

  /// Rounds the weights so that no document's sum can overflow; upwards, so that no sum is too small.
  ///
  /// - Parameter spares: up to what share of the sum needed lists are spared.
  init(_ entries: [QueryVector.Entry], _ statistics: Statistics, spares: Float) {
    let total = Float(entries.reduce(0) { $0 + $1.weight })
    // A term adds its weight times the highest rise, and less than eight for being rounded up on every level.
    let scale = (Float(ScoreSums.most) - 8 * Float(entries.count)) / (total * LengthFactors.mostRise)
    weights = entries.map { ($0.term, Int16(max(1, (Float($0.weight) * scale).rounded(.up)))) }
    point = 1 / scale
    self.statistics = statistics
    self.spares = spares
  }

  /// Adds up a segment's lists and offers the documents that are good enough for the pool.
  mutating func run(
    _ number: Int, _ factors: LengthFactors, _ admission: Admission, into pool: inout CandidatePool
  ) {
    let view = statistics.views[number]
    guard add(number, factors, needed: pool.threshold) else { return }
    offer(view, number, factors, admission, to: &pool)
  }

  /// Makes ready for the next segment.
  mutating func clear(_ number: Int) { sums.clear(count: statistics.views[number].segment.count) }

  /// Hands over every document that has any of the terms. Only when nothing was spared.
  func forEachFound(_ number: Int, _ take: (Int) -> Void) {
    sums.forEach(in: 0..<statistics.views[number].segment.count, atLeast: 1) { document, _ in take(document) }
  }

  /// - Returns: whether any document has any of the terms.
  private mutating func add(_ number: Int, _ factors: LengthFactors, needed: Float) -> Bool {
    let segment = statistics.views[number].segment
    let postings = segment.postings
    var found = false
    var common: [Spared] = []
    for (term, weight) in weights {
      if term.isCharacter {
        if add(character: term, weight, segment, factors) { found = true }
        continue
      }
      guard let lists = statistics.lists(of: term, in: number) else { continue }
      found = true
      for level in 0..<TermLists.levels where lists.counts[level] > 0 {
        postings.withSet(lists, level: level) { set in
          if set.form == .bits {
            let start = level == 0 ? lists.start : Int(lists.ends[level - 1])
            common.append(Spared(start: start, weight: Int32(weight), level: level))
          } else if level == 0 {
            sums.add(set, weight)
          } else {
            sums.add(set, weight, factors, level: level)
          }
        }
      }
    }
    spare(common, factors, needed: needed, segment)
    return found
  }

  /// Adds the bit sets but the lightest ones.
  private mutating func spare(_ common: [Spared], _ factors: LengthFactors, needed: Float, _ segment: Segment) {
    spared.removeAll(keepingCapacity: true)
    sparedTotal = 0
    guard !common.isEmpty else { return }
    let middle = factors.once[factors.once.count / 2]
    let budget = Int32(min(needed * spares / (middle * point), Float(ScoreSums.most)))
    for set in common.sorted(by: { $0.weight < $1.weight }) {
      let most = set.level == 0 ? set.weight : set.weight * 2 + 1
      if sparedTotal + most <= budget {
        spared.append(set)
        sparedTotal += most
        continue
      }
      segment.postings.withBits(at: set.start) { bits in
        if set.level == 0 {
          sums.add(bits, Int16(set.weight))
        } else {
          sums.add(bits, Int16(set.weight), factors, level: set.level)
        }
      }
    }
  }

  private func offer(
    _ view: SegmentView, _ number: Int, _ factors: LengthFactors, _ admission: Admission, to pool: inout CandidatePool
  ) {
    let count = view.segment.count
    view.segment.postings.lists.withBytes(0..<view.segment.postings.lists.count) { lists in
      for group in factors.once.indices {
        let worth = factors.once[group] * point
        let needed = pool.threshold / worth
        if needed > Float(ScoreSums.most) { continue }
        let range = group * LengthFactors.group..<min(count, (group + 1) * LengthFactors.group)
        let least = Int16(max(1, Int32(needed) - sparedTotal))
        sums.forEach(in: range, atLeast: least) { document, sum in
          var whole = Int32(sum)
          for set in spared where lists[set.start &+ document >> 3] >> UInt8(document & 7) & 1 == 1 {
            whole &+= ScoreSums.part(set.weight, factors.rises[group][set.level])
          }
          let rough = Float(whole) * worth
          if rough >= pool.threshold, admission.admits(view, document) {
            pool.offer(Candidate(rough: rough, key: view.segment.keys[document], view: number, document: document))
          }
        }
      }
    }
  }

  private mutating func add(
    character: Term, _ weight: Int16, _ segment: Segment, _ factors: LengthFactors
  ) -> Bool {
    var counts = [UInt8](repeating: 0, count: segment.count)
    guard segment.postings.count(character: character, in: &counts) else { return false }
    sums.add(count: segment.count) { document in
      let rises = factors.rises[document / LengthFactors.group]
      var part: Int32 = 0
      for level in 0..<min(Int(counts[document]), TermLists.levels) {
        part += ScoreSums.part(Int32(weight), rises[level])
      }
      return Int16(part)
    }
    return true
  }
}
