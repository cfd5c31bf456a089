/// How an index cuts texts into terms.
public enum TextReading: UInt8, Sendable {
  /// Latin and digit words whole; Han, kana and Hangul as single characters and pairs. Ranked with all that is known.
  case language = 0
  /// What stands between spaces, as it stands: for texts that another program has cut into words. Ranked by BM25 alone.
  case givenWords = 1

  /// Hands every term of `text[range]` to `sink`.
  func scan(_ text: Span<UInt8>, _ range: Range<Int>, into sink: inout some TermSink) {
    switch self {
    case .language: Terms.scan(text, range, into: &sink)
    case .givenWords: GivenWords.scan(text, range, into: &sink)
    }
  }
}

/// Cuts text at spaces and control characters, and nowhere else.
enum GivenWords {
  /// Hands every word of `text[range]` to `sink`.
  static func scan(_ text: Span<UInt8>, _ range: Range<Int>, into sink: inout some TermSink) {
    var hash = WordHash.start
    var start = range.lowerBound
    for at in range {
      let byte = text[at]
      if byte > 0x20 {
        hash = WordHash.next(hash, UInt32(byte))
        continue
      }
      if at > start { sink.take(.word(hash: WordHash.finish(hash)), from: start, to: at) }
      hash = WordHash.start
      start = at + 1
    }
    if range.upperBound > start { sink.take(.word(hash: WordHash.finish(hash)), from: start, to: range.upperBound) }
  }
}
