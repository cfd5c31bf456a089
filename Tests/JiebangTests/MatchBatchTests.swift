import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct MatchBatchTests {
  @Test func a_batch_that_was_killed_goes_on_and_ends_as_if_it_had_not_been() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      try await Self.fill(world, challenges: 1_500, achievements: 60)
      try await Folder.with { folder in
        let out = folder.path + "/matches.jsonl", whole = folder.path + "/whole.jsonl"
        let program = try jiebang(on: conninfo)
        // A shell of its own looks on and kills it in the midst of its work, however busy this process is.
        let script = """
          "$0" match batch --out "$1" --limit 5 & id=$!
          until [ "$(cat "$1.part" 2>/dev/null | wc -l)" -ge 3 ]; do kill -0 $id || exit 9; done
          kill -9 $id; wait $id; test $? = 137
          """
        let killed = try await Program("/bin/sh", environment: program.environment).run("-c", script, program.path, out)
        #expect(killed.status == 0, "\(killed.err)")
        let done = Self.lines(out + ".part").count
        #expect(done >= 3 && done < 1_500, "it was in the midst of it: \(done)")
        #expect(!FileManager.default.fileExists(atPath: out), "nothing is shown before it is whole")
        // A line torn in the middle is made anew.
        let torn = try #require(FileHandle(forWritingAtPath: out + ".part"))
        try torn.seekToEnd()
        try torn.write(contentsOf: Data(#"{"challenge":"chl_"#.utf8))
        try torn.close()
        let refused = try await program.run("match", "batch", "--out", out, "--limit", "5")
        #expect(refused.status == 5 && refused.err.contains("--resume"))
        let smaller = try await program.run("match", "batch", "--out", out, "--limit", "1", "--resume")
        #expect(smaller.status == 5, "another limit is another batch")
        let resumed = try await program.run("match", "batch", "--out", out, "--limit", "5", "--resume")
        #expect(resumed.status == 0 && resumed.err.contains("接着做") && resumed.err.contains("100 %"), "\(resumed.err)")
        #expect(try await program.run("match", "batch", "--out", whole, "--limit", "5").status == 0)
        #expect(Self.lines(out) == Self.lines(whole) && Self.lines(out).count == 1_500)
        #expect(!FileManager.default.fileExists(atPath: out + ".part"))
        let first = try #require(JSONValue.parse(Array(Self.lines(out)[0].utf8)))
        #expect(first["matches"]?.array?.count == 5)
        #expect(first["matches"]?.array?.first?["reasons"]?.array?.isEmpty == false)
      }
    }
  }

  @Test func without_a_file_the_lines_are_the_output() async throws {
    try await TestDatabase.named { database, conninfo in
      try await Self.fill(try await World(database), challenges: 2, achievements: 3)
      let outcome = try await jiebang(on: conninfo).run("match", "batch")
      #expect(outcome.status == 0 && outcome.lines.count == 2)
      #expect(try await jiebang(on: conninfo).run("match", "batch", "--resume").status == 64)
      #expect(try await jiebang(on: conninfo).run("match", "batch", "--limit", "0").status == 64)
      #expect(try await jiebang(on: conninfo).run("match", "batch", "--out", "/dev/null/x").status == 5)
    }
  }

  private static func lines(_ path: String) -> [Substring] {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self).split(separator: "\n")
  }

  private static func fill(_ world: World, challenges: Int, achievements: Int) async throws {
    let challenge = try await world.challenge(.published, hasClosed: false, withBid: false).id
    let achievement = try await world.achievement(.published)
    // The same again and again, with other ids: made by one statement each.
    for (table, id, count) in [
      ("challenges", challenge.bits, challenges), ("achievements", achievement.bits, achievements),
    ] {
      let names = try await world.market.database.query(
        """
        SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = \(table) AND column_name NOT IN ('id', 'title')
          AND is_generated = 'NEVER'
        """)
      let columns: String = try names.first!.get(0)
      try await world.place(
        """
        INSERT INTO \(sql: SQL(unsafe: table)) (id, title, \(sql: SQL(unsafe: columns)))
        SELECT gen_random_uuid(), '柑橘苗木繁育 ' || n % 7, \(sql: SQL(unsafe: columns)) FROM \(sql: SQL(unsafe: table)),
          generate_series(2, \(Int32(count))::int) n WHERE id = \(ID<Challenge>(bits: id))
        """)
    }
  }
}
