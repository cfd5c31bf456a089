/// One term of the index in 64 bits, so that no dictionary of strings is needed to compare or to sort.
///
/// | what | bits |
/// |---|---|
/// | one character | the Unicode scalar |
/// | two neighbouring characters | first scalar shifted left by 21, second scalar |
/// | a Latin or digit word | bit 63 and a 63-bit hash of its folded scalars |
/// | a concept of the lexicon | bit 62 and the concept's number |
struct Term: Hashable, Comparable, Sendable {
  let bits: UInt64

  @inline(__always) init(bits: UInt64) { self.bits = bits }

  @inline(__always) static func character(_ scalar: UInt32) -> Term { Term(bits: UInt64(scalar)) }

  @inline(__always) static func pair(_ first: UInt32, _ second: UInt32) -> Term {
    Term(bits: UInt64(first) << 21 | UInt64(second))
  }

  @inline(__always) static func word(hash: UInt64) -> Term { Term(bits: hash | 1 << 63) }

  @inline(__always) static func concept(_ number: Int) -> Term { Term(bits: 1 << 62 | UInt64(number)) }

  @inline(__always) static func < (left: Term, right: Term) -> Bool { left.bits < right.bits }

  @inline(__always) var isCharacter: Bool { bits < 1 << 21 }

  @inline(__always) var isConcept: Bool { bits >> 62 == 1 }
}
