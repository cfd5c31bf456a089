/// The exact score of single documents, read off their texts.
struct Rescore {
  private let vector: QueryVector
  private let statistics: Statistics
  private let tuning: Tuning
  private var counter: QueryTermCounter

  init(_ vector: QueryVector, _ statistics: Statistics, _ tuning: Tuning) {
    self.vector = vector
    self.statistics = statistics
    self.tuning = tuning
    var table = TermTable(capacity: vector.entries.count * 2)
    for entry in vector.entries { _ = table.insert(entry.term) }
    counter = QueryTermCounter(table: table)
  }

  /// What the vector's terms are worth in a document together.
  mutating func score(_ view: SegmentView, _ document: Int) -> Double {
    let length = count(view, document)
    var sum = 0.0
    for (number, frequency) in counter.counts.enumerated() where frequency > 0 {
      sum += vector.entries[number].weight * Saturation.value(Double(frequency), length, tuning)
    }
    return sum
  }

  /// What each of the vector's terms is worth in a document, in the vector's order.
  mutating func parts(_ view: SegmentView, _ document: Int) -> [Double] {
    let length = count(view, document)
    return counter.counts.enumerated().map { number, frequency in
      frequency > 0 ? vector.entries[number].weight * Saturation.value(Double(frequency), length, tuning) : 0
    }
  }

  private mutating func count(_ view: SegmentView, _ document: Int) -> Double {
    counter.clear()
    view.segment.texts.scan(document, into: &counter)
    return Double(view.segment.lengths[document]) / statistics.averageLength
  }
}

/// Counts those terms of a text that a query has.
struct QueryTermCounter: TermSink {
  private let table: TermTable
  private(set) var counts: [Int32]

  init(table: TermTable) {
    self.table = table
    counts = [Int32](repeating: 0, count: table.count)
  }

  @inline(__always) mutating func take(_ term: Term, from start: Int, to end: Int) {
    if let number = table.find(term) { counts[number] &+= 1 }
  }

  mutating func clear() {
    for number in counts.indices { counts[number] = 0 }
  }
}
