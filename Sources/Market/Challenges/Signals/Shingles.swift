/// The set of all runs of a few letters in a text, punctuation and spaces apart: what is copied keeps them, whatever was put around.
struct Shingles: Sendable {
  /// Letters in a run: four Chinese ones are a phrase.
  private static let length = 4
  /// A shorter text says too little to compare.
  static let fewest = 40
  private static let sketch = 512

  /// Sorted, each once.
  let all: [UInt64]

  init(_ text: String, without common: Shingles? = nil) {
    var window: [UInt32] = [], found: Set<UInt64> = []
    for scalar in text.unicodeScalars where scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
      window.append(scalar.value >= 65 && scalar.value <= 90 ? scalar.value + 32 : scalar.value)
      guard window.count >= Self.length else { continue }
      if window.count > Self.length { window.removeFirst() }
      found.insert(Self.mix(window))
    }
    if let common { found.subtract(common.all) }
    all = found.sorted()
  }

  /// Spread evenly, so that the smallest are a fair sample of the set.
  private static func mix(_ window: [UInt32]) -> UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for value in window {
      hash = (hash ^ UInt64(value)) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 31
      hash = hash &* 0x94D0_49BB_1331_11EB
      hash ^= hash >> 29
    }
    return hash
  }

  /// The share of runs that two texts have in common, in percent of all that either has (Jaccard); nil where one is too short.
  /// Most pairs have nothing in common, and a sample of each shows it.
  func likeness(to other: Shingles, atLeast threshold: Int) -> Int? {
    guard all.count >= Self.fewest, other.all.count >= Self.fewest else { return nil }
    let sample = Self.share(all.prefix(Self.sketch), other.all.prefix(Self.sketch), limit: Self.sketch)
    guard sample * 100 >= Double(threshold) - 15 else { return nil }
    let exact = Int(Self.share(all[...], other.all[...], limit: .max) * 100)
    return exact >= threshold ? exact : nil
  }

  /// The share of common elements among the smallest `limit` of both.
  private static func share(_ a: ArraySlice<UInt64>, _ b: ArraySlice<UInt64>, limit: Int) -> Double {
    var i = a.startIndex, j = b.startIndex, same = 0, union = 0
    while union < limit, i < a.endIndex || j < b.endIndex {
      union += 1
      if i == a.endIndex {
        j += 1
      } else if j == b.endIndex {
        i += 1
      } else if a[i] == b[j] {
        same += 1
        i += 1
        j += 1
      } else if a[i] < b[j] {
        i += 1
      } else {
        j += 1
      }
    }
    return union == 0 ? 0 : Double(same) / Double(union)
  }
}
