/// The numbers of the ranking, in one place.
struct Tuning: Sendable {
  /// How soon a word's repetition stops counting.
  var saturation = 1.2
  /// How much a document's length counts, 0…1.
  var lengthShare = 0.75
  /// A single character's weight: it says less than the words it stands in.
  var characterWeight = 0.75
  var contentWeight = 0.4
  var tagWeight = 0.53
  /// What an operator may refit.
  var weights = MatchWeights.standard
  /// Terms whose lists are walked in the first stage.
  var listedTerms = 64
  /// Terms of the exact score.
  var scoredTerms = 400
  /// Words of the best documents are added when the query has a description, or when documents of fewer terms than
  /// this on average say too little by themselves.
  var shortDocument = 100.0
  /// Documents the first stage hands to the exact score; more when words of the best documents were added.
  var candidates = 1_000
  var expandedCandidates = 2_000
  /// Documents among which the best are sought whose words are added.
  var feedbackCandidates = 200
  var feedbackDocuments = 10
  var feedbackTerms = 40
  /// Share of the query's own words when words of the best documents are added.
  var ownShare = 0.8
  /// Only breaks ties: three levels stay below any visible difference.
  var regionPoints = 0.000_1

  /// Whether rarity counts by its power of three halves rather than as it is.
  var sharpens = true
  /// Whether words of the best documents may be added at all.
  var addsWords = true

  static let standard = Tuning()

  /// BM25 and nothing else.
  static let plain = {
    var tuning = Tuning()
    tuning.sharpens = false
    tuning.addsWords = false
    tuning.listedTerms = 1_024
    tuning.candidates = 200
    return tuning
  }()

  static func of(_ reading: TextReading, _ weights: MatchWeights) -> Tuning {
    var tuning = reading == .language ? standard : plain
    tuning.weights = weights
    return tuning
  }
}
