/// An immutable part of the index: up to 65,536 documents in the order of their keys.
///
/// Postings lie term after term, terms in ascending order; a posting is a document number and an impact code.
final class Segment: Sendable {
  /// No segment holds more documents, so that a document's number fits 16 bits.
  static let capacity = 65_536

  let keys: [UInt128]
  let facts: [MatchFacts]
  let texts: TextStore
  /// Terms a document counts for the normalisation of length.
  let lengths: [UInt32]
  /// Lexicon terms of each document, ascending: those of document d are `concepts[conceptEnds[d-1]..<conceptEnds[d]]`.
  let concepts: [UInt32]
  let conceptEnds: [UInt32]

  let terms: Column<Term>
  /// Where the postings of term t begin; one more entry than terms.
  let starts: Column<Int>
  let documents: Column<UInt16>
  let codes: Column<UInt8>

  init(
    keys: [UInt128], facts: [MatchFacts], texts: TextStore, lengths: [UInt32], concepts: [UInt32],
    conceptEnds: [UInt32], postings: Postings
  ) {
    self.keys = keys
    self.facts = facts
    self.texts = texts
    self.lengths = lengths
    self.concepts = concepts
    self.conceptEnds = conceptEnds
    terms = postings.terms
    starts = postings.starts
    documents = postings.documents
    codes = postings.codes
  }

  var count: Int { keys.count }

  /// Bytes of everything but the texts.
  var indexBytes: Int {
    let document =
      MemoryLayout<UInt128>.stride + MemoryLayout<MatchFacts>.stride
      + 2 * MemoryLayout<UInt32>.stride + MemoryLayout<Int>.stride + 6
    return keys.count * document + concepts.count * 4 + (terms.count + starts.count) * 8 + documents.count * 3
  }

  /// The document of this key.
  func find(_ key: UInt128) -> Int? {
    let place = keys.lowerBound { $0 < key }
    return place < keys.count && keys[place] == key ? place : nil
  }

  /// The range of a term's postings; empty when no document has it.
  func postings(of term: Term) -> Range<Int> {
    let place = terms.lowerBound { $0 < term }
    guard place < terms.count, terms[place] == term else { return 0..<0 }
    return starts[place]..<starts[place + 1]
  }

  /// The lexicon terms of a document.
  func concepts(of document: Int) -> ArraySlice<UInt32> {
    concepts[(document == 0 ? 0 : Int(conceptEnds[document - 1]))..<Int(conceptEnds[document])]
  }
}

/// The posting lists of a segment.
struct Postings: Sendable {
  var terms = Column<Term>()
  var starts = Column<Int>([0])
  var documents = Column<UInt16>()
  var codes = Column<UInt8>()
}
