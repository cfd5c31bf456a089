import Postgres
import TestSupport
import Testing

@testable import Market

/// Guessing is slowed down by account and by address; the rightful owner is not.
@Suite struct LockoutTests {
  private func guess(_ world: World, _ login: String, from address: String, device: String? = nil) async throws
    -> Refusal
  {
    try await refusal {
      try await world.market.signIn(
        SignInRequest(login: login, password: "not the password", device: device, address: address))
    }
  }

  @Test func strangers_who_guess_wait_and_the_owner_in_a_known_place_does_not() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let home = try await world.market.signIn(SignInTests.request(who, address: "192.0.2.1"))
      for i in 0..<5 {
        #expect(SignInTests.isWrong(try await guess(world, who.login, from: "198.51.100.\(i)")), "guess \(i)")
      }
      #expect(SignInTests.isWrong(try await guess(world, who.login, from: "198.51.100.5")))
      // From now on strangers wait, whatever they know and wherever they are.
      #expect(SignInTests.isBlocked(try await guess(world, who.login, from: "198.51.100.99")))
      let right = try await refusal { try await world.market.signIn(SignInTests.request(who, address: "203.0.113.7")) }
      #expect(SignInTests.isBlocked(right), "the right password from nowhere known is not looked at either")
      // The owner comes in from the address of before, and from anywhere with the device of before.
      _ = try await world.market.signIn(SignInTests.request(who, address: "192.0.2.1"))
      _ = try await world.market.signIn(SignInTests.request(who, device: home.device, address: "203.0.113.8"))
      #expect(try await world.market.caller(secret: home.secret) != nil, "and what was open stays open")
    }
  }

  @Test func a_known_place_has_a_count_of_its_own() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      _ = try await world.market.signIn(SignInTests.request(who, address: "192.0.2.1"))
      var outcomes: [Bool] = []
      for _ in 0..<8 { outcomes.append(SignInTests.isBlocked(try await guess(world, who.login, from: "192.0.2.1"))) }
      #expect(!outcomes.prefix(6).contains(true) && outcomes.last == true, "there too a guesser waits")
      #expect(
        SignInTests.isWrong(try await guess(world, who.login, from: "198.51.100.1")), "and strangers are counted apart")
    }
  }

  @Test func an_address_that_tries_many_logins_waits() async throws {
    try await World.with { world in
      var tried = 0
      while tried < 40,
        !SignInTests.isBlocked(try await guess(world, "p\(tried)@example.invalid", from: "198.51.100.1"))
      {
        tried += 1
      }
      #expect(tried == 21, "twenty are free, the next is answered and then it waits")
      #expect(SignInTests.isWrong(try await guess(world, "q@example.invalid", from: "198.51.100.2")))
    }
  }

  @Test func a_login_that_nobody_has_is_blocked_like_any_other() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      var patterns: [[Bool]] = []
      for login in [who.login, "nobody@example.invalid"] {
        var pattern: [Bool] = []
        for i in 0..<8 { pattern.append(SignInTests.isBlocked(try await guess(world, login, from: "198.51.100.\(i)"))) }
        patterns.append(pattern)
      }
      #expect(patterns[0] == patterns[1] && patterns[0].contains(true))
    }
  }

  @Test func many_guesses_at_once_are_counted_each() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let looked = try await withThrowingTaskGroup(of: Bool.self) { group in
        for i in 0..<30 {
          group.addTask { SignInTests.isWrong(try await guess(world, who.login, from: "198.51.100.\(i)")) }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(looked == 6, "no more passwords are looked at than one after the other")
    }
  }

  @Test func what_is_kept_of_failures_names_nobody() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      _ = try await world.market.signIn(SignInTests.request(who, address: "192.0.2.1"))
      _ = try await guess(world, who.login, from: "198.51.100.1")
      let rows = try await world.market.database.query(
        "SELECT f::text FROM failed_sign_ins f UNION ALL SELECT k.place::text FROM known_places k")
      #expect(rows.count >= 4)
      for row in rows {
        let text: String = try row.get(0)
        #expect(!text.contains("198.51") && !text.contains("192.0.2") && !text.contains("example"))
      }
    }
  }
}
