/// A posting's frequency and document length in one byte: two bits of frequency (1, 2, 3, 4 or more) and six of length
/// (quarter powers of two). It fixes a term's weight closely enough to choose candidates, whatever the average length
/// of the index becomes later.
enum ImpactCode {
  @inline(__always) static func encode(frequency: Int, length: UInt32) -> UInt8 {
    UInt8(min(frequency, 4) - 1) << 6 | lengthCode(length)
  }

  @inline(__always) static func lengthCode(_ length: UInt32) -> UInt8 {
    let length = max(length, 1)
    let power = 31 - length.leadingZeroBitCount
    let quarter = power >= 2 ? Int(length >> UInt32(power - 2)) & 3 : Int(length << UInt32(2 - power)) & 3
    return UInt8(min(power * 4 + quarter, 63))
  }

  static func frequency(_ code: UInt8) -> Double { Double(code >> 6) + 1 }

  /// The middle of the lengths that share the code.
  static func length(_ code: UInt8) -> Double {
    let step = Int(code & 63)
    let power = step / 4
    return (4 + Double(step % 4) + (power >= 2 ? 0.5 : 0)) / 4 * Double(1 << power)
  }
}
