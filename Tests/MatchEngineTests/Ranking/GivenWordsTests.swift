import Testing

@testable import MatchEngine

@Suite struct GivenWordsTests {
  @Test func given_words_are_ranked_as_plain_bm25_says() {
    var random = Seeded(51)
    let texts = (0..<200).map { _ in
      (0..<Int.random(in: 1...30, using: &random)).map { _ in Int.random(in: 0..<60, using: &random) }
    }
    let counts = texts.map { Dictionary($0.map { ($0, 1.0) }, uniquingKeysWith: +) }
    var index = MatchIndex(lexicon: .empty, reading: .givenWords)
    index.apply(texts.enumerated().map { .put(MatchDocument(key: UInt128($0), title: "", body: text($1), tags: [])) })
    let average = Double(texts.reduce(0) { $0 + $1.count }) / Double(texts.count)
    for _ in 0..<20 {
      let words = Set((0..<Int.random(in: 1...12, using: &random)).map { _ in Int.random(in: 0..<70, using: &random) })
      var scores = [Double](repeating: 0, count: texts.count)
      for word in words {
        let having = Double(counts.count { $0[word] != nil })
        let rarity = Logarithm.natural(1 + (Double(texts.count) - having + 0.5) / (having + 0.5))
        for (place, counts) in counts.enumerated() {
          guard let count = counts[word] else { continue }
          let length = Double(texts[place].count) / average
          scores[place] += rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length))
        }
      }
      let found = index.search(text(words.sorted()), limit: 10)
      let best = scores.sorted(by: >).prefix(10).filter { $0 > 0 }
      #expect(found.count == best.count)
      for (match, score) in zip(found, best) { #expect(abs(scores[Int(match.key)] - score) < 1e-9) }
    }
  }

  private func text(_ words: [Int]) -> String { words.map { "词\($0)" }.joined(separator: " ") }
}
