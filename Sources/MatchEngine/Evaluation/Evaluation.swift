/// Ranks a set of queries over a set of documents, to measure the ranking with judged data.
public struct Evaluation: Sendable {
  /// A document as a measuring set gives it.
  public struct Document: Sendable {
    public var id: String
    public var title: String
    public var body: String
    public var tags: [String]

    public init(id: String, title: String, body: String = "", tags: [String] = []) {
      self.id = id
      self.title = title
      self.body = body
      self.tags = tags
    }
  }

  /// A query as a measuring set gives it.
  public struct Query: Sendable {
    public var id: String
    public var text: String
    public var content: String
    public var tags: [String]
    /// Identifiers of documents that must not be found, such as the one the query was made of.
    public var exclude: Set<String>

    public init(id: String, text: String, content: String = "", tags: [String] = [], exclude: Set<String> = []) {
      self.id = id
      self.text = text
      self.content = content
      self.tags = tags
      self.exclude = exclude
    }
  }

  /// One line of a run: scores of a query fall strictly from line to line.
  public struct Hit: Sendable {
    public let id: String
    public let score: Double
    public let match: Match
  }

  private let ids: [String]
  private let index: MatchIndex
  private let keys: [String: UInt128]

  /// Indexes the documents; of two with one id the last one counts.
  public init(_ documents: [Document], lexicon: Lexicon = .empty) {
    var index = MatchIndex(lexicon: lexicon)
    index.apply(
      documents.enumerated().map { place, document in
        .put(
          MatchDocument(key: UInt128(place), title: document.title, body: document.body, tags: document.tags))
      })
    let keys = Dictionary(documents.enumerated().map { ($1.id, UInt128($0)) }, uniquingKeysWith: { _, last in last })
    index.apply(documents.enumerated().compactMap { keys[$1.id] == UInt128($0) ? nil : .remove(UInt128($0)) })
    self.index = index
    self.keys = keys
    ids = documents.map(\.id)
  }

  /// Bytes of the documents' texts, which the index keeps.
  public var textBytes: Int { index.textBytes }

  /// Bytes of what the index needs beside the texts.
  public var indexBytes: Int { index.indexBytes }

  /// The best documents for one query, best first, at most `limit`.
  public func run(_ query: Query, limit: Int = 100, explain: Bool = false) -> [Hit] {
    let wanted = MatchQuery(
      title: query.text, content: query.content, tags: query.tags, exclude: Set(query.exclude.compactMap { keys[$0] }))
    var below = Double.infinity
    return index.rank(wanted, limit: limit, explain: explain).map { match in
      below = min(match.score, below.nextDown)
      return Hit(id: ids[Int(match.key)], score: below, match: match)
    }
  }
}
