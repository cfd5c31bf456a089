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

  let terms: [Term]
  /// Where the postings of term t begin; one more entry than terms.
  let starts: [Int]
  let documents: [UInt16]
  let codes: [UInt8]

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
  var terms: [Term] = []
  var starts: [Int] = [0]
  var documents: [UInt16] = []
  var codes: [UInt8] = []
}

extension Array {
  /// The first place whose element is not `before`; the elements must be partitioned that way.
  @inline(__always) func lowerBound(_ before: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low &+ high) >> 1
      if before(self[middle]) { low = middle &+ 1 } else { high = middle }
    }
    return low
  }
}
