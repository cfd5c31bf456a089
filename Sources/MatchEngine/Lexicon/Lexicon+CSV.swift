extension Lexicon {
  /// Reads `terms.csv`: columns `term`, `domain`, `parent`, `synonyms` (separated by `;`) and, if present, `field`.
  ///
  /// - Parameters:
  ///   - csv: the bytes of the file, UTF-8.
  ///   - ambiguous: the bytes of `ambiguous.csv`: columns `term`, `sense_a`, `cues_a`, `sense_b`, `cues_b`.
  ///   - weights: the bytes of `weights.csv`; the usual weights when there are none.
  /// - Throws: the first thing that is wrong, with its row.
  public init(
    csv: some Sequence<UInt8>, ambiguous: some Sequence<UInt8> = [UInt8](), weights: [UInt8] = []
  ) throws(LexiconError) {
    let records = try CommaSeparated.records(csv, requiring: ["term", "domain", "parent", "synonyms"])
    var terms: [Term] = []
    var owner: [String: String] = [:]
    for (row, cells) in records {
      let name = cells["term"] ?? ""
      if name.isEmpty { throw .emptyTerm(row: row) }
      if owner.updateValue(name, forKey: name) != nil { throw .duplicateTerm(row: row, term: name) }
      let cell = cells["field"] ?? ""
      guard let field = cell.isEmpty ? 0 : UInt8(cell), field <= 11 else { throw .unknownField(row: row, field: cell) }
      let parent = cells["parent"] ?? ""
      terms.append(
        Term(
          name: name, domain: cells["domain"] ?? "", parent: parent.isEmpty ? nil : parent,
          synonyms: CommaSeparated.list(cells["synonyms"] ?? ""), field: field))
    }
    let names = Dictionary(uniqueKeysWithValues: terms.enumerated().map { ($1.name, $0) })
    for (term, (row, _)) in zip(terms, records) {
      for synonym in term.synonyms {
        if let other = owner.updateValue(term.name, forKey: synonym) {
          throw .duplicateSynonym(row: row, synonym: synonym, of: other)
        }
      }
      var steps = 0
      var at = term
      while let parent = at.parent {
        guard let next = names[parent] else { throw .unknownParent(row: row, parent: parent) }
        steps += 1
        if steps > terms.count { throw .circle(row: row, term: term.name) }
        at = terms[next]
      }
    }
    self.init(terms: terms, ambiguities: try Self.ambiguities(ambiguous))
    if !weights.isEmpty { self.weights = try MatchWeights(csv: weights) }
  }

  private static func ambiguities(_ file: some Sequence<UInt8>) throws(LexiconError) -> [Ambiguity] {
    let bytes = Array(file)
    if bytes.isEmpty { return [] }
    let columns = ["term", "sense_a", "cues_a", "sense_b", "cues_b"]
    var found: [Ambiguity] = []
    for (row, cells) in try CommaSeparated.records(bytes, requiring: columns) {
      let word = cells["term"] ?? ""
      if word.isEmpty { throw .emptyTerm(row: row) }
      let senses = [("sense_a", "cues_a"), ("sense_b", "cues_b")].map { name, cues in
        Ambiguity.Sense(name: cells[name] ?? "", cues: CommaSeparated.list(cells[cues] ?? ""))
      }
      found.append(Ambiguity(word: word, senses: senses))
    }
    return found
  }
}
