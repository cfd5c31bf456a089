/// Collects the texts of documents for a store.
struct TextWriter {
  private let reading: TextReading
  private(set) var bytes: [UInt8] = []
  private var ends: [UInt32] = []
  private var titleLengths: [UInt16] = []
  private var bodyLengths: [UInt32] = []

  /// - Parameter byteCount: how many bytes are expected.
  init(_ reading: TextReading, byteCount: Int = 0) {
    self.reading = reading
    bytes.reserveCapacity(byteCount)
  }

  mutating func append(title: String, body: String, tags: [String], bodyLimit: Int = TextStore.bodyLimit) {
    titleLengths.append(UInt16(append(title, TextStore.titleLimit)))
    bytes.append(TextStore.separator)
    bodyLengths.append(UInt32(append(body, bodyLimit)))
    for tag in tags.prefix(TextStore.tagCount) {
      bytes.append(TextStore.separator)
      _ = append(tag, TextStore.tagLimit)
    }
    ends.append(UInt32(bytes.count))
  }

  mutating func append(_ other: borrowing TextStore, _ document: Int) {
    other.bytes.append(other.record(document), to: &bytes)
    titleLengths.append(other.titleLengths[document])
    bodyLengths.append(other.bodyLengths[document])
    ends.append(UInt32(bytes.count))
  }

  /// Hands the terms of everything from `start` on to `sink`.
  func scan(from start: Int, into sink: inout some TermSink) {
    reading.scan(bytes.span, start..<bytes.count, into: &sink)
  }

  var store: TextStore {
    TextStore(
      reading: reading, bytes: Column(bytes), ends: ends, titleLengths: titleLengths, bodyLengths: bodyLengths)
  }

  /// Appends at most `limit` bytes of a text, cut between scalars; returns how many.
  private mutating func append(_ text: String, _ limit: Int) -> Int {
    let start = bytes.count
    var text = text
    text.withUTF8 { source in
      var length = min(source.count, limit)
      while length > 0, length < source.count, source[length] & 0xC0 == 0x80 { length -= 1 }
      bytes.append(contentsOf: source[..<length])
    }
    for at in start..<bytes.count where bytes[at] == TextStore.separator { bytes[at] = 0x20 }
    return bytes.count - start
  }
}
