import Market
import MatchEngine
import Postgres
import TestSupport
import Testing

@Suite struct SnapshotTests {
  @Test func a_restart_from_the_snapshot_answers_as_before_and_catches_up() async throws {
    try await World.with { world in
      try await Folder.with { folder in
        let lexicon = try Lexicon.shipped(in: try Share.folder())
        _ = try await world.achievement(.published)
        let first = Matcher(world.market, lexicon: lexicon, folder: folder.path)
        try await first.load()
        first.save()
        let next = try await world.achievement(.approved)
        _ = try await world.market.work(as: world.operator.caller) { work in
          try await work.move(next, .publish, version: nil)
        }
        let second = Matcher(world.market, lexicon: lexicon, folder: folder.path)
        try await second.load()
        #expect(first.counts.achievements == 1 && second.counts.achievements == 2)
      }
    }
  }

  @Test func a_snapshot_of_another_database_is_not_believed() async throws {
    try await Folder.with { folder in
      let lexicon = try Lexicon.shipped(in: try Share.folder())
      try await World.with { world in
        _ = try await world.achievement(.published)
        let matcher = Matcher(world.market, lexicon: lexicon, folder: folder.path)
        try await matcher.load()
        matcher.save()
      }
      try await World.with { other in
        _ = try await other.market.database.execute("UPDATE deployment SET secret = sha256('another')")
        let matcher = Matcher(try await Market(other.market.database), lexicon: lexicon, folder: folder.path)
        try await matcher.load()
        #expect(matcher.counts.achievements == 0)
      }
    }
  }
}
