/// The first 64 bytes of a snapshot: eight 64-bit words.
struct SnapshotHeader: Equatable {
  static let size = 64
  /// "JBMATCH\n" as a little-endian word; a machine of the other byte order reads something else.
  static let magic: UInt64 = 0x0A48_4354_414D_424A
  /// Raise it whenever the layout changes, or the folding or cutting of texts: terms of old and new would not meet.
  static let format: UInt32 = 2

  var format = Self.format
  /// Bytes of the whole file.
  var length: Int
  /// Over everything behind the header.
  var checksum: UInt64
  var lexicon: UInt64

  private var fields: [UInt64] {
    [Self.magic, UInt64(format), UInt64(length), checksum, lexicon, 0, 0]
  }

  /// The header as bytes, its own checksum last.
  var bytes: [UInt8] {
    (fields + [Self.seal(fields)]).flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
  }

  init(length: Int, checksum: UInt64, lexicon: UInt64) {
    self.length = length
    self.checksum = checksum
    self.lexicon = lexicon
  }

  /// - Parameter bytes: `size` bytes.
  init(_ bytes: UnsafeRawBufferPointer) throws(SnapshotError) {
    let words = (0..<8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    guard words[0] == Self.magic else { throw .notASnapshot }
    guard Self.seal(Array(words[..<7])) == words[7] else { throw .damaged("header") }
    guard words[1] == UInt64(Self.format) else { throw .otherFormat(UInt32(truncatingIfNeeded: words[1])) }
    guard words[2] <= UInt64(Int.max), words[5] == 0, words[6] == 0 else { throw .damaged("header") }
    self.init(length: Int(words[2]), checksum: words[3], lexicon: words[4])
  }

  private static func seal(_ fields: [UInt64]) -> UInt64 { fields.reduce(0) { WordHash.mix($0 ^ $1) &+ 1 } }
}

extension Lexicon {
  /// Changes with any term, kinship, synonym, field or ambiguity, and with their order.
  var fingerprint: UInt64 {
    var hash = WordHash.start
    func add(_ text: String) {
      for byte in text.utf8 { hash = WordHash.next(hash, UInt32(byte)) }
      hash = WordHash.next(hash, 0x100)
    }
    func add(_ texts: [String]) {
      for text in texts { add(text) }
      hash = WordHash.next(hash, 0x101)
    }
    for term in terms {
      add([term.name, term.domain, term.parent ?? "", String(term.field)])
      add(term.synonyms)
    }
    for ambiguity in ambiguities {
      add(ambiguity.word)
      for sense in ambiguity.senses { add([sense.name] + sense.cues) }
    }
    return WordHash.finish(hash)
  }
}
