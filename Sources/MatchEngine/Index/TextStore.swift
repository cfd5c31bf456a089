/// The texts of a segment's documents, one after the other in one run of bytes. A record is the title, the body and the
/// tags, each behind a separator that ends every term.
struct TextStore: Sendable {
  static let separator: UInt8 = 0x1E
  static let titleLimit = 4_096
  static let bodyLimit = 65_536
  static let tagLimit = 256
  static let tagCount = 256

  let reading: TextReading
  let bytes: Column<UInt8>
  /// Where each record ends.
  let ends: [UInt32]
  let titleLengths: [UInt16]
  let bodyLengths: [UInt32]

  /// Bytes of all texts.
  var byteCount: Int { bytes.count }

  /// Bytes that say where the texts lie.
  var tableBytes: Int {
    ends.count * (2 * MemoryLayout<UInt32>.stride + MemoryLayout<UInt16>.stride)
  }

  /// Hands the terms of a document's texts to `sink`, with places in the store.
  func scan(_ document: Int, into sink: inout some TermSink) {
    scan(record(document), into: &sink)
  }

  /// Hands the terms of a part of the store to `sink`.
  func scan(_ part: Range<Int>, into sink: inout some TermSink) {
    bytes.withSpan { reading.scan($0, part, into: &sink) }
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

  func record(_ document: Int) -> Range<Int> {
    (document == 0 ? 0 : Int(ends[document - 1]))..<Int(ends[document])
  }

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

  /// The tags of a document, as they were written.
  func tags(_ document: Int) -> [String] {
    var bytes: [UInt8] = []
    self.bytes.append(tagsRange(document), to: &bytes)
    return bytes.split(separator: Self.separator).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The text of a range, as it was written.
  func text(_ range: Range<Int>) -> String {
    var text: [UInt8] = []
    bytes.append(range, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
