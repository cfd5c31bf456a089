/// Receives the terms of a text in reading order, each with the UTF-8 byte range it came from.
protocol TermSink {
  mutating func take(_ term: Term, from start: Int, to end: Int)
}

/// Keeps the terms alone.
struct TermList: TermSink {
  private(set) var terms: [Term] = []

  @inline(__always) mutating func take(_ term: Term, from start: Int, to end: Int) { terms.append(term) }

  mutating func clear() { terms.removeAll(keepingCapacity: true) }
}

/// A term and where it stands.
struct PlacedTerm: Sendable, Equatable {
  let term: Term
  let start: Int
  let end: Int
}

/// Keeps the terms and their places.
struct PlacedTermList: TermSink {
  private(set) var terms: [PlacedTerm] = []

  @inline(__always) mutating func take(_ term: Term, from start: Int, to end: Int) {
    terms.append(PlacedTerm(term: term, start: start, end: end))
  }
}
