@testable import MatchEngine

/// A small deterministic generator (SplitMix64), so that a failing case can be run again.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return WordHash.mix(state)
  }
}

/// Invented texts over a small alphabet, so that words repeat and scores tie.
enum RandomText {
  private static let units = ["柑", "橘", "油", "茶", "机", "器", "检", "测", "膜", "罗", "汉", "果", "ai ", "5g ", "c++ ", ", "]

  static func text(_ length: Int, _ random: inout Seeded) -> String {
    (0..<length).map { _ in units.randomElement(using: &random) ?? "" }.joined()
  }

  static func document(_ key: UInt128, _ random: inout Seeded) -> MatchDocument {
    MatchDocument(
      key: key, title: text(Int.random(in: 0...8, using: &random), &random),
      body: text(Int.random(in: 0...40, using: &random), &random),
      tags: (0..<Int.random(in: 0...2, using: &random)).map { _ in text(3, &random) },
      facts: MatchFacts(
        field: UInt8.random(in: 0...3, using: &random),
        region: [0, 450_000, 450_300, 450_302].randomElement(using: &random) ?? 0,
        maturity: UInt8.random(in: 0...9, using: &random),
        price: Bool.random(using: &random) ? Int64.random(in: 0...1_000_000_00, using: &random) : nil,
        modes: UInt16.random(in: 0...7, using: &random)))
  }
}
