@testable import MatchEngine

/// The text score said once more in the plainest way: strings in dictionaries, every document scored.
struct NaiveSearch {
  private let documents: [(key: UInt128, terms: [String: Int], length: Int)]
  private let average: Double

  init(_ documents: [MatchDocument]) {
    self.documents = documents.map { document in
      let parts = [document.title, document.body] + document.tags
      let terms = parts.flatMap(Self.terms)
      return (document.key, Dictionary(terms.map { ($0, 1) }, uniquingKeysWith: +), terms.count)
    }
    let total = self.documents.reduce(0) { $0 + $1.length }
    average = max(1, Double(total) / Double(max(1, documents.count)))
  }

  func search(_ text: String, limit: Int) -> [(key: UInt128, score: Double)] {
    var weights: [String: Double] = [:]
    for (term, count) in Dictionary(Self.terms(text).map { ($0, 1.0) }, uniquingKeysWith: +) {
      let having = Double(documents.count { $0.terms[term] != nil })
      if having == 0 { continue }
      let rarity = Logarithm.natural(1 + (Double(documents.count) - having + 0.5) / (having + 0.5))
      let lone = term.count == 1 && !term.utf8.allSatisfy { $0 < 0x80 }
      weights[term] =
        count.squareRoot() * count.squareRoot().squareRoot().squareRoot() * rarity * rarity.squareRoot()
        * (lone ? 0.75 : 1)
    }
    let unit = 100 / weights.values.reduce(0, +)
    let scored = documents.compactMap { document -> (key: UInt128, score: Double)? in
      var score = 0.0
      for (term, weight) in weights {
        guard let count = document.terms[term].map(Double.init) else { continue }
        score += weight * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * Double(document.length) / average))
      }
      return score > 0 ? (document.key, score * unit) : nil
    }
    return Array(scored.sorted { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }.prefix(limit))
  }

  static func terms(_ text: String) -> [String] {
    var terms: [String] = []
    var word = ""
    var previous: Character?
    func isWord(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber || character == "+")
    }
    for character in text + " " {
      if isWord(character) {
        word.append(character)
        previous = nil
        continue
      }
      if !word.isEmpty { terms.append(word) }
      word = ""
      guard !character.isASCII else {
        previous = nil
        continue
      }
      terms.append(String(character))
      if let previous { terms.append(String([previous, character])) }
      previous = character
    }
    return terms
  }
}
