/// An immutable part of the index: up to 65,536 documents in the order of their lengths and, among equals, of their keys.
/// Neighbours are of nearly one length, so that a walk over posting lists need not look lengths up.
final class Segment: Sendable {
  /// No segment holds more documents, so that a document's number fits 16 bits.
  static let capacity = 65_536
  /// No segment is made of more bytes of text, so that places in its lists fit 31 bits.
  static let textLimit = 1 << 29

  let keys: [UInt128]
  /// The documents in ascending order of their keys.
  let byKey: [UInt16]
  let facts: [MatchFacts]
  let texts: TextStore
  /// Terms a document counts for the normalisation of length, ascending.
  let lengths: [UInt32]
  /// Lexicon terms of each document, ascending: those of document d are `concepts[conceptEnds[d-1]..<conceptEnds[d]]`.
  let concepts: [UInt32]
  let conceptEnds: [UInt32]
  let postings: Postings

  init(
    keys: [UInt128], facts: [MatchFacts], texts: TextStore, lengths: [UInt32], concepts: [UInt32],
    conceptEnds: [UInt32], postings: Postings
  ) {
    self.keys = keys
    byKey = keys.indices.sorted { keys[$0] < keys[$1] }.map { UInt16($0) }
    self.facts = facts
    self.texts = texts
    self.lengths = lengths
    self.concepts = concepts
    self.conceptEnds = conceptEnds
    self.postings = postings
  }

  var count: Int { keys.count }

  /// Bytes of everything but the texts.
  var indexBytes: Int {
    let document =
      MemoryLayout<UInt128>.stride + MemoryLayout<MatchFacts>.stride + MemoryLayout<UInt16>.stride
      + 2 * MemoryLayout<UInt32>.stride
    return keys.count * document + concepts.count * MemoryLayout<UInt32>.stride + texts.tableBytes
      + postings.byteCount
  }

  /// The document of this key.
  func find(_ key: UInt128) -> Int? {
    let place = byKey.lowerBound { keys[Int($0)] < key }
    return place < count && keys[Int(byKey[place])] == key ? Int(byKey[place]) : nil
  }

  /// The lexicon terms of a document.
  func concepts(of document: Int) -> ArraySlice<UInt32> {
    concepts[(document == 0 ? 0 : Int(conceptEnds[document - 1]))..<Int(conceptEnds[document])]
  }
}
