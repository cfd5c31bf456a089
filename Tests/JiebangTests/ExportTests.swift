import Foundation
import Market
import TestSupport
import Testing

@Suite struct ExportTests {
  @Test(arguments: ["achievements", "challenges"])
  func what_was_exported_is_imported_elsewhere_and_exported_the_same(kind: String) async throws {
    try await TestDatabase.named { _, one in
      try await TestDatabase.named { _, other in
        try await Folder.with { folder in
          #expect(
            try await jiebang(on: one).run("import", kind, try Share.folder() + "/Samples/\(kind).csv").status == 0)
          let first = try await jiebang(on: one).run("export", kind)
          #expect(first.status == 0)
          #expect(first.out.hasPrefix("\u{FEFF}"), "a Chinese Excel knows UTF-8 by the mark")
          let file = try folder.write("exported.csv", text: first.out)
          let back = try await jiebang(on: other).run("import", kind, file)
          #expect(back.status == 0, "\(back.err)")
          let second = try await jiebang(on: other).run("export", kind)
          #expect(Set(second.lines) == Set(first.lines))
          #expect(second.lines.count > 180)
        }
      }
    }
  }

  @Test func data_goes_to_one_output_and_what_is_said_about_it_to_the_other() async throws {
    try await TestDatabase.named { _, conninfo in
      let csv = try await jiebang(on: conninfo).run("export", "achievements", "--no-bom")
      #expect(csv.lines.count == 1)
      #expect(csv.out.hasPrefix("holder,holder_kind,"))
      #expect(csv.err == "共 0 行\n")
      let json = try await jiebang(on: conninfo).run("export", "challenges", "--json")
      #expect(json.status == 0)
      #expect(json.out.isEmpty)
    }
  }

  @Test func a_state_that_does_not_exist_is_a_usage_error_that_says_which_do() async throws {
    try await TestDatabase.named { _, conninfo in
      let outcome = try await jiebang(on: conninfo).run("export", "achievements", "--status", "publishd")
      #expect(outcome.status == 64)
      #expect(outcome.err.contains("--status"))
      #expect(outcome.err.contains("published"))
      #expect(outcome.out.isEmpty)
    }
  }

  @Test func only_the_states_that_were_asked_for_are_exported() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      _ = try await world.achievement(.draft)
      _ = try await world.achievement(.published)
      _ = try await world.achievement(.withdrawn)
      let outcome = try await jiebang(on: conninfo).run(
        "export", "achievements", "--json", "--status", "draft,published")
      let states = outcome.lines.compactMap { JSONValue.parse($0.utf8)?["status"]?.string }
      #expect(states.sorted() == ["draft", "published"])
    }
  }
}
