extension MatchWeights {
  /// Reads `Lexicon/weights.csv`: columns `weight`, `value`, `meaning`; each weight once, none left out.
  public init(csv file: some Sequence<UInt8>) throws(LexiconError) {
    self.init()
    var missing = Self.knobs
    for (row, cells) in try CommaSeparated.records(file, requiring: ["weight", "value"]) {
      let name = cells["weight"] ?? ""
      guard let at = missing.firstIndex(where: { $0.name == name }) else { throw .unknownWeight(row: row, name: name) }
      let knob = missing.remove(at: at)
      guard let value = Double(cells["value"] ?? ""), knob.range.contains(value) else {
        throw .weightOutOfRange(row: row, name: name)
      }
      self[keyPath: knob.path] = value
    }
    if let left = missing.first { throw .missingWeight(left.name) }
  }

  /// The file that reads as these weights, to the last bit.
  public var csv: String {
    "weight,value,meaning\n"
      + Self.knobs.map { "\($0.name),\(self[keyPath: $0.path]),\"\($0.meaning)\"\n" }.joined()
  }
}
