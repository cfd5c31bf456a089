import Foundation
import Market
import TestSupport
import Testing

@Suite struct DoctorTests {
  @Test func ready_means_migrated() async throws {
    try await TestDatabase.empty { _, conninfo in
      let before = try await jiebang(on: conninfo).run("doctor", "--ready")
      #expect(before.status == 7)
      #expect(before.out.hasPrefix("✗ schema: "))
      #expect(before.out.contains("jiebang migrate up"))
      #expect(try await jiebang(on: conninfo).run("migrate").status == 0)
      let after = try await jiebang(on: conninfo).run("doctor", "--ready")
      #expect(after.status == 0)
      #expect(after.lines.count == 1)
      #expect(after.out.hasPrefix("✓ schema: "))
    }
  }

  @Test func every_check_has_its_line_and_what_is_wrong_says_what_to_do() async throws {
    // The tests' own server trades safety for speed, which is just what a doctor must notice.
    try await TestDatabase.named { _, conninfo in
      let text = try await jiebang(on: conninfo).run("doctor")
      #expect(text.status == 7)
      #expect(text.out.contains("✗ fsync: "))
      let json = try await jiebang(on: conninfo).run("doctor", "--json")
      let findings = json.lines.compactMap { JSONValue.parse($0.utf8) }
      #expect(
        findings.compactMap { $0["check"]?.string }
          == [
            "postgresql", "encoding", "checksums", "fsync", "schema", "rulebook", "calendar", "turnover", "subsidies",
            "clockwork",
            "ledger", "privileges", "public_net", "clock",
          ])
      #expect(text.lines.count == findings.count)
      // The tests' role owns the tables as well.
      let good = findings.filter { !["fsync", "calendar", "privileges"].contains($0["check"]?.string) }
      #expect(good.allSatisfy { $0["ok"] == .bool(true) }, "\(json.out)")
    }
  }

  @Test func a_database_that_cannot_be_reached_is_exit_code_6() async throws {
    for words in [["doctor"], ["doctor", "--ready"], ["stats", "turnover"], ["migrate", "status"]] {
      let outcome = try await jiebang().run(words)
      #expect(outcome.status == 6, "\(words)")
      #expect(outcome.err.hasPrefix("jiebang: 数据库不可用:"))
      #expect(outcome.out.isEmpty)
    }
  }

  @Test(arguments: [
    ("zh_CN.UTF-8", "数据库不可用"), ("C", "数据库不可用"), ("en_GB.UTF-8", "the database is unreachable"),
    ("de_DE.UTF-8", "the database"),
  ])
  func messages_are_in_the_language_of_the_reader(language: String, said: String) async throws {
    #expect(try await jiebang(language: language).run("doctor").err.contains(said))
  }
}
