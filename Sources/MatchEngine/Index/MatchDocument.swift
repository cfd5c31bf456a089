/// One achievement or demand as the index keeps it.
///
/// Of the texts the first 4,096 bytes of the title, 65,536 of the body and 256 tags of at most 256 bytes are indexed.
public struct MatchDocument: Sendable, Equatable {
  /// Identity; also the order among equal scores.
  public var key: UInt128
  public var title: String
  public var body: String
  public var tags: [String]
  public var facts: MatchFacts

  public init(key: UInt128, title: String, body: String, tags: [String], facts: MatchFacts = MatchFacts()) {
    self.key = key
    self.title = title
    self.body = body
    self.tags = tags
    self.facts = facts
  }

  /// Bytes of the texts that are indexed, at most.
  var textBytes: Int {
    min(title.utf8.count, TextStore.titleLimit) + min(body.utf8.count, TextStore.bodyLimit) + 1
      + tags.prefix(TextStore.tagCount).reduce(0) { $0 + min($1.utf8.count, TextStore.tagLimit) + 1 }
  }
}

/// A change to the index.
public enum MatchChange: Sendable {
  /// Adds the document, or replaces the one of the same key.
  case put(MatchDocument)
  /// Removes the document of this key; nothing happens when there is none.
  case remove(UInt128)

  var key: UInt128 {
    switch self {
    case .put(let document): document.key
    case .remove(let key): key
    }
  }
}
