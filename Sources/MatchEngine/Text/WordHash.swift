/// A 64-bit hash over the folded scalars of a word (FNV-1a, finished by a mixer). The same on every machine and run.
enum WordHash {
  static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always) static func next(_ hash: UInt64, _ scalar: UInt32) -> UInt64 {
    (hash ^ UInt64(scalar)) &* 0x0000_0100_0000_01B3
  }

  @inline(__always) static func finish(_ hash: UInt64) -> UInt64 { mix(hash) }

  /// Spreads every bit over every other (the finisher of MurmurHash3).
  @inline(__always) static func mix(_ value: UInt64) -> UInt64 {
    var bits = value
    bits = (bits ^ bits >> 33) &* 0xFF51_AFD7_ED55_8CCD
    bits = (bits ^ bits >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return bits ^ bits >> 33
  }
}
