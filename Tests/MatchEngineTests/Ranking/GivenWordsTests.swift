import Testing

@testable import MatchEngine

@Suite struct GivenWordsTests {
  /// One small segment, and several with words so common that their lists are spared.
  @Test(arguments: [[200], [2_500, 2_000, 900, 40]]) func given_words_are_ranked_as_plain_bm25_says(_ parts: [Int]) {
    var random = Seeded(51)
    let documents = parts.reduce(0, +)
    let texts = (0..<documents).map { number in
      (0..<Int.random(in: 1...(number == 7 ? 3_000 : 60), using: &random)).map { _ in
        Int(Double(200) * Double.random(in: 0..<1, using: &random) * Double.random(in: 0..<1, using: &random))
      }
    }
    let counts = texts.map { Dictionary($0.map { ($0, 1.0) }, uniquingKeysWith: +) }
    var index = MatchIndex(lexicon: .empty, reading: .givenWords)
    var first = 0
    for part in parts {
      index.apply(
        (first..<first + part).map {
          .put(MatchDocument(key: UInt128($0), title: "", body: text(texts[$0]), tags: []))
        })
      first += part
    }
    #expect(index.views.count == parts.count)
    let average = Double(texts.reduce(0) { $0 + $1.count }) / Double(documents)
    for round in 0..<24 {
      let words = Set((0..<[1, 3, 12, 60][round % 4]).map { _ in Int.random(in: 0..<210, using: &random) })
      var scores = [Double](repeating: 0, count: documents)
      for word in words {
        let having = Double(counts.count { $0[word] != nil })
        let rarity = Logarithm.natural(1 + (Double(documents) - having + 0.5) / (having + 0.5))
        for (place, counts) in counts.enumerated() {
          guard let count = counts[word] else { continue }
          let length = Double(texts[place].count) / average
          scores[place] += rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length))
        }
      }
      for limit in [1, 10, 300] {
        let found = index.search(text(words.sorted()), limit: limit)
        let best = scores.sorted(by: >).prefix(limit).filter { $0 > 0 }
        #expect(found.count == best.count)
        let total = words.reduce(0.0) { sum, word in
          let having = Double(counts.count { $0[word] != nil })
          return having == 0 ? sum : sum + Logarithm.natural(1 + (Double(documents) - having + 0.5) / (having + 0.5))
        }
        for (match, score) in zip(found, best) {
          #expect(abs(scores[Int(match.key)] - score) < 1e-9)
          #expect(abs(match.score - score * 100 / total) < 1e-7)
        }
        #expect(
          zip(found, found.dropFirst()).allSatisfy { $0.score > $1.score || ($0.score == $1.score && $0.key < $1.key) })
      }
    }
  }

  private func text(_ words: [Int]) -> String { words.map { "词\($0)" }.joined(separator: " ") }
}
