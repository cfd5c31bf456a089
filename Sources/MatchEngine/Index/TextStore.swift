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

  mutating func append(title: String, body: String, tags: [String], bodyLimit: Int = bodyLimit) {
    titleLengths.append(UInt16(Self.append(title, Self.titleLimit, to: &bytes)))
    bytes.append(Self.separator)
    bodyLengths.append(UInt32(Self.append(body, bodyLimit, to: &bytes)))
    for tag in tags.prefix(Self.tagCount) {
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

  /// Hands the terms of a part of the store to `sink`.
  func scan(_ part: Range<Int>, into sink: inout some TermSink) {
    Terms.scan(bytes.span, part, into: &sink)
  }

  func titleRange(_ document: Int) -> Range<Int> {
    let start = record(document).lowerBound
    return start..<start + Int(titleLengths[document])
  }

  func bodyRange(_ document: Int) -> Range<Int> {
    let start = titleRange(document).upperBound + 1
    return start..<start + Int(bodyLengths[document])
  }

  func tagsRange(_ document: Int) -> Range<Int> {
    bodyRange(document).upperBound..<record(document).upperBound
  }

  func record(_ document: Int) -> Range<Int> { (document == 0 ? 0 : ends[document - 1])..<ends[document] }

  /// The part of the document's texts a range of the store lies in.
  func span(_ document: Int, _ range: Range<Int>) -> MatchSpan {
    func span(_ part: MatchSpan.Part, from start: Int) -> MatchSpan {
      MatchSpan(part: part, bytes: range.lowerBound - start..<range.upperBound - start)
    }
    let title = titleRange(document)
    if range.lowerBound < title.upperBound { return span(.title, from: title.lowerBound) }
    let body = bodyRange(document)
    if range.lowerBound < body.upperBound { return span(.body, from: body.lowerBound) }
    var tag = -1
    var start = body.upperBound
    for at in body.upperBound..<range.lowerBound where bytes[at] == Self.separator {
      tag += 1
      start = at + 1
    }
    return span(.tag(tag), from: start)
  }

  /// The text of a range, as it was written.
  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

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
