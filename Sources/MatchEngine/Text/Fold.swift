/// Folds compatibility forms and case of one scalar: NFKC, lower case, NFKC.
struct Fold: Sendable {
  /// A scalar's folded form: `count` scalars, of which `first` is the first.
  struct Folded {
    let first: UInt32
    let count: Int
    let offset: Int
  }

  static let table = Fold()

  func lookUp(_ scalar: UInt32) -> Folded {
    switch scalar {
    case 0xFF01...0xFF5E:
      let plain = scalar - 0xFEE0
      return Folded(first: plain >= 0x41 && plain <= 0x5A ? plain | 0x20 : plain, count: 1, offset: 0)
    case 0x391...0x3A9, 0x410...0x42F: return Folded(first: scalar + 32, count: 1, offset: 0)
    default: return Folded(first: scalar, count: 1, offset: 0)
    }
  }

  func scalar(_ folded: Folded, _ index: Int) -> UInt32 { folded.first }
}
