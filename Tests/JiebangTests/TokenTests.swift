import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct TokenTests {
  @Test func a_secret_is_shown_once_and_kept_nowhere() async throws {
    try await TestDatabase.named { database, conninfo in
      let program = try jiebang(on: conninfo)
      let organisation = try await program.run(
        "organisation", "create", "示例大学甲", "--kind", "university", "--region", "450300"
      )
      .out.trimmingCharacters(in: .newlines)
      let made = try await program.run(
        "token", "create", "--organisation", organisation, "--role", "university", "--label", "成果处")
      #expect(made.status == 0)
      let secret = made.out.trimmingCharacters(in: .newlines)
      #expect(secret.hasPrefix("jb_pat_"))
      #expect(!made.err.contains(secret))
      #expect(try await Market(database).caller(secret: secret)?.role == .university)

      for words in [["token", "list"], ["token", "list", "--json"]] {
        let list = try await program.run(words)
        #expect(list.status == 0)
        #expect(list.out.contains("成果处"))
        #expect(!list.out.contains(secret.dropFirst("jb_pat_".count)))
      }
      let rows = try await database.query("SELECT to_jsonb(t)::text, encode(hash, 'hex') FROM tokens t")
      let stored: String = try #require(rows.first).get(0)
      let hash: String = try #require(rows.first).get(1)
      #expect(!stored.contains(secret.dropFirst("jb_pat_".count)))
      #expect(hash == Crypto.sha256(secret.utf8).hex)
    }
  }

  @Test func a_revoked_token_opens_nothing_and_cannot_be_revoked_again() async throws {
    try await TestDatabase.named { database, conninfo in
      let program = try jiebang(on: conninfo)
      let organisation = try await program.run(
        "organisation", "create", "示例企业甲", "--kind", "enterprise", "--region", "450300"
      )
      .out.trimmingCharacters(in: .newlines)
      let made = try await program.run(
        "token", "create", "--organisation", organisation, "--role", "enterprise", "--label", "x", "--json")
      let id = try #require(made.member("id") as? String), secret = try #require(made.member("secret") as? String)
      #expect(try await program.run("token", "revoke", id).status == 0)
      #expect(try await Market(database).caller(secret: secret) == nil)
      let again = try await program.run("token", "revoke", id)
      #expect(again.status == 3)
      #expect(again.err == "jiebang: 没有这个有效令牌\n")
      #expect(try await program.run("token", "revoke", ID<Token>().text).status == 3)
      #expect(try await program.run("token", "list", "--json").member("revoked") as? Bool == true)
    }
  }

  @Test(arguments: [
    (["--organisation", "示例", "--role", "university"], 64, "org_01J"),
    (["--organisation", "org_00000000000000000000000000", "--role", "dean"], 64, "university"),
    (["--organisation", "org_00000000000000000000000000", "--role", "university", "--days", "400"], 64, "366"),
    (["--organisation", "org_00000000000000000000000000", "--role", "university"], 3, "单位"),
  ])
  func what_makes_no_token_says_why(words: [String], status: Int32, said: String) async throws {
    try await TestDatabase.named { _, conninfo in
      let outcome = try await jiebang(on: conninfo).run(["token", "create", "--label", "x"] + words)
      #expect(outcome.status == status)
      #expect(outcome.err.contains(said))
      #expect(outcome.out.isEmpty)
    }
  }

  @Test func an_empty_list_says_how_to_begin() async throws {
    try await TestDatabase.named { _, conninfo in
      let outcome = try await jiebang(on: conninfo).run("token", "list")
      #expect(outcome.status == 0)
      #expect(outcome.err.contains("jiebang token create"))
    }
  }

  @Test func an_organisation_with_a_wrong_credit_code_is_refused() async throws {
    try await TestDatabase.named { database, conninfo in
      let outcome = try await jiebang(on: conninfo).run(
        "organisation", "create", "示例大学甲", "--kind", "university", "--region", "450300", "--uscc", "12100000400000624X")
      #expect(outcome.status == 2)
      #expect(outcome.err.contains("uscc"))
      #expect(try await database.query("SELECT count(*) FROM organisations").first?.get(0) == 0)
    }
  }
}
