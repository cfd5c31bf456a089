/// Folds compatibility forms and case of one scalar: full and half width, circled and raised digits, unit signs,
/// compatibility ideographs, capitals.
struct Fold: Sendable {
  /// A scalar's folded form: `count` scalars, of which `first` is the first.
  struct Form {
    let first: UInt32
    let count: Int
    fileprivate let offset: Int
  }

  static let table = Fold(FoldTable.runs)

  /// For each 256 scalars the number of their page; page 0 changes nothing.
  private var pages: [UInt16] = Array(repeating: 0, count: 0x1100)
  /// 0: unchanged. Bit 31 clear: the folded scalar. Bit 31 set: 5 bits count, 26 bits place in `sequences`.
  private var entries: [UInt32] = Array(repeating: 0, count: 256)
  private var sequences: [UInt32] = []

  init(_ runs: String) {
    for line in runs.utf8.split(separator: 0x0A) {
      let words = line.split(separator: 0x20)
      if words[0].last == UInt8(ascii: ":") {
        let first = Self.hex(words[0].dropLast())
        for (offset, word) in words.dropFirst().enumerated() {
          set(first + UInt32(offset), word.split(separator: UInt8(ascii: "+")).map(Self.hex))
        }
      } else {
        let parts = words[1].split(separator: UInt8(ascii: "/"))
        let step: UInt32 = parts.count == 2 ? 2 : 1
        for number in 0..<Self.hex(parts[0]) {
          set(Self.hex(words[0]) + number * step, [Self.hex(words[2]) + number * step])
        }
      }
    }
  }

  @inline(__always) func lookUp(_ scalar: UInt32) -> Form {
    let entry = entries[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    if entry == 0 { return Form(first: scalar, count: 1, offset: 0) }
    if entry >> 31 == 0 { return Form(first: entry, count: 1, offset: 0) }
    let offset = Int(entry & 0x3FF_FFFF)
    return Form(first: sequences[offset], count: Int(entry >> 26 & 0x1F), offset: offset)
  }

  /// A form's scalar at `index`.
  func scalar(_ form: Form, _ index: Int) -> UInt32 { index == 0 ? form.first : sequences[form.offset + index] }

  private mutating func set(_ scalar: UInt32, _ form: [UInt32]) {
    let page = Int(scalar >> 8)
    if pages[page] == 0 {
      pages[page] = UInt16(entries.count >> 8)
      entries += Array(repeating: 0, count: 256)
    }
    let entry = form.count == 1 ? form[0] : 1 << 31 | UInt32(form.count) << 26 | UInt32(sequences.count)
    if form.count > 1 { sequences += form }
    entries[Int(pages[page]) << 8 | Int(scalar & 0xFF)] = entry
  }

  private static func hex(_ digits: some Sequence<UInt8>) -> UInt32 {
    digits.reduce(0) { $0 << 4 | UInt32($1 < 0x3A ? $1 - 0x30 : $1 - 0x37) }
  }
}
