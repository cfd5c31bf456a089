/// A match taken apart by the weights of the last stage: its score is what the words say and, for each of the five weights that
/// are fitted, the weight times its feature. Without words of the best documents, which belong to no single document.
public struct MatchFeatures: Sendable, Equatable {
  /// Points of the words, less what ambiguous ones are taken back; no weight changes them.
  public var words: Double
  /// In the order of `fitted`.
  public var features: [Double]

  public init(words: Double, features: [Double]) { (self.words, self.features) = (words, features) }

  /// The weights that are fitted; how ambiguity counts is not, because feedback hardly ever shows it.
  public static let fitted = ["concept", "maturity", "price", "mode", "field"].compactMap { name in
    MatchWeights.knobs.first { $0.name == name }
  }

  public func score(_ weights: MatchWeights) -> Double {
    zip(Self.fitted, features).reduce(words) { $0 + weights[keyPath: $1.0.path] * $1.1 }
  }
}

extension MatchIndex {
  /// The features of each of these documents for the query, by key; what is not in the index is left out.
  public func features(_ query: MatchQuery, of keys: [UInt128]) -> [UInt128: MatchFeatures] {
    var tuning = Tuning.of(reading, lexicon.weights)
    for knob in MatchFeatures.fitted { tuning.weights[keyPath: knob.path] = 1 }
    let statistics = Statistics(self)
    let text = QueryText(query, reading)
    let vector = QueryVector(text, statistics, tuning)
    let unit = vector.ownTotal > 0 ? 100 / vector.ownTotal : 1
    var scorer = Scorer(
      vector: vector, concepts: ConceptTerms(text, lexicon, statistics, tuning),
      senses: SenseCheck(text, lexicon, vector, tuning), broker: BrokerTerms(query, tuning), unit: unit,
      exact: Rescore(vector, statistics, tuning))
    var found: [UInt128: MatchFeatures] = [:]
    for key in keys {
      for view in views {
        guard let document = view.segment.find(key), !view.isDead(document) else { continue }
        let facts = view.segment.facts[document]
        let kin = scorer.concepts.score(view.segment.concepts(of: document)) * unit
        let shares = scorer.broker.shares(facts)
        let rest = shares.reduce(0, +)
        found[key] = MatchFeatures(
          words: scorer.score(view, document) - kin - rest, features: [kin] + shares)
      }
    }
    return found
  }
}

extension BrokerTerms {
  /// What maturity, price, mode and field add.
  fileprivate func shares(_ other: MatchFacts) -> [Double] {
    var shares = [0.0, 0, 0, 0]
    for reason in reasons(other) {
      switch reason.kind {
      case .maturity, .against(.maturityBelow): shares[0] += reason.contribution
      case .price, .against(.priceAboveBudget): shares[1] += reason.contribution
      case .modes, .against(.noCommonMode): shares[2] += reason.contribution
      case .field, .against(.otherField): shares[3] += reason.contribution
      default: continue
      }
    }
    return shares
  }
}
