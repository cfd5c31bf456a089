/// A query as weighted terms.
struct QueryVector: Sendable {
  struct Entry: Sendable {
    let term: Term
    /// What one saturated occurrence is worth.
    var weight: Double
    /// Part of the weight that comes from the query itself, the rest comes from feedback.
    var own: Double
  }

  /// Heaviest first; among equals by term.
  private(set) var entries: [Entry]

  /// Texts behind these sizes are not read.
  static let titleLimit = 4_096
  static let contentLimit = 8_192
  static let tagLimit = 256

  init(entries: [Entry]) {
    self.entries = entries.sorted { $0.weight != $1.weight ? $0.weight > $1.weight : $0.term < $1.term }
  }

  /// Weighs the words of the query: repetition counts by its root in the title and hardly in the content; content and
  /// tags count less.
  init(_ query: MatchQuery, _ statistics: Statistics, _ tuning: Tuning) {
    var table = TermTable(capacity: 512)
    var raw: [Double] = []
    Self.add(query.title, Self.titleLimit, &table, &raw) { $0.squareRoot() }
    Self.add(query.content, Self.contentLimit, &table, &raw) { tuning.contentWeight * 2 * $0 / (1 + $0) }
    let tags = query.tags.prefix(Self.tagLimit).joined(separator: "\u{1E}")
    Self.add(tags, Self.titleLimit, &table, &raw) { _ in tuning.tagWeight }
    var entries: [Entry] = []
    for (number, term) in table.terms.enumerated() {
      let frequency = statistics.frequency(of: term)
      if frequency == 0 { continue }
      let share = term.isCharacter ? tuning.characterWeight : 1
      let weight = raw[number] * share * statistics.worth(frequency)
      entries.append(Entry(term: term, weight: weight, own: weight))
    }
    self.init(entries: entries)
    self.entries = Array(self.entries.prefix(tuning.scoredTerms))
  }

  private static func add(
    _ text: String, _ limit: Int, _ table: inout TermTable, _ raw: inout [Double], _ weigh: (Double) -> Double
  ) {
    var bytes: [UInt8] = []
    _ = append(text, limit, to: &bytes)
    var scanned = TermList()
    Terms.scan(bytes.span, 0..<bytes.count, into: &scanned)
    var counts: [Double] = []
    var order: [Int] = []
    for term in scanned.terms {
      let number = table.insert(term)
      while raw.count <= number { raw.append(0) }
      while counts.count <= number { counts.append(0) }
      if counts[number] == 0 { order.append(number) }
      counts[number] += 1
    }
    for number in order { raw[number] += weigh(counts[number]) }
  }

  private static func append(_ text: String, _ limit: Int, to bytes: inout [UInt8]) -> Int {
    var text = text
    return text.withUTF8 { source in
      var length = min(source.count, limit)
      while length > 0, length < source.count, source[length] & 0xC0 == 0x80 { length -= 1 }
      bytes.append(contentsOf: source[..<length])
      return length
    }
  }

  /// The weight a document of average length with each of the query's own words once would collect.
  var ownTotal: Double { entries.reduce(0) { $0 + $1.own } }
}
