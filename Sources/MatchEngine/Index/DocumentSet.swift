/// A set of a segment's documents as bytes. The number of members decides the form: many are one bit a document, some
/// are gaps of one byte, few are plain numbers of two bytes.
struct DocumentSet {
  enum Form {
    case bits, gaps, numbers

    init(_ members: Int, of documents: Int) {
      if documents >= 512 && members * 8 >= documents {
        self = .bits
      } else {
        self = members * 192 >= documents ? .gaps : .numbers
      }
    }
  }

  /// A gap byte that only leads on.
  static let longGap: UInt8 = 255

  let form: Form
  /// Documents in the set.
  let count: Int
  let bytes: UnsafeRawBufferPointer

  /// Bytes of a set whose form does not need to be told how many: nil for gaps.
  static func size(_ form: Form, _ members: Int, of documents: Int) -> Int? {
    switch form {
    case .bits: (documents + 63) / 64 * 8
    case .gaps: nil
    case .numbers: members * 2
    }
  }

  /// Hands over the members, ascending.
  @inline(__always) func forEach(_ take: (Int) -> Void) {
    switch form {
    case .numbers:
      for at in 0..<count { take(Int(bytes.loadUnaligned(fromByteOffset: at &* 2, as: UInt16.self))) }
    case .gaps:
      var document = 0
      for gap in bytes {
        document &+= Int(gap)
        if gap != Self.longGap { take(document) }
      }
    case .bits:
      for word in 0..<bytes.count / 8 {
        var bits = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self))
        while bits != 0 {
          take(word &* 64 &+ bits.trailingZeroBitCount)
          bits &= bits &- 1
        }
      }
    }
  }

  /// Appends a set's bytes.
  ///
  /// - Parameter members: ascending, below `documents`.
  static func append(_ members: some RandomAccessCollection<UInt16>, of documents: Int, to bytes: inout [UInt8]) {
    switch Form(members.count, of: documents) {
    case .numbers:
      for member in members {
        bytes.append(UInt8(truncatingIfNeeded: member))
        bytes.append(UInt8(truncatingIfNeeded: member >> 8))
      }
    case .gaps:
      var last = 0
      for member in members {
        var gap = Int(member) - last
        while gap >= Int(longGap) {
          bytes.append(longGap)
          gap -= Int(longGap)
        }
        bytes.append(UInt8(gap))
        last = Int(member)
      }
    case .bits:
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: (documents + 63) / 64 * 8))
      for member in members { bytes[start + Int(member >> 3)] |= 1 << UInt8(member & 7) }
    }
  }

  /// Whether the bytes are what `append` writes for so many members.
  func isSound(of documents: Int) -> Bool {
    var least = 0
    var found = 0
    var ascends = true
    forEach { document in
      if document < least { ascends = false }
      least = document + 1
      found += 1
    }
    return ascends && least <= documents && found == count
  }
}
