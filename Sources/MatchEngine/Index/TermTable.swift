/// Gives each distinct term a number 0, 1, 2 … in the order of first sight. Open addressing; linear probing.
struct TermTable: Sendable {
  private(set) var terms: [Term] = []
  private var slots: [UInt32]
  private var mask: Int

  /// - Parameter capacity: how many terms are expected; more are welcome.
  init(capacity: Int = 16) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    mask = size - 1
  }

  var count: Int { terms.count }

  /// The term's number, or nil when it was never inserted.
  @inline(__always) func find(_ term: Term) -> Int? {
    var slot = Int(truncatingIfNeeded: Self.spread(term)) & mask
    while true {
      let held = slots[slot]
      if held == 0 { return nil }
      if terms[Int(held) &- 1] == term { return Int(held) &- 1 }
      slot = (slot &+ 1) & mask
    }
  }

  /// The term's number, given now if it had none.
  @inline(__always) mutating func insert(_ term: Term) -> Int {
    var slot = Int(truncatingIfNeeded: Self.spread(term)) & mask
    while true {
      let held = slots[slot]
      if held == 0 { break }
      if terms[Int(held) &- 1] == term { return Int(held) &- 1 }
      slot = (slot &+ 1) & mask
    }
    terms.append(term)
    slots[slot] = UInt32(terms.count)
    if terms.count * 2 > slots.count { grow() }
    return terms.count - 1
  }

  private mutating func grow() {
    let size = slots.count * 2
    mask = size - 1
    slots = Array(repeating: 0, count: size)
    for (number, term) in terms.enumerated() {
      var slot = Int(truncatingIfNeeded: Self.spread(term)) & mask
      while slots[slot] != 0 { slot = (slot &+ 1) & mask }
      slots[slot] = UInt32(number + 1)
    }
  }

  @inline(__always) private static func spread(_ term: Term) -> UInt64 {
    let product = term.bits &* 0x9E37_79B9_7F4A_7C15
    return product ^ product >> 32
  }
}
