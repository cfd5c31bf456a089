/// Spells the words near a misspelt one and keeps those that documents have. The index holds hashes of words, not their
/// letters, so the letters are tried out instead.
struct WordEdits {
  private static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
  /// Longer words are left alone: the tries grow with the square of the length.
  static let longest = 24

  private let statistics: Statistics
  /// One bit for each hash value of the words in the index: says no at once to nearly all tries.
  private var seen: [UInt64]
  private let mask: UInt64

  init(_ statistics: Statistics) {
    self.statistics = statistics
    let words = statistics.views.reduce(0) { $0 + $1.segment.postings.termCount }
    var bits: UInt64 = 1 << 10
    while bits < words * 4 { bits *= 2 }
    mask = bits - 1
    seen = [UInt64](repeating: 0, count: Int(bits / 64))
    for view in statistics.views {
      var cursor = view.segment.postings.terms(from: .word(hash: 0))
      while let lists = cursor.next() {
        let bit = lists.term.bits & mask
        seen[Int(bit / 64)] |= 1 << (bit % 64)
      }
    }
  }

  /// The word of the index nearest to `word` (ASCII letters and digits, small), the most frequent among equals.
  func nearest(_ word: [UInt8]) -> (word: [UInt8], frequency: Int)? {
    guard word.count >= 3, word.count <= Self.longest else { return nil }
    var near: [(word: [UInt8], from: Int)] = []
    var known: Set<[UInt8]> = []
    Self.eachEdit(word, from: 0) { edit, place in
      near.append((edit, place))
      if maybe(edit), edit != word { known.insert(edit) }
    }
    if let best = best(known) { return best }
    // Two letters wrong in a short word is another word; in a long one there are too many to try.
    guard word.count >= 5, word.count <= 14 else { return nil }
    for (edit, place) in near { Self.eachEdit(edit, from: place) { edit, _ in if maybe(edit) { known.insert(edit) } } }
    known.remove(word)
    return best(known)
  }

  private func best(_ words: Set<[UInt8]>) -> (word: [UInt8], frequency: Int)? {
    var best: (word: [UInt8], frequency: Int)?
    for word in words {
      let frequency = statistics.frequency(of: Self.term(word))
      if frequency == 0 { continue }
      if let held = best {
        if frequency < held.frequency { continue }
        if frequency == held.frequency, held.word.lexicographicallyPrecedes(word) { continue }
      }
      best = (word, frequency)
    }
    return best
  }

  @inline(__always) private func maybe(_ word: [UInt8]) -> Bool {
    let bit = Self.term(word).bits & mask
    return seen[Int(bit / 64)] >> (bit % 64) & 1 == 1
  }

  @inline(__always) static func term(_ word: [UInt8]) -> Term {
    var hash = WordHash.start
    for letter in word { hash = WordHash.next(hash, UInt32(letter)) }
    return .word(hash: WordHash.finish(hash))
  }

  /// The words one change away, the change being at `first` or behind it; each with where a further change goes on, so
  /// that two changes are tried from left to right only.
  private static func eachEdit(_ word: [UInt8], from first: Int, _ take: ([UInt8], Int) -> Void) {
    var edit = word
    for at in first..<max(first, word.count) {
      for letter in letters {
        edit[at] = letter
        take(edit, at + 1)
      }
      edit[at] = word[at]
      if at > 0 {
        edit.swapAt(at - 1, at)
        take(edit, at)
        edit.swapAt(at - 1, at)
      }
    }
    for at in first..<max(first, word.count) {
      var edit = word
      edit.remove(at: at)
      take(edit, at)
    }
    for at in first..<max(first, word.count + 1) {
      var edit = word
      edit.insert(0, at: at)
      for letter in letters {
        edit[at] = letter
        take(edit, at + 1)
      }
    }
  }
}
