/// An index of documents that ranks them against a query and says why.
///
/// A value: a copy is a snapshot that stays as it is while the original goes on. Copying shares all documents.
/// What it answers depends only on the documents it holds and the lexicon, not on the order they came in.
public struct MatchIndex: Sendable {
  let lexicon: Lexicon
  /// How texts are cut, and with that how they are ranked.
  public let reading: TextReading
  private(set) var views: [SegmentView] = []

  public init(lexicon: Lexicon, reading: TextReading = .language) {
    self.lexicon = lexicon
    self.reading = reading
  }

  /// - Parameter views: no key lives twice.
  init(lexicon: Lexicon, reading: TextReading, views: [SegmentView]) {
    self.lexicon = lexicon
    self.reading = reading
    self.views = views
  }

  /// Documents in the index.
  public var count: Int { views.reduce(0) { $0 + $1.count } }

  /// Bytes of the documents' texts, which the index keeps.
  public var textBytes: Int { views.reduce(0) { $0 + $1.segment.texts.bytes.count } }

  /// Bytes of terms, postings, facts and tables: what the index needs beside the texts.
  public var indexBytes: Int { views.reduce(0) { $0 + $1.segment.indexBytes } }

  /// Terms of all documents together.
  var totalLength: Int { views.reduce(0) { $0 + $1.totalLength } }

  /// Whether a document of this key is in the index.
  public func contains(_ key: UInt128) -> Bool {
    views.contains { view in view.segment.find(key).map { !view.isDead($0) } ?? false }
  }

  /// Applies the changes in order; of several changes to one key the last one counts.
  public mutating func apply(_ changes: [MatchChange]) {
    var last: [UInt128: Int] = [:]
    for (place, change) in changes.enumerated() { last[change.key] = place }
    var documents: [MatchDocument] = []
    for (place, change) in changes.enumerated() where last[change.key] == place {
      remove(change.key)
      if case .put(let document) = change { documents.append(document) }
    }
    documents.sort { $0.key < $1.key }
    var rest = documents[...]
    while !rest.isEmpty {
      var bytes = 0
      let chunk = rest.prefix(Segment.capacity).prefix {
        bytes += $0.textBytes
        return bytes <= Segment.textLimit
      }
      views.append(SegmentView(SegmentBuilder.build(Array(chunk), lexicon: lexicon, reading: reading)))
      rest = rest.dropFirst(chunk.count)
    }
    views = Compaction.settle(views)
  }

  private mutating func remove(_ key: UInt128) {
    for index in views.indices {
      if let document = views[index].segment.find(key), views[index].kill(document) { return }
    }
  }
}
