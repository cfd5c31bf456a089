/// The domain's terms, how they hang together, and what else they are called.
///
/// A value; building it takes milliseconds for thousands of terms, reading it is lock-free.
public struct Lexicon: Sendable {
  /// A domain term.
  public struct Term: Sendable, Equatable {
    public var name: String
    /// The top heading the term stands under.
    public var domain: String
    /// The next broader term; nil at the top.
    public var parent: String?
    /// Other names of the same thing.
    public var synonyms: [String]
    /// National technology field, 1…11; 0 when the term belongs to none.
    public var field: UInt8

    public init(name: String, domain: String, parent: String?, synonyms: [String], field: UInt8 = 0) {
      self.name = name
      self.domain = domain
      self.parent = parent
      self.synonyms = synonyms
      self.field = field
    }
  }

  /// The terms in the order given; a name given twice is kept once.
  public let terms: [Term]
  /// Words that mean two things.
  public let ambiguities: [Ambiguity]
  /// What the parts of a score weigh.
  public var weights = MatchWeights.standard
  /// The parent's number for each term, -1 at the top.
  let parents: [Int]
  let children: [[Int]]
  let surfaces: SurfaceTrie
  let senses: SenseFinder
  private let numbers: [String: Int]

  /// - Parameters:
  ///   - terms: a parent that is not among them, or that would close a circle, counts as none.
  ///   - ambiguities: words with two senses.
  public init(terms: [Term], ambiguities: [Ambiguity] = []) {
    var kept: [Term] = []
    var numbers: [String: Int] = [:]
    for term in terms where !term.name.isEmpty && numbers[term.name] == nil {
      numbers[term.name] = kept.count
      kept.append(term)
    }
    self.terms = kept
    self.ambiguities = ambiguities
    senses = SenseFinder(ambiguities)
    self.numbers = numbers
    parents = Self.cutCircles(kept.map { $0.parent.flatMap { numbers[$0] } ?? -1 })
    var children = [[Int]](repeating: [], count: kept.count)
    for (number, parent) in parents.enumerated() where parent >= 0 { children[parent].append(number) }
    self.children = children
    var surfaces = SurfaceTrie()
    for (number, term) in kept.enumerated() { surfaces.insert(term.name, number: number) }
    for (number, term) in kept.enumerated() {
      for synonym in term.synonyms { surfaces.insert(synonym, number: number) }
    }
    self.surfaces = surfaces
  }

  /// A lexicon that knows nothing.
  public static let empty = Lexicon(terms: [])

  /// The number of the term of this name.
  func number(of name: String) -> Int? { numbers[name] }

  private static func cutCircles(_ parents: [Int]) -> [Int] {
    var parents = parents
    for start in parents.indices {
      var seen: Set<Int> = [start]
      var at = start
      while parents[at] >= 0 {
        if !seen.insert(parents[at]).inserted { parents[at] = -1 } else { at = parents[at] }
      }
    }
    return parents
  }
}
