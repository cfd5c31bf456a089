/// Queries that wait for documents: given a new document, it finds the queries that the document answers.
///
/// The score is the one of the ranking without words of the best documents, of the query's `longest` heaviest words, their
/// rarity as it was when the query was taken in; a word that no document has counts as the rarest there is, because it is what
/// the query waits for. A document answers a query when it scores `atLeast`, passes the query's filter and shares a word or
/// a lexicon term with it. Every such query is found: lists of rounded weights say which can be meant, and those are scored
/// one by one.
public struct StandingQueries: Sendable {
  /// A query and what it takes to answer it.
  public struct Wanted: Sendable, Equatable {
    public var key: UInt128
    public var query: MatchQuery
    /// Points of the score, not below `leastScore`.
    public var atLeast: Double

    public init(key: UInt128, query: MatchQuery, atLeast: Double) {
      (self.key, self.query, self.atLeast) = (key, query, atLeast)
    }
  }

  /// What a match has to have when nobody said otherwise.
  public static let usualScore = 30.0
  /// Below this nearly every document would answer: a few common characters are worth as much.
  public static let leastScore = 10.0
  /// Words of a query that are kept, the heaviest first; more say no more.
  static let longest = 64

  let lexicon: Lexicon
  let tuning: Tuning
  private(set) var lists: StandingLists
  private(set) var held: [StandingQuery?] = []
  private var slots: [UInt128: Int] = [:]

  public init(lexicon: Lexicon) {
    self.lexicon = lexicon
    tuning = .of(.language, lexicon.weights)
    lists = StandingLists(tuning)
  }

  public var count: Int { slots.count }

  public func contains(_ key: UInt128) -> Bool { slots[key] != nil }

  /// Takes queries in, or in the place of those of the same keys, weighed by what `index` says about rarity.
  public mutating func put(_ wanted: [Wanted], weighedBy index: MatchIndex) {
    var rarity = StandingRarity(Statistics(index), tuning)
    for one in wanted {
      remove(one.key)
      add(StandingQuery(one, lexicon, tuning, &lists.terms) { rarity.worth($0) })
    }
    // What was replaced or removed still takes room in the lists; half of it at most.
    if held.count > 1_024, held.count > 2 * slots.count { repack() }
  }

  /// Weighs all queries by what `index` says now.
  public mutating func reweigh(by index: MatchIndex) {
    let wanted = held.compactMap { $0?.wanted }
    self = StandingQueries(lexicon: lexicon)
    put(wanted, weighedBy: index)
  }

  /// Lets a query go; nothing happens when there is none of this key.
  public mutating func remove(_ key: UInt128) {
    guard let slot = slots.removeValue(forKey: key) else { return }
    held[slot] = nil
    lists.close(slot)
  }

  private mutating func add(_ query: StandingQuery) {
    slots[query.wanted.key] = held.count
    lists.add(query, slot: held.count, lexicon: lexicon)
    held.append(query)
  }

  private mutating func repack() {
    let kept = held.compactMap(\.self)
    held = []
    slots = [:]
    lists.clear()
    for query in kept { add(query) }
  }

  /// The queries that the document answers, best first, ties by key; each match has the key of its query.
  /// - Parameter index: what says how long texts are on average. Whether the document is in it does not matter.
  /// - Parameter explain: whether each match carries its reasons.
  public mutating func answered(by document: MatchDocument, in index: MatchIndex, explain: Bool = false) -> [Match] {
    if slots.isEmpty { return [] }
    let statistics = Statistics(index)
    let offered = StandingDocument(document, lexicon, statistics, tuning, lists.terms)
    return lists.candidates(offered)
      .compactMap { slot -> Match? in
        guard let query = held[slot], let score = query.score(offered, lexicon, tuning, lists.terms) else { return nil }
        guard explain else { return Match(key: query.wanted.key, score: score) }
        return query.explained(offered, score, lexicon, statistics, tuning, lists.terms)
      }
      .sorted { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }
  }
}

/// What words weigh for their rarity, each looked up once.
struct StandingRarity {
  private let statistics: Statistics
  private let tuning: Tuning
  private var table = TermTable(capacity: 1_024)
  private var known: [Double] = []

  init(_ statistics: Statistics, _ tuning: Tuning) { (self.statistics, self.tuning) = (statistics, tuning) }

  mutating func worth(_ term: Term) -> Double {
    let number = table.insert(term)
    if number == known.count { known.append(statistics.worth(term, statistics.frequency(of: term), tuning)) }
    return known[number]
  }
}
