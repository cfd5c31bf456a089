import FoundationEssentials
import MatchEngine

/// The files in `Lexicon/`.
enum SuppliedLexicon {
  static func load() throws -> Lexicon {
    try Lexicon(csv: bytes("terms.csv"), ambiguous: bytes("ambiguous.csv"), weights: Array(bytes("weights.csv")))
  }

  private static func bytes(_ name: String) throws -> Data {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent()
    return try Data(contentsOf: root.appending(path: "Lexicon/\(name)"))
  }
}
