extension MatchIndex {
  /// What a keyword query was probably meant to be, when words in it are in no document; nil when there is nothing to
  /// mend or nothing near. Width and case of what is kept stay as they were; a mended Latin word is in small letters.
  ///
  /// Long sentences are no keyword queries: of those nothing is suggested, and at most four words are looked at.
  public func suggestion(for text: String) -> String? {
    guard reading == .language, text.utf8.count <= 256, count > 0 else { return nil }
    let statistics = Statistics(self)
    let bytes = Array(text.utf8)
    var edits: WordEdits?
    var mended: [UInt8] = []
    var end = 0
    var tries = 4
    for run in TextRun.runs(text) {
      guard tries > 0, isUnknown(run, statistics) else { continue }
      tries -= 1
      guard let better = better(run, bytes, statistics, &edits) else { continue }
      mended += bytes[end..<run.bytes.lowerBound] + Array(better.utf8)
      end = run.bytes.upperBound
    }
    return end == 0 ? nil : String(decoding: mended + bytes[end...], as: UTF8.self)
  }

  /// Whether no document has the run.
  private func isUnknown(_ run: TextRun, _ statistics: Statistics) -> Bool {
    switch run.kind {
    case .characters(let characters):
      (3...12).contains(characters.count) && PhraseCount.documents(characters, statistics) == 0
    case .word(let term): statistics.frequency(of: term) == 0
    }
  }

  private func better(
    _ run: TextRun, _ text: [UInt8], _ statistics: Statistics, _ edits: inout WordEdits?
  ) -> String? {
    switch run.kind {
    case .characters(let characters):
      return NearNames(self, statistics).nearest(characters)
    case .word:
      let word = text[run.bytes].map(ScalarClass.lowercase)
      guard word.allSatisfy({ ScalarClass.ascii($0) == .word }) else { return nil }
      // Model numbers differ by a digit on purpose.
      guard word.contains(where: { $0 >= 0x61 }), !word.contains(where: { $0 < 0x3A }) else { return nil }
      let tries = edits ?? WordEdits(statistics)
      edits = tries
      return tries.nearest(word).map { String(decoding: $0.word, as: UTF8.self) }
    }
  }
}

/// A word or an unbroken run of characters in a query.
struct TextRun {
  enum Kind {
    case characters([UInt32])
    case word(Term)
  }

  let kind: Kind
  let bytes: Range<Int>

  /// The runs of a text from left to right.
  static func runs(_ text: String) -> [TextRun] {
    var units = UnitList()
    Terms.scan(text, into: &units)
    var runs: [TextRun] = []
    for unit in units.units {
      guard unit.term.isCharacter else {
        // One source character may fold to several units; only what has a place of its own can be mended.
        if runs.last.map({ $0.bytes.upperBound <= unit.start }) ?? true {
          runs.append(TextRun(kind: .word(unit.term), bytes: unit.start..<unit.end))
        }
        continue
      }
      let scalar = UInt32(unit.term.bits)
      if let last = runs.last, case .characters(let before) = last.kind, last.bytes.upperBound == unit.start {
        runs[runs.count - 1] = TextRun(kind: .characters(before + [scalar]), bytes: last.bytes.lowerBound..<unit.end)
      } else if runs.last.map({ $0.bytes.upperBound <= unit.start }) ?? true {
        runs.append(TextRun(kind: .characters([scalar]), bytes: unit.start..<unit.end))
      }
    }
    return runs
  }
}
