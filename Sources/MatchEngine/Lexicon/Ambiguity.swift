/// A word with two senses, and the words beside it that tell which one is meant.
public struct Ambiguity: Sendable, Equatable {
  /// One sense.
  public struct Sense: Sendable, Equatable {
    /// What it is, for a reader.
    public var name: String
    /// Words that point to this sense when they stand in the same text.
    public var cues: [String]

    public init(name: String, cues: [String]) {
      self.name = name
      self.cues = cues
    }
  }

  public var word: String
  public var senses: [Sense]

  public init(word: String, senses: [Sense]) {
    self.word = word
    self.senses = senses
  }
}
