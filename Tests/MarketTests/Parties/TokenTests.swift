import Market
import Postgres
import TestSupport
import Testing

@Suite struct TokenTests {
  @Test func a_secret_stands_for_its_organisation_and_role_until_it_is_revoked_or_over() async throws {
    try await World.with { world in
      let party = world.university
      let caller = try #require(try await world.market.caller(secret: party.secret))
      #expect(caller == party.caller && caller.role == .university && caller.organisation == party.id)
      let token = try #require(caller.token)
      let first = try await world.market.revoke(token), second = try await world.market.revoke(token)
      #expect(first && !second, "once is enough")
      #expect(try await world.market.caller(secret: party.secret) == nil)
      try await world.advance(days: 366)
      #expect(try await world.market.caller(secret: world.enterprise.secret) == nil)
    }
  }

  @Test(arguments: ["", "jb_pat_", "jb_pat_x", "Bearer x", "' OR true --", "jb_pat_\u{0}", "成果"])
  func what_is_no_secret_stands_for_nobody(secret: String) async throws {
    try await World.with { world in
      let caller = try await world.market.caller(secret: secret)
      #expect(caller == nil)
    }
  }

  @Test func a_secret_is_long_new_each_time_and_nowhere_in_the_database() async throws {
    try await World.with { world in
      let secrets = world.everybody.map(\.1.secret)
      #expect(Set(secrets).count == secrets.count)
      for secret in secrets {
        #expect(secret.hasPrefix("jb_pat_") && secret.utf8.count >= 7 + 43)
        let kept = try await world.market.database.query(
          "SELECT FROM tokens WHERE strpos(tokens::text, \(String(secret.dropFirst(7)))) > 0")
        #expect(kept.isEmpty)
      }
    }
  }

  @Test func no_token_holds_longer_than_a_year_or_shorter_than_a_day() async throws {
    try await World.with { world in
      for (asked, given) in [(10_000, 366), (-5, 1), (30, 30)] {
        let token = try await world.market.work(as: .system) { work in
          try await work.issueToken(for: world.university.id, role: .university, label: "x", days: asked).token
        }
        #expect(token.expiresAt >= token.createdAt.adding(seconds: Int64(given) * 86_400 - 60))
        #expect(token.expiresAt <= token.createdAt.adding(seconds: Int64(given) * 86_400 + 60))
      }
    }
  }
}
