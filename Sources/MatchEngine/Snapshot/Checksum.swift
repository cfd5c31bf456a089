/// A 64-bit checksum that no change within one 8-byte word escapes; four lanes, so that it keeps up with the memory.
/// It finds damage, not forgery.
struct Checksum {
  static let block = 32

  private var lanes: (UInt64, UInt64, UInt64, UInt64) = (
    0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x85EB_CA77_C2B2_AE63
  )
  private var count: UInt64 = 0

  /// - Precondition: a whole number of blocks.
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count % Self.block == 0)
    var (a, b, c, d) = lanes
    var at = 0
    while at < bytes.count {
      a = Self.step(a, bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      b = Self.step(b, bytes.loadUnaligned(fromByteOffset: at + 8, as: UInt64.self))
      c = Self.step(c, bytes.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self))
      d = Self.step(d, bytes.loadUnaligned(fromByteOffset: at + 24, as: UInt64.self))
      at += Self.block
    }
    lanes = (a, b, c, d)
    count &+= UInt64(bytes.count)
  }

  var value: UInt64 {
    [lanes.0, lanes.1, lanes.2, lanes.3].reduce(WordHash.mix(count)) { WordHash.mix($0 ^ $1) &+ 0x27D4_EB2F }
  }

  /// One to one in the lane and in the word, so that a changed word cannot leave the lane as it was.
  @inline(__always) private static func step(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (lane ^ word) &* 0x9FB2_1C65_1E98_DF25
    return mixed << 29 | mixed >> 35
  }
}
