/// A document that answers a query.
public struct Match: Sendable, Equatable {
  public let key: UInt128
  /// About 100 for a document of average length that has every wanted word once; comparable within one query only.
  /// Results are in descending order of score, then ascending order of key.
  public let score: Double
  /// What the score is made of, strongest first. Their contributions sum to the score. Empty unless asked for.
  public let reasons: [MatchReason]

  public init(key: UInt128, score: Double, reasons: [MatchReason] = []) {
    self.key = key
    self.score = score
    self.reasons = reasons
  }
}
