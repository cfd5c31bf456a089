import Foundation
import Market
import MatchEngine
import Postgres
import TestSupport
import Testing

@Suite struct MatchTuneTests {
  @Test func too_little_feedback_is_refused_with_what_is_needed() async throws {
    try await TestDatabase.named { database, conninfo in
      _ = try await World(database)
      let outcome = try await jiebang(on: conninfo).run("match", "tune")
      #expect(outcome.status == 5 && outcome.err.contains("\(MatchTuning.leastQueries) 道题"), "\(outcome.err)")
      #expect(try await jiebang(on: conninfo).run("match", "tune", "--folds", "1").status == 64)
    }
  }

  @Test func weights_are_fitted_to_what_people_did_and_written_only_when_told_to() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      try await Self.feedback(world)
      try await Folder.with { folder in
        let share = folder.path + "/share"
        for name in ["Lexicon", "Migrations", "Rulebook", "Samples"] {
          try FileManager.default.createDirectory(atPath: share, withIntermediateDirectories: true)
          try FileManager.default.copyItem(atPath: "\(Share.folder())/\(name)", toPath: "\(share)/\(name)")
        }
        let program = try jiebang(on: conninfo, share: share), file = share + "/Lexicon/weights.csv"
        func weights() throws -> MatchWeights {
          try MatchWeights(csv: Array(FileManager.default.contents(atPath: file) ?? Data()))
        }
        let shown = try await program.run("match", "tune", "--json")
        #expect(shown.status == 0, "\(shown.err)")
        #expect(shown.member("better") as? Bool == true && (shown.member("folds") as? [Any])?.count == 5)
        #expect(try weights() == .standard, "nothing is written unasked")
        let written = try await program.run("match", "tune", "--write")
        #expect(written.status == 0 && written.out.contains("调后 nDCG") && written.err.contains(file))
        #expect(try weights().price > 2 * MatchWeights.standard.price)
        #expect(try await program.run("match", "柑橘").status == 0, "what was written is read")
      }
    }
  }

  /// Invented: whoever was within the budget was dealt with, whoever was above it was declined, whatever the words said.
  private static func feedback(_ world: World) async throws {
    for number in 0..<35 {
      let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
      try await world.place(
        "UPDATE challenges SET title = '柑橘苗木繁育技术', summary = '', description = '', budget = 10000000 WHERE id = \(challenge)"
      )
      for place in 0..<6 {
        let achievement = try await world.achievement(place == 0 ? .transferred : .published)
        let isCheap = (place + number) % 3 == 0
        try await world.place(
          """
          UPDATE achievements SET price = \(isCheap ? Int64(9_000_000) : 20_000_000),
            title = \(["柑橘苗木", "柑橘苗木繁育", "柑橘", "苗木繁育技术", "柑橘繁育", "苗木"][place]) WHERE id = \(achievement)
          """,
          """
          INSERT INTO match_feedback (id, challenge, achievement, organisation, kind, reason)
          VALUES (\(ID<MatchFeedback>()), \(challenge), \(achievement), \(world.enterprise.id),
            \(isCheap ? "dealt" : "declined"), \(isCheap ? nil : "price_too_high"))
          """)
      }
    }
  }
}
