import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct UserTests {
  @Test func somebody_is_invited_listed_masked_revealed_reset_and_disabled() async throws {
    try await TestDatabase.named { database, conninfo in
      let program = try jiebang(on: conninfo)
      func run(_ words: String...) async throws -> String {
        let outcome = try await program.run(words)
        #expect(outcome.status == 0, "\(words): \(outcome.err)")
        return outcome.out.trimmingCharacters(in: .newlines)
      }
      let organisation = try await run(
        "org", "create", "示例大学甲", "--kind", "university", "--region", "450300", "--uscc", "12100000400000624D")
      _ = try await run("org", "verify", organisation, "--evidence", "事业单位法人证书")
      #expect(try await run("organisation", "list", "--status", "verified").contains("示例大学甲"))
      let secret = try await run(
        "user", "invite", "13800000000", "--organisation", organisation, "--role", "university", "--manager")
      #expect(secret.hasPrefix("jb_inv_"))
      let market = try await Market(database, scrypt: .cheap)
      let membership = try await market.acceptInvitation(
        Input(["secret": .text(secret), "name": .text("示例人员"), "password": .text("correct horse battery")]),
        address: "192.0.2.1")
      #expect(membership.isManager)
      let person = membership.person.text
      let list = try await run("user", "list", "--json")
      #expect(list.contains("138****0000") && !list.contains("13800000000"))
      #expect(try await run("user", "reveal", person, "--purpose", "通知评审时间") == "13800000000")
      let reset = try await run("user", "reset", person)
      try await market.resetPassword(secret: reset, new: "quite another one")
      _ = try await run("user", "disable", person, "--reason", "离职")
      #expect(try await run("user", "list", "--status", "active", "--json").isEmpty)
      _ = try await run("user", "enable", person)
      let audit = try await run("audit", "--object", person, "--json")
      for action in ["create", "reveal", "password_reset", "disable", "enable"] {
        #expect(audit.contains("\"person.\(action)\""), "\(action)")
      }
      #expect(!audit.contains("13800000000") && !audit.contains("示例人员") && audit.contains("通知评审时间"))
      #expect(try await run("audit", "--organisation", organisation, "--action", "verify").isEmpty == false)
    }
  }

  @Test(arguments: [
    (["user", "disable", "x", "--reason", "x"], 64, "per_01J"),
    (["user", "reveal", "x", "--purpose", "x"], 64, "per_01J"),
    (["org", "verify", "x", "--evidence", "x"], 64, "org_01J"), (["audit", "--person", "x"], 64, "per_"),
    (["audit", "--from", "yesterday"], 64, "RFC 3339"), (["audit", "--limit", "0"], 64, "--limit"),
    (["user", "disable", "per_00000000000000000000000000", "--reason", "x"], 3, "人员"),
    (
      ["user", "invite", "nobody", "--organisation", "org_00000000000000000000000000", "--role", "university"], 2,
      "login"
    ),
  ])
  func what_cannot_be_done_says_why(words: [String], status: Int32, said: String) async throws {
    try await TestDatabase.named { _, conninfo in
      let outcome = try await jiebang(on: conninfo).run(words)
      #expect(outcome.status == status && outcome.err.contains(said), "\(outcome.status) \(outcome.err)")
      #expect(outcome.out.isEmpty)
    }
  }

  @Test func a_token_is_narrowed_to_scopes_that_there_are() async throws {
    try await TestDatabase.named { database, conninfo in
      let program = try jiebang(on: conninfo)
      let organisation = try await program.run("org", "create", "示例企业甲", "--kind", "enterprise", "--region", "450300")
        .out
        .trimmingCharacters(in: .newlines)
      let good = try await program.run(
        "token", "create", "--organisation", organisation, "--role", "enterprise", "--label", "x", "--scope",
        "challenges:write", "--scope", "read")
      #expect(good.status == 0)
      let secret = good.out.trimmingCharacters(in: .newlines)
      #expect(try await Market(database).caller(secret: secret)?.scopes == ["challenges:write", "read"])
      #expect(try await program.run("token", "list").out.contains("challenges:write read"))
      let bad = try await program.run(
        "token", "create", "--organisation", organisation, "--role", "enterprise", "--label", "x", "--scope",
        "challenge:write")
      #expect(bad.status == 2 && bad.err.contains("challenges:write"))
    }
  }
}
