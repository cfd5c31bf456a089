import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct MigrateTests {
  @Test func an_empty_database_is_behind_until_it_is_migrated() async throws {
    try await TestDatabase.empty { _, conninfo in
      let before = try await jiebang(on: conninfo).run("migrate", "status")
      #expect(before.status == 7)
      #expect(before.out.hasPrefix("missing  0001_kernel.sql\n"))
      let up = try await jiebang(on: conninfo).run("migrate", "up")
      #expect(up.status == 0)
      #expect(up.lines.first == "0001_kernel.sql")
      #expect(up.lines.count == before.lines.count)
      let after = try await jiebang(on: conninfo).run("migrate", "status")
      #expect(after.status == 0)
      #expect(after.lines.allSatisfy { $0.hasPrefix("applied  ") })
      let again = try await jiebang(on: conninfo).run("migrate", "up")
      #expect(again.status == 0)
      #expect(again.out.isEmpty)
      #expect(again.err == "已是最新\n")
    }
  }

  @Test func a_database_of_yours_becomes_a_production_one() async throws {
    try await TestDatabase.empty { database, conninfo in
      let migrated = try await jiebang(on: conninfo).run("migrate")
      #expect(migrated.status == 0)
      let purpose = try await Market(database).purpose
      #expect(purpose == .production)
    }
  }

  @Test func two_that_migrate_at_the_same_moment_both_succeed_and_share_the_steps() async throws {
    try await TestDatabase.empty { _, conninfo in
      async let one = jiebang(on: conninfo).run("migrate", "up")
      async let other = jiebang(on: conninfo).run("migrate", "up")
      let (a, b) = try await (one, other)
      #expect(a.status == 0, "\(a.err)")
      #expect(b.status == 0, "\(b.err)")
      let status = try await jiebang(on: conninfo).run("migrate", "status")
      #expect(status.status == 0)
      #expect((a.lines + b.lines).sorted() == status.lines.map { $0.dropFirst("applied  ".count) })
    }
  }

  @Test func a_migration_that_was_changed_after_it_was_applied_stops_with_both_checksums() async throws {
    try await TestDatabase.named { database, conninfo in
      try await Folder.with(copyOf: try Share.folder() + "/Migrations") { migrations in
        let share = migrations.path + ".share"
        try FileManager.default.createDirectory(atPath: share, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: share) }
        try FileManager.default.createSymbolicLink(atPath: share + "/Migrations", withDestinationPath: migrations.path)
        for name in ["Rulebook", "Lexicon"] {
          try FileManager.default.createSymbolicLink(
            atPath: "\(share)/\(name)", withDestinationPath: try Share.folder() + "/" + name)
        }
        try migrations.append("0001_kernel.sql", "\n")
        let ours = try sha256(migrations.path + "/0001_kernel.sql")
        let applied: String = try #require(
          try await database.query("SELECT checksum FROM schema_migrations ORDER BY name").first
        ).get(0)
        for words in [["migrate", "status"], ["migrate", "up"]] {
          let outcome = try await jiebang(on: conninfo, share: share).run(words)
          #expect(outcome.status == 7)
          #expect(outcome.err.contains("0001_kernel.sql"))
          #expect(outcome.err.contains(applied))
          #expect(outcome.err.contains(ours))
        }
      }
    }
  }

  @Test func a_database_that_is_not_migrated_says_what_to_run() async throws {
    try await TestDatabase.empty { _, conninfo in
      for words in [["stats", "turnover"], ["serve", "--port", "0"], ["token", "list"]] {
        let outcome = try await jiebang(on: conninfo).run(words)
        #expect(outcome.status == 7, "\(words)")
        #expect(outcome.err == "jiebang: 数据库还没有升级到本版本,请先运行 `jiebang migrate up`\n")
        #expect(outcome.out.isEmpty)
      }
    }
  }

  private func sha256(_ path: String) throws -> String {
    let bytes = try #require(FileManager.default.contents(atPath: path))
    return Crypto.sha256(Array(bytes)).hex
  }
}
