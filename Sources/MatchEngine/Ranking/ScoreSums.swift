/// One sum for each document of a segment. Sums are 16 bits wide, so that those of a segment stay in the nearest caches
/// while list after list is added.
final class ScoreSums {
  /// No document's sum may pass it.
  static let most: Int16 = 32_000

  private let sums: UnsafeMutableRawPointer
  /// For each byte of a bit set eight lanes, all ones where its bit is set.
  private let lanes: UnsafeMutablePointer<SIMD8<Int16>>

  init() {
    sums = .allocate(byteCount: Segment.capacity * 2, alignment: 64)
    sums.initializeMemory(as: Int16.self, repeating: 0, count: Segment.capacity)
    lanes = .allocate(capacity: 256)
    for byte in 0..<256 {
      var lane = SIMD8<Int16>.zero
      for bit in 0..<8 where byte >> bit & 1 == 1 { lane[bit] = -1 }
      (lanes + byte).initialize(to: lane)
    }
  }

  deinit {
    sums.deallocate()
    lanes.deallocate()
  }

  private var values: UnsafeMutablePointer<Int16> { sums.assumingMemoryBound(to: Int16.self) }
  private var vectors: UnsafeMutablePointer<SIMD8<Int16>> { sums.assumingMemoryBound(to: SIMD8<Int16>.self) }

  /// Adds a weight to the members of a set.
  func add(_ set: DocumentSet, _ weight: Int16) {
    let values = values
    switch set.form {
    case .numbers, .gaps: set.forEach { values[$0 & 0xFFFF] &+= weight }
    case .bits:
      let vectors = vectors
      let lanes = lanes
      let weights = SIMD8<Int16>(repeating: weight)
      for (at, byte) in set.bytes.enumerated() { vectors[at] &+= lanes[Int(byte)] & weights }
    }
  }

  /// A weight's share on a level.
  @inline(__always) static func part(_ weight: Int32, _ rise: UInt16) -> Int32 {
    let unit = LengthFactors.riseUnit
    return rise == unit ? weight : Int32(truncatingIfNeeded: UInt32(weight) &* UInt32(rise) / unit &+ 1)
  }

  /// Adds to the members of a set the share of a weight that their length's group says.
  func add(_ set: DocumentSet, _ weight: Int16, _ factors: LengthFactors, level: Int) {
    let values = values
    let weight = Int32(weight)
    factors.rises.withUnsafeBufferPointer { rises in
      switch set.form {
      case .numbers, .gaps:
        set.forEach { document in
          values[document & 0xFFFF] &+= Int16(truncatingIfNeeded: Self.part(weight, rises[document >> 8][level]))
        }
      case .bits:
        let vectors = vectors
        for (at, byte) in set.bytes.enumerated() {
          let part = Self.part(weight, rises[at >> 5][level])
          vectors[at] &+= lanes[Int(byte)] & SIMD8(repeating: Int16(truncatingIfNeeded: part))
        }
      }
    }
  }

  /// Adds what `weigh` says to each of the first `count` documents.
  func add(count: Int, _ weigh: (Int) -> Int16) {
    for document in 0..<min(count, Segment.capacity) { values[document] &+= weigh(document) }
  }

  /// Hands over the documents of a range whose sum is at least `least`, which is above 0.
  @inline(__always)
  func forEach(in range: Range<Int>, atLeast least: Int16, _ take: (Int, Int16) -> Void) {
    let values = UnsafePointer(values)
    var start = range.lowerBound
    while start < range.upperBound {
      let end = min(start &+ 32, range.upperBound)
      var most: Int16 = 0
      for at in start..<end { most = max(most, values[at]) }
      if most >= least { for at in start..<end where values[at] >= least { take(at, values[at]) } }
      start = end
    }
  }

  /// Sets the sums of the first `count` documents to 0.
  func clear(count: Int) { sums.initializeMemory(as: Int16.self, repeating: 0, count: count) }
}
