/// Cuts text into terms: runs of Han, kana or Hangul become single characters and overlapping pairs; Latin letters and
/// digits stay whole words, with `.` and `-` inside them and `+` and `#` inside or behind.
///
/// Works on UTF-8 bytes and folds width, case and compatibility forms on the way, so that ranges are those of the
/// original text. Never allocates.
struct Terms: ~Copyable {
  private var word: UInt64 = 0
  private var wordStart = 0
  private var wordEnd = 0
  private var inWord = false
  /// `.` or `-` seen behind a word, kept only when the word goes on.
  private var joiner: UInt32 = 0
  /// The neighbouring character before this place, 0 when there is none.
  private var neighbour: UInt32 = 0
  private var neighbourStart = 0

  private init() {}

  /// Hands every term of `text[range]` to `sink`.
  static func scan(_ text: Span<UInt8>, _ range: Range<Int>, into sink: inout some TermSink) {
    var state = Terms()
    state.run(text, range, &sink)
  }

  /// Hands every term of `text` to `sink`.
  static func scan(_ text: String, into sink: inout some TermSink) {
    let bytes = Array(text.utf8)
    scan(bytes.span, 0..<bytes.count, into: &sink)
  }

  private mutating func run(_ text: Span<UInt8>, _ range: Range<Int>, _ sink: inout some TermSink) {
    let fold = Fold.table
    var at = range.lowerBound
    let end = range.upperBound
    while at < end {
      let first = text[at]
      if first >= 0xE4, first <= 0xE9, at + 2 < end {
        let scalar = UInt32(first & 0xF) << 12 | UInt32(text[at + 1] & 0x3F) << 6 | UInt32(text[at + 2] & 0x3F)
        if scalar >= 0x4E00 {
          character(scalar, at, at + 3, &sink)
          at += 3
          continue
        }
      }
      if first < 0x80 {
        ascii(first, at, &sink)
        at += 1
        continue
      }
      let (scalar, width) = Self.decode(text, at, end)
      let form = fold.lookUp(scalar)
      if form.count == 1 {
        if let (voiced, end) = Kana.voiced(form.first, text, at + width, range.upperBound) {
          character(voiced, at, end, &sink)
          at = end
          continue
        }
        other(form.first, at, at + width, &sink)
      } else {
        for index in 0..<form.count { other(fold.scalar(form, index), at, at + width, &sink) }
      }
      at += width
    }
    closeWord(&sink)
  }

  @inline(__always)
  private mutating func ascii(_ byte: UInt8, _ at: Int, _ sink: inout some TermSink) {
    switch ScalarClass.ascii(byte) {
    case .word: letter(UInt32(ScalarClass.lowercase(byte)), at, at + 1)
    case .joiner: join(UInt32(byte), at + 1, &sink)
    default:
      closeWord(&sink)
      neighbour = 0
    }
  }

  private mutating func other(_ scalar: UInt32, _ start: Int, _ end: Int, _ sink: inout some TermSink) {
    if scalar < 0x80, ScalarClass.ascii(UInt8(scalar)) == .joiner { return join(scalar, end, &sink) }
    switch ScalarClass.of(scalar) {
    case .character: character(scalar, start, end, &sink)
    case .word: letter(scalar, start, end)
    case .mark: if inWord { letter(scalar, start, end) }
    case .ignored: break
    default:
      closeWord(&sink)
      neighbour = 0
    }
  }

  @inline(__always)
  private mutating func character(_ scalar: UInt32, _ start: Int, _ end: Int, _ sink: inout some TermSink) {
    if inWord { closeWord(&sink) }
    sink.take(.character(scalar), from: start, to: end)
    if neighbour != 0 { sink.take(.pair(neighbour, scalar), from: neighbourStart, to: end) }
    neighbour = scalar
    neighbourStart = start
  }

  @inline(__always)
  private mutating func letter(_ scalar: UInt32, _ start: Int, _ end: Int) {
    if !inWord {
      inWord = true
      word = WordHash.start
      wordStart = start
      neighbour = 0
    } else if joiner != 0 {
      word = WordHash.next(word, joiner)
    }
    joiner = 0
    word = WordHash.next(word, scalar)
    wordEnd = end
  }

  private mutating func join(_ scalar: UInt32, _ end: Int, _ sink: inout some TermSink) {
    neighbour = 0
    guard inWord else { return }
    if joiner != 0 { return closeWord(&sink) }
    if scalar == 0x2E || scalar == 0x2D {
      joiner = scalar
    } else {
      word = WordHash.next(word, scalar)
      wordEnd = end
    }
  }

  @inline(__always)
  private mutating func closeWord(_ sink: inout some TermSink) {
    guard inWord else { return }
    inWord = false
    joiner = 0
    sink.take(.word(hash: WordHash.finish(word)), from: wordStart, to: wordEnd)
  }

  /// The scalar at `at` and its width in bytes; a byte that is no UTF-8 counts as U+FFFD of width 1.
  private static func decode(_ text: Span<UInt8>, _ at: Int, _ end: Int) -> (UInt32, Int) {
    let first = text[at]
    func tail(_ offset: Int) -> UInt32? {
      guard at + offset < end, text[at + offset] & 0xC0 == 0x80 else { return nil }
      return UInt32(text[at + offset] & 0x3F)
    }
    switch first {
    case 0xC2...0xDF:
      if let a = tail(1) { return (UInt32(first & 0x1F) << 6 | a, 2) }
    case 0xE0...0xEF:
      if let a = tail(1), let b = tail(2) { return (UInt32(first & 0xF) << 12 | a << 6 | b, 3) }
    case 0xF0...0xF4:
      if let a = tail(1), let b = tail(2), let c = tail(3) {
        let scalar = UInt32(first & 7) << 18 | a << 12 | b << 6 | c
        if scalar <= 0x10FFFF { return (scalar, 4) }
      }
    default: break
    }
    return (0xFFFD, 1)
  }
}
