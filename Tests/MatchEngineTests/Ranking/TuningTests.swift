import Testing

@testable import MatchEngine

@Suite struct TuningTests {
  /// Invented feedback: `verdict` says what becomes of a match with these features.
  private static func queries(_ count: Int, _ seed: UInt64, _ verdict: (MatchFeatures, inout Seeded) -> Int)
    -> [MatchTuning.Judged]
  {
    var random = Seeded(seed)
    return (0..<count).map { _ in
      MatchTuning.Judged(
        (0..<12).map { _ in
          let features = MatchFeatures(
            words: Double.random(in: 30...50, using: &random),
            features: (0..<5).map { _ in Double.random(in: -1...1, using: &random) })
          return (features, verdict(features, &random))
        })
    }
  }

  @Test func a_better_weight_that_is_there_is_found_and_holds_on_what_was_not_fitted_to() {
    // People look at the price alone; the present weights hardly do.
    let tuning = MatchTuning(
      Self.queries(60, 1) { features, _ in features.features[2] > 0.5 ? 3 : features.features[2] > 0 ? 1 : 0 },
      present: .standard)
    let outcome = tuning.run(folds: 5)
    #expect(outcome.isBetter && outcome.after > outcome.before + 0.02)
    #expect(outcome.weights.price >= 4 * MatchWeights.standard.price)
    #expect(outcome.folds.count == 5 && outcome.folds.reduce(0) { $0 + $1.queries } == tuning.count)
    #expect(outcome.folds.allSatisfy { $0.after > $0.before })
  }

  @Test func noise_leaves_the_present_weights() {
    for seed in 1...6 {
      let tuning = MatchTuning(
        Self.queries(60, UInt64(seed)) { _, random in Int.random(in: 0...3, using: &random) }, present: .standard)
      let outcome = tuning.run(folds: 5)
      #expect(!outcome.isBetter && outcome.weights == .standard && outcome.after == outcome.before, "\(seed)")
    }
  }

  @Test func what_tells_nothing_does_not_count() {
    let alike = MatchTuning(Self.queries(100, 1) { _, _ in 1 }, present: .standard)
    #expect(alike.count == 0 && !alike.isEnough)
    let few = MatchTuning(
      Self.queries(MatchTuning.leastQueries - 1, 1) { features, _ in features.words > 40 ? 1 : 0 }, present: .standard)
    #expect(!few.isEnough)
  }

  @Test func a_score_is_its_words_and_its_features_times_the_weights() throws {
    var random = Seeded(8)
    var lexicon = try SuppliedLexicon.load()
    lexicon.weights.price = 3
    lexicon.weights.field = 0
    lexicon.weights.concept = 0.5
    var index = MatchIndex(lexicon: lexicon)
    index.apply((0..<100).map { .put(RandomText.document($0, &random)) })
    for _ in 0..<20 {
      // Ambiguous words are taken back by parts of everything, which no sum of weights is.
      let query = MatchQuery(title: RandomText.text(6, &random), facts: RandomText.document(0, &random).facts)
      let features = index.features(query, of: (0..<100).map { UInt128($0) })
      let found = Ranker(index: index, query: query, tuning: .of(.language, lexicon.weights), feedback: false)
        .matches(limit: 100, explain: false)
      for match in found {
        let score = try #require(features[match.key]).score(lexicon.weights)
        #expect(abs(score - match.score) < 1e-9 * max(1, abs(match.score)))
      }
    }
  }

  @Test func the_file_that_is_shipped_is_the_standard_and_reads_back_to_the_bit() throws {
    #expect(try SuppliedLexicon.load().weights == .standard)
    var weights = MatchWeights.standard
    weights.price = 0.1 + 0.2
    weights.ambiguityDoubt = 1.0 / 3
    #expect(try MatchWeights(csv: Array(weights.csv.utf8)) == weights)
    for (bad, error) in [
      ("weight,value\nprice,1\n", LexiconError.missingWeight("concept")),
      (MatchWeights.standard.csv + "price,1,x\n", .unknownWeight(row: 9, name: "price")),
      (MatchWeights.standard.csv.replacing("price,1.0", with: "prize,1.0"), .unknownWeight(row: 4, name: "prize")),
      (MatchWeights.standard.csv.replacing("price,1.0", with: "price,-1"), .weightOutOfRange(row: 4, name: "price")),
      (MatchWeights.standard.csv.replacing("price,1.0", with: "price,nan"), .weightOutOfRange(row: 4, name: "price")),
    ] {
      #expect(throws: error) { try MatchWeights(csv: Array(bad.utf8)) }
    }
  }
}
