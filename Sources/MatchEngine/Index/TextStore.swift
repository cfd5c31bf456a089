/// The texts of a segment's documents, one after the other in one run of bytes. A record is the title, the body and the
/// tags, each behind a separator that ends every term.
struct TextStore: Sendable {
  static let separator: UInt8 = 0x1E
  static let titleLimit = 4_096
  static let bodyLimit = 65_536
  static let tagLimit = 256
  static let tagCount = 256

  private(set) var bytes: [UInt8] = []
  /// Where each record ends.
  private(set) var ends: [Int] = []
  private var titleLengths: [UInt16] = []
  private var bodyLengths: [UInt32] = []

  mutating func append(_ document: MatchDocument) {
    titleLengths.append(UInt16(Self.append(document.title, Self.titleLimit, to: &bytes)))
    bytes.append(Self.separator)
    bodyLengths.append(UInt32(Self.append(document.body, Self.bodyLimit, to: &bytes)))
    for tag in document.tags.prefix(Self.tagCount) {
      bytes.append(Self.separator)
      _ = Self.append(tag, Self.tagLimit, to: &bytes)
    }
    ends.append(bytes.count)
  }

  mutating func append(_ other: borrowing TextStore, _ document: Int) {
    bytes.append(contentsOf: other.bytes[other.record(document)])
    titleLengths.append(other.titleLengths[document])
    bodyLengths.append(other.bodyLengths[document])
    ends.append(bytes.count)
  }

  /// Hands the terms of a document's texts to `sink`, with places in the store.
  func scan(_ document: Int, into sink: inout some TermSink) {
    Terms.scan(bytes.span, record(document), into: &sink)
  }

  func record(_ document: Int) -> Range<Int> { (document == 0 ? 0 : ends[document - 1])..<ends[document] }

  /// The part of the document's texts a range of the store lies in.
  func span(_ document: Int, _ range: Range<Int>) -> MatchSpan {
    let start = record(document).lowerBound
    let titleEnd = start + Int(titleLengths[document])
    if range.lowerBound < titleEnd {
      return MatchSpan(part: .title, bytes: range.lowerBound - start..<range.upperBound - start)
    }
    let bodyStart = titleEnd + 1
    let bodyEnd = bodyStart + Int(bodyLengths[document])
    if range.lowerBound < bodyEnd {
      return MatchSpan(part: .body, bytes: range.lowerBound - bodyStart..<range.upperBound - bodyStart)
    }
    var tag = 0
    var tagStart = bodyEnd + 1
    for at in tagStart..<max(tagStart, range.lowerBound) where bytes[at] == Self.separator {
      tag += 1
      tagStart = at + 1
    }
    return MatchSpan(part: .tag(tag), bytes: range.lowerBound - tagStart..<range.upperBound - tagStart)
  }

  /// The tags of a document.
  func tags(_ document: Int) -> [String] {
    let range = record(document)
    let start = range.lowerBound + Int(titleLengths[document]) + Int(bodyLengths[document]) + 2
    guard start <= range.upperBound else { return [] }
    return bytes[start..<range.upperBound].split(separator: Self.separator, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// Appends at most `limit` bytes of a text, cut between scalars; returns how many.
  static func append(_ text: String, _ limit: Int, to bytes: inout [UInt8]) -> Int {
    let start = bytes.count
    var text = text
    text.withUTF8 { source in
      var length = min(source.count, limit)
      while length > 0, length < source.count, source[length] & 0xC0 == 0x80 { length -= 1 }
      bytes.append(contentsOf: source[..<length])
    }
    for at in start..<bytes.count where bytes[at] == separator { bytes[at] = 0x20 }
    return bytes.count - start
  }
}
