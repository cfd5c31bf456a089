/// The texts of a query, kept like those of a document. Content behind 8,192 bytes is not read.
struct QueryText: Sendable {
  static let contentLimit = 8_192

  let store: TextStore

  init(_ query: MatchQuery, _ reading: TextReading) {
    var texts = TextWriter(reading)
    texts.append(title: query.title, body: query.content, tags: query.tags, bodyLimit: Self.contentLimit)
    store = texts.store
  }

  var title: Range<Int> { store.titleRange(0) }
  var content: Range<Int> { store.bodyRange(0) }
  var tags: Range<Int> { store.tagsRange(0) }

  /// The single characters and words of a part.
  func units(_ part: Range<Int>) -> UnitList {
    var units = UnitList()
    store.scan(part, into: &units)
    return units
  }

  /// The single characters and words of all parts.
  var units: UnitList { units(store.record(0)) }
}
