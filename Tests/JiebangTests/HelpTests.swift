import Foundation
import Market
import TestSupport
import Testing

@Suite struct HelpTests {
  @Test func the_help_names_every_subcommand_and_every_exit_code() async throws {
    let help = try await jiebang().run("--help")
    #expect(help.status == 0)
    #expect(help.err.isEmpty)
    for word in [
      "serve", "demo", "migrate", "import", "export", "match", "stats", "organisation", "user", "token", "notice",
      "webhook", "job", "audit", "ledger", "clock", "doctor", "workflows", "policy", "ocds", "version",
    ] {
      #expect(help.out.contains("\n  \(word) ") || help.out.contains("\n  \(word), "), "\(word)")
    }
    for code in [
      "0 done", "2 data", "3 not", "4 not allowed", "6 database", "7 a check", "64 usage", "130 interrupted",
    ] {
      #expect(help.out.contains(code), "\(code)")
    }
  }

  @Test(arguments: [
    ("serve", ["--host", "--port"]),
    ("demo", ["--host", "--port", "--no-serve"]),
    ("migrate up", []), ("migrate status", []),
    ("import achievements", ["--organisation", "--valid-rows", "--check", "--json", "title*"]),
    ("import challenges", ["--organisation", "--valid-rows", "--check", "--json", "poster"]),
    ("export achievements", ["--status", "--json", "--no-bom"]),
    ("export challenges", ["--status", "--json", "--no-bom"]),
    ("match text", ["--content", "--limit", "--json"]),
    ("match eval", ["--docs", "--queries", "--run", "--k", "--explain"]),
    ("stats turnover", ["--year", "--by", "--json", "flow"]),
    ("project list", ["--status", "--where", "challenge", "--json"]), ("project show", ["<id>"]),
    ("demand list", ["--status", "--where", "call", "--limit", "--json"]), ("demand show", ["<id>"]),
    ("challenge list", ["--status", "--where", "--json"]), ("challenge show", ["<id>"]),
    ("chain list", ["--json"]), ("chain report", ["--limit", "--json"]),
    ("chain import", ["--name", "--region", "--organisation", "--check", "node*"]),
    ("organisation create", ["--kind", "--region", "--uscc"]),
    ("organisation list", ["--status", "--json"]), ("organisation verify", ["--evidence", "<id>"]),
    ("organisation reject", ["--reason", "<id>"]),
    ("user invite", ["--organisation", "--role", "--manager", "<login>"]), ("user list", ["--status", "--json"]),
    ("user disable", ["--reason", "<id>"]), ("user enable", ["<id>"]), ("user reset", ["--second-factor", "<id>"]),
    ("user reveal", ["--purpose", "<id>"]),
    ("audit", ["--person", "--organisation", "--object", "--action", "--from", "--to", "--limit", "--json"]),
    ("token create", ["--organisation", "--role", "--label", "--days", "--scope", "--json"]),
    ("notice list", ["--status", "--where", "kind, ", "region", "--json"]),
    ("notice show", ["--certificate", "--json"]),
    ("notice verify", ["<file>"]), ("job list", ["--stalled", "--limit", "--json"]), ("job retry", ["--all"]),
    ("token list", ["--json"]), ("token revoke", ["<id>"]),
    ("ledger head", []), ("ledger prove", ["<event>"]), ("ledger export", []), ("ledger key show", []),
    ("ledger key rotate", ["--algorithm"]), ("ledger verify", ["<file>", "--key", "--head"]),
    ("webhook add", ["--organisation", "--kinds", "--json"]), ("webhook list", ["--json"]), ("webhook test", ["<id>"]),
    ("webhook deliveries", ["--status", "--limit", "--json"]), ("webhook redeliver", ["<event>"]),
    ("clock", ["--advance"]), ("doctor", ["--ready", "--json"]), ("workflows", []), ("version", []),
  ])
  func the_help_of_a_subcommand_names_its_options_and_has_an_example(command: String, options: [String]) async throws {
    let words = command.split(separator: " ").map(String.init)
    let help = try await jiebang().run(words + ["--help"])
    #expect(help.status == 0)
    let overview = try #require(help.out.range(of: "USAGE:")).lowerBound
    for option in options { #expect(help.out.contains(option), "\(option)") }
    #expect(help.out[..<overview].contains("jiebang \(words[0])"), "an example in front of the usage")
  }

  @Test func an_unknown_option_is_a_usage_error_that_names_the_nearest() async throws {
    let outcome = try await jiebang().run("stats", "turnover", "--yaer", "2026")
    #expect(outcome.status == 64)
    #expect(outcome.out.isEmpty)
    #expect(outcome.err.contains("--year"))
  }

  @Test func an_unknown_subcommand_is_a_usage_error() async throws {
    #expect(try await jiebang().run("frobnicate").status == 64)
  }

  @Test func the_version_is_one_line() async throws {
    let outcome = try await jiebang().run("version")
    #expect(outcome.status == 0)
    #expect(outcome.out.wholeMatch(of: /jiebang \d+\.\d+\.\d+\S*\n/) != nil)
    #expect(try await jiebang().run("--version").out == outcome.out.replacing("jiebang ", with: ""))
  }
}

/// The lists that every kind of object has: one command for all.
@Suite struct ListTests {
  @Test(arguments: ["challenge", "demand", "chain", "notice", "organisation", "user", "webhook"])
  func a_list_has_a_column_for_each_of_its_fields_and_says_when_it_is_empty(command: String) async throws {
    try await TestDatabase.named { _, conninfo in
      let program = try jiebang(on: conninfo)
      let empty = try await program.run(command, "list")
      #expect(empty.status == 0 && empty.lines.count == 2, "a heading and a rule: \(empty.err)")
      #expect(!empty.err.isEmpty)
      #expect(try await program.run(command, "list", "--json").out.isEmpty)
      let unknown = try await program.run(command, "list", "--where", "colour=red")
      #expect(unknown.status == 64 && unknown.err.contains("status"), "it names what there is")
      #expect(try await program.run(command, "list", "--status", "blue").status != 0)
    }
  }

  @Test func a_limit_ends_a_list_and_conditions_narrow_it() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      for index in 1...3 { _ = try await world.demand(.submitted, title: "示例需求 \(index)") }
      let program = try jiebang(on: conninfo)
      #expect(try await program.run("demand", "list", "--limit", "2", "--json").lines.count == 2)
      #expect(try await program.run("demand", "list", "--limit", "0", "--json").lines.isEmpty)
      let mine = try await program.run("demand", "list", "--where", "organisation=\(world.enterprise.id)", "--json")
      let others = try await program.run("demand", "list", "--where", "organisation=\(world.university.id)", "--json")
      #expect(mine.lines.count == 3 && others.lines.isEmpty)
    }
  }
}
