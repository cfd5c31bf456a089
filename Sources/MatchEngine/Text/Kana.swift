/// Joins kana with the sound mark behind it, as half-width text and decomposed text write it.
enum Kana {
  /// The voiced kana and where its mark ends, when a mark stands at `at`.
  @inline(__always)
  static func voiced(_ kana: UInt32, _ text: Span<UInt8>, _ at: Int, _ end: Int) -> (UInt32, Int)? {
    guard kana >= 0x3046, kana <= 0x30DB, at + 2 < end else { return nil }
    let half: Bool
    switch (text[at], text[at + 1], text[at + 2]) {
    case (0xEF, 0xBE, 0x9E), (0xE3, 0x82, 0x99): half = false
    case (0xEF, 0xBE, 0x9F), (0xE3, 0x82, 0x9A): half = true
    default: return nil
    }
    // Both rows are laid out alike; look the place up in the hiragana row.
    let row = kana >= 0x30A0 ? kana - 0x60 : kana
    switch row {
    case 0x3046 where !half: return (kana + 0x4E, at + 3)
    case 0x304B...0x3062 where !half && row % 2 == 1, 0x3064...0x3069 where !half && row % 2 == 0:
      return (kana + 1, at + 3)
    case 0x306F...0x307D where row % 3 == 0: return (kana + (half ? 2 : 1), at + 3)
    default: return nil
    }
  }
}
