/// Takes back the worth of ambiguous words that mean something else in the document.
struct SenseCheck {
  struct Wanted {
    let reading: SenseFinder.Reading
    let sense: Int
    /// Entries of the vector whose terms lie within the word.
    let entries: [Int]
  }

  struct Finding {
    let wanted: Wanted
    let offered: Int
    let places: [Range<Int>]
    /// What the word is taken back, in the unit of the vector's weights.
    let penalty: Double
  }

  /// The query's ambiguous words whose sense is clear.
  let wanted: [Wanted]
  private let lexicon: Lexicon
  private let share: Double
  private let doubt: Double

  init(_ text: QueryText, _ lexicon: Lexicon, _ vector: QueryVector, _ tuning: Tuning) {
    self.lexicon = lexicon
    share = tuning.weights.ambiguityShare
    doubt = tuning.weights.ambiguityDoubt
    wanted = lexicon.senses.readings(text.units).compactMap { reading in
      guard let sense = reading.sense else { return nil }
      var terms = TermList()
      Terms.scan(lexicon.ambiguities[reading.ambiguity].word, into: &terms)
      let within = Set(terms.terms)
      let entries = vector.entries.indices.filter { within.contains(vector.entries[$0].term) }
      return Wanted(reading: reading, sense: sense, entries: entries)
    }
  }

  /// The words the document has in another sense.
  ///
  /// - Parameters:
  ///   - parts: what each of the vector's entries adds to the document's score.
  ///   - total: all that words and lexicon terms add.
  func findings(_ texts: TextStore, _ document: Int, _ parts: [Double], total: Double) -> [Finding] {
    let suspects = wanted.filter { want in want.entries.contains { parts[$0] > 0 } }
    if suspects.isEmpty { return [] }
    var units = UnitList()
    texts.scan(document, into: &units)
    let readings = lexicon.senses.readings(units)
    var findings: [Finding] = []
    for want in suspects {
      guard let reading = readings.first(where: { $0.ambiguity == want.reading.ambiguity }),
        let offered = reading.sense, offered != want.sense
      else { continue }
      let word = want.entries.reduce(0) { $0 + parts[$1] }
      // The doubt about the rest counts once, however many words are ambiguous.
      let rest = findings.isEmpty ? max(0, total - word) * doubt : 0
      findings.append(
        Finding(wanted: want, offered: offered, places: reading.places, penalty: word * share + rest))
    }
    return findings
  }
}
