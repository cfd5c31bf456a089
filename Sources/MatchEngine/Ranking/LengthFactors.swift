/// What length makes of a word's worth, for 256 neighbouring documents at once: a segment's documents lie in the order of
/// their lengths. The worth of a word that stands there f times is taken apart into what it is worth once, the same for
/// all words, and how much more it is worth for each time beyond.
struct LengthFactors {
  /// Documents of a group.
  static let group = 256
  /// A repeated word counts at most so many times as much as a single one.
  static let mostRise: Float = 3
  /// `rises` are in units of one over this.
  static let riseUnit: UInt32 = 1 << 12

  /// For each group what a word is worth once; the most that any document of the group gives, if `bounding`.
  private(set) var once: [Float] = []
  /// For each group what each level adds, as shares of `once`; that of level 1 is whole.
  private(set) var rises: [SIMD4<UInt16>] = []

  /// - Parameter bounding: whether no document may be worth more than these say, rather than about that.
  init(_ lengths: [UInt32], average: Double, _ tuning: Tuning, bounding: Bool) {
    let groups = (lengths.count + Self.group - 1) / Self.group
    once.reserveCapacity(groups)
    rises.reserveCapacity(groups)
    let k = Float(tuning.saturation)
    let base = k * Float(1 - tuning.lengthShare)
    let slope = k * Float(tuning.lengthShare) / Float(average)
    let times: SIMD4<Float> = bounding ? [1, 2, 3, 1e9] : [1, 2, 3, 5]
    let ceiling = SIMD4<Float>(repeating: Self.mostRise)
    for group in 0..<groups {
      let low = base + slope * Float(lengths[group * Self.group])
      let high = base + slope * Float(lengths[min(lengths.count, (group + 1) * Self.group) - 1])
      let worth = pointwiseMin(times * (1 + high) / (times + high), ceiling) * Float(Self.riseUnit)
      rises.append([
        UInt16(worth[0]), UInt16(worth[1] - worth[0] + 1), UInt16(worth[2] - worth[1] + 1),
        UInt16(worth[3] - worth[2] + 1),
      ])
      var once = (k + 1) / (1 + low)
      if bounding { once *= max(1, (1 + high) / Self.mostRise) * 1.000_1 }
      self.once.append(once)
    }
  }
}
