/// Refits the weights of the last stage to what became of matches.
///
/// Few numbers are fitted, by steps along a short scale, and only what holds on queries that were not looked at counts: the
/// queries are divided into folds, each fold is judged by weights fitted to the others, and the new weights are accepted when
/// those judgements are better than with the present weights by twice their standard error.
public struct MatchTuning: Sendable {
  /// A query with the documents that somebody did something with.
  public struct Judged: Sendable {
    /// Each document's features and how good it proved to be, 0 upwards.
    public var documents: [(features: MatchFeatures, grade: Int)]

    public init(_ documents: [(features: MatchFeatures, grade: Int)]) { self.documents = documents }

    /// Whether it says that one document is better than another.
    public var tells: Bool { Set(documents.map(\.grade)).count > 1 }
  }

  /// One part of the queries, judged by weights that were fitted without it.
  public struct Fold: Sendable, Equatable {
    public let queries: Int
    /// Mean nDCG@10 with the present weights and with the fitted ones.
    public let before: Double
    public let after: Double
  }

  public struct Outcome: Sendable, Equatable {
    public let folds: [Fold]
    /// The weights fitted to everything when they are accepted, else the present ones.
    public let weights: MatchWeights
    public let isBetter: Bool
    public let before: Double
    public let after: Double
  }

  /// Fewer queries that tell something, or fewer documents in them, are too few to fit anything to.
  public static let leastQueries = 30
  public static let leastDocuments = 150
  /// What a weight may become, in times the standard one: fitting again and again leads nowhere else.
  private static let scale = [0, 0.25, 0.5, 1, 2, 4, 8]
  /// Gains below this are noise of the steps, not worth a change.
  private static let least = 0.001

  private let queries: [Judged]
  private let present: MatchWeights

  /// - Parameter queries: those that tell nothing are left out.
  public init(_ queries: [Judged], present: MatchWeights) {
    self.queries = queries.filter(\.tells)
    self.present = present
  }

  public var count: Int { queries.count }
  public var documents: Int { queries.reduce(0) { $0 + $1.documents.count } }
  public var isEnough: Bool { count >= Self.leastQueries && documents >= Self.leastDocuments }

  public func run(folds: Int) -> Outcome {
    var parts: [Fold] = [], gains: [Double] = []
    for fold in 0..<folds {
      let held = queries.indices.filter { $0 % folds == fold }
      let weights = fit(queries.indices.filter { $0 % folds != fold })
      let before = held.map { quality(queries[$0], present) }, after = held.map { quality(queries[$0], weights) }
      gains += zip(after, before).map(-)
      parts.append(Fold(queries: held.count, before: Self.mean(before), after: Self.mean(after)))
    }
    let gain = Self.mean(gains)
    let variance = gains.reduce(0) { $0 + ($1 - gain) * ($1 - gain) } / Double(max(1, gains.count - 1))
    let isBetter = gain > Self.least && gain > 2 * (variance / Double(max(1, gains.count))).squareRoot()
    let weights = isBetter ? fit(Array(queries.indices)) : present
    return Outcome(
      folds: parts, weights: weights, isBetter: isBetter && weights != present,
      before: Self.mean(queries.map { quality($0, present) }),
      after: Self.mean(queries.map { quality($0, weights) }))
  }

  /// One weight after the other is set to what does best, until no step helps.
  private func fit(_ chosen: [Int]) -> MatchWeights {
    var weights = present
    var best = Self.mean(chosen.map { quality(queries[$0], weights) })
    var isMoving = true
    while isMoving {
      isMoving = false
      for knob in MatchFeatures.fitted {
        for factor in Self.scale {
          var tried = weights
          let value = MatchWeights.standard[keyPath: knob.path] * factor
          guard knob.range.contains(value), value != weights[keyPath: knob.path] else { continue }
          tried[keyPath: knob.path] = value
          let reached = Self.mean(chosen.map { quality(queries[$0], tried) })
          guard reached > best + Self.least else { continue }
          (weights, best, isMoving) = (tried, reached, true)
        }
      }
    }
    return weights
  }

  /// nDCG@10 of one query's documents in the order of the weights' scores; ties go the worse way.
  private func quality(_ query: Judged, _ weights: MatchWeights) -> Double {
    let ranked = query.documents.map { (score: $0.features.score(weights), grade: $0.grade) }
      .sorted { $0.score != $1.score ? $0.score > $1.score : $0.grade < $1.grade }
    let best = Self.gain(query.documents.map(\.grade).sorted(by: >))
    return best > 0 ? Self.gain(ranked.map(\.grade)) / best : 0
  }

  private static func gain(_ grades: [Int]) -> Double {
    grades.prefix(10).enumerated().reduce(0) { sum, place in
      sum + Double(1 << min(place.element, 30) - 1) * Logarithm.natural(2)
        / Logarithm.natural(Double(place.offset) + 2)
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
