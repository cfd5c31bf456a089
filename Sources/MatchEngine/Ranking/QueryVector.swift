/// A query as weighted terms.
struct QueryVector: Sendable {
  struct Entry: Sendable {
    let term: Term
    /// What one saturated occurrence is worth.
    var weight: Double
    /// Part of the weight that comes from the query itself; the rest comes from feedback.
    var own: Double
  }

  /// Heaviest first; among equals by term.
  private(set) var entries: [Entry]

  init(entries: [Entry]) {
    self.entries = entries.sorted { $0.weight != $1.weight ? $0.weight > $1.weight : $0.term < $1.term }
  }

  /// Weighs the words of the query: repetition counts by its 5/8th power in the title and hardly in the content; content and
  /// tags count less than the title.
  init(_ text: QueryText, _ statistics: Statistics, _ tuning: Tuning) {
    self.init(text, tuning) { term in
      let frequency = statistics.frequency(of: term)
      return frequency == 0 ? nil : statistics.worth(term, frequency, tuning)
    }
  }

  /// - Parameter worth: what a word weighs for its rarity; nil leaves it out.
  init(_ text: QueryText, _ tuning: Tuning, worth: (Term) -> Double?) {
    var table = TermTable(capacity: 512)
    var raw: [Double] = []
    func add(_ part: Range<Int>, _ weigh: (Double) -> Double) {
      for (number, count) in Self.counts(text, part, &table) {
        while raw.count <= number { raw.append(0) }
        raw[number] += weigh(count)
      }
    }
    add(text.title) { $0.squareRoot() * $0.squareRoot().squareRoot().squareRoot() }
    add(text.content) { tuning.contentWeight * 2 * $0 / (1 + $0) }
    add(text.tags) { _ in tuning.tagWeight }
    var entries: [Entry] = []
    for (number, term) in table.terms.enumerated() {
      guard let worth = worth(term) else { continue }
      let weight = raw[number] * worth
      entries.append(Entry(term: term, weight: weight, own: weight))
    }
    self.init(entries: entries)
    self.entries = Array(self.entries.prefix(tuning.scoredTerms))
  }

  /// How often each term stands in a part, by the term's number in the table.
  private static func counts(
    _ text: QueryText, _ part: Range<Int>, _ table: inout TermTable
  ) -> [(number: Int, count: Double)] {
    var scanned = TermList()
    text.store.scan(part, into: &scanned)
    var counts: [Double] = []
    var order: [Int] = []
    for term in scanned.terms {
      let number = table.insert(term)
      while counts.count <= number { counts.append(0) }
      if counts[number] == 0 { order.append(number) }
      counts[number] += 1
    }
    return order.map { ($0, counts[$0]) }
  }

  /// The weight a document of average length with each of the query's own words once would collect.
  var ownTotal: Double { entries.reduce(0) { $0 + $1.own } }
}
