import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct SignInTests {
  static func request(
    _ who: World.Somebody, password: String? = nil, code: String? = nil, device: String? = nil,
    address: String = "192.0.2.1",
    role: Role? = nil, membership: ID<Membership>? = nil
  ) -> SignInRequest {
    SignInRequest(
      login: who.login, password: password ?? who.password, code: code, membership: membership, role: role,
      device: device, address: address)
  }

  static func isWrong(_ refusal: Refusal) -> Bool { if case .wrongCredentials = refusal { true } else { false } }
  static func isBlocked(_ refusal: Refusal) -> Bool { if case .tooManyFailures = refusal { true } else { false } }

  @Test func a_right_password_opens_a_sign_in_that_stands_for_the_person_until_it_ends() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let made = try await world.market.signIn(Self.request(who))
      #expect(made.secret.hasPrefix("jb_ses_") && made.signIn.factor == "password" && made.signIn.role == .university)
      let caller = try #require(try await world.market.caller(secret: made.secret))
      #expect(
        caller.person == who.id && caller.organisation == world.university.id && caller.acts(for: world.university.id))
      #expect(caller.affiliations == [world.university.id] && !caller.isManager && caller.token == nil)
      #expect(try await world.market.signIns(of: who.id).map(\.id) == [made.signIn.id])
      try await world.market.work(as: caller) { work in try await work.endSignIn(made.signIn.id, of: who.id) }
      #expect(try await world.market.caller(secret: made.secret) == nil)
      #expect(try await world.market.signIns(of: who.id).isEmpty)
    }
  }

  @Test func nobody_learns_whether_a_login_exists() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let shut = try await world.person(in: world.university)
      try await world.place("UPDATE people SET status = 'disabled' WHERE id = \(shut.id)")
      for request in [
        Self.request(who, password: "not the password"), Self.request(shut),
        SignInRequest(login: "nobody@example.invalid", password: who.password, address: "192.0.2.9"),
        SignInRequest(login: "no login at all", password: who.password, address: "192.0.2.9"),
      ] {
        let refused = try await refusal { try await world.market.signIn(request) }
        #expect(Self.isWrong(refused), "\(request.login)")
      }
    }
  }

  @Test func a_sign_in_ends_when_it_is_idle_and_when_it_has_lasted_long_enough() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let idle = try await world.market.signIn(Self.request(who))
      try await world.advance(days: 0, seconds: 29 * 60)
      #expect(try await world.market.caller(secret: idle.secret) != nil, "used within the half hour")
      try await world.advance(days: 0, seconds: 29 * 60)
      #expect(try await world.market.caller(secret: idle.secret) != nil, "which counts from the last use")
      try await world.advance(days: 0, seconds: 31 * 60)
      #expect(try await world.market.caller(secret: idle.secret) == nil)
      let busy = try await world.market.signIn(Self.request(who))
      var lasted = 0
      while try await world.market.caller(secret: busy.secret) != nil {
        try await world.advance(days: 0, seconds: 20 * 60)
        lasted += 20
        guard lasted < 2000 else { break }
      }
      #expect(lasted == 12 * 60)
    }
  }

  @Test func a_use_is_put_down_once_a_minute() async throws {
    try await World.with { world in
      func used() async throws -> Instant? {
        try await world.market.tokens().first { $0.id == world.university.caller.token }?.lastUsedAt
      }
      #expect(try await used() == nil)
      _ = try await world.market.caller(secret: world.university.secret)
      let first = try #require(try await used())
      _ = try await world.market.caller(secret: world.university.secret)
      #expect(try await used() == first)
      try await world.advance(days: 0, seconds: 61)
      _ = try await world.market.caller(secret: world.university.secret)
      #expect(try #require(try await used()) > first)
    }
  }

  @Test func one_membership_is_acted_as_at_a_time_and_ends_what_was_opened_with_it() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let second = try await world.join(who.id, world.enterprise, .enterprise)
      let as1 = try await world.market.signIn(Self.request(who, membership: who.membership))
      let as2 = try await world.market.signIn(Self.request(who, role: .enterprise))
      let first = try #require(try await world.market.caller(secret: as1.secret))
      let other = try #require(try await world.market.caller(secret: as2.secret))
      #expect(first.organisation == world.university.id && other.organisation == world.enterprise.id)
      #expect(Set(first.affiliations) == [world.university.id, world.enterprise.id])
      for wrong in [
        Self.request(who, role: .operator), Self.request(who, membership: ID()),
        Self.request(who, role: .enterprise, membership: who.membership),
      ] {
        guard case .forbidden = try await refusal({ try await world.market.signIn(wrong) }) else {
          Testing.Issue.record("a membership or role that is not theirs")
          return
        }
      }
      try await world.move(second, .end, .object(["reason": .string("示例理由")]), as: .system)
      #expect(try await world.market.caller(secret: as2.secret) == nil)
      #expect(try await world.market.caller(secret: as1.secret)?.affiliations == [world.university.id])
    }
  }

  @Test func a_disabled_account_is_out_at_once_with_its_tokens() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let made = try await world.market.signIn(Self.request(who))
      let caller = try #require(try await world.market.caller(secret: made.secret))
      let token = try await world.market.work(as: caller) { work in
        try await work.issueOwnToken(Input(["label": .text("x")]), scopes: nil).secret
      }
      #expect(try await world.market.caller(secret: token)?.person == who.id)
      try await world.move(who.id, .disable, .object(["reason": .string("示例理由")]), as: world.admin.caller)
      #expect(try await world.market.caller(secret: made.secret) == nil)
      #expect(try await world.market.caller(secret: token) == nil)
    }
  }

  @Test func a_token_makes_no_token_and_changes_no_factor() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let byToken = Caller(
        person: who.id, token: ID<Token>(), organisation: world.university.id, role: .university)
      for refused in [
        try await refusal {
          try await world.market.work(as: byToken) { try await $0.issueOwnToken(Input(), scopes: nil).secret }
        },
        try await refusal {
          try await world.market.work(as: byToken) { try await $0.enrolSecondFactor(code: nil).uri }
        },
        try await refusal {
          try await world.market.changePassword(byToken, current: who.password, new: "a new long one", address: "")
        },
      ] {
        guard case .forbidden = refused else {
          Testing.Issue.record("\(refused)")
          return
        }
      }
    }
  }

  @Test func a_password_is_hashed_anew_when_its_cost_has_risen() async throws {
    try await TestDatabase.with { database in
      let world = try await World(database)
      let who = try await world.person(in: world.university)
      let dearer = try await Market(database, scrypt: Scrypt(cost: 6))
      func kept() async throws -> Scrypt? {
        try await database.query("SELECT phc FROM passwords WHERE person = \(who.id)").first.flatMap {
          PasswordHash(phc: try $0.get(0))?.scrypt
        }
      }
      #expect(try await kept() == .cheap)
      _ = try await dearer.signIn(Self.request(who))
      #expect(try await kept() == Scrypt(cost: 6))
      _ = try await Market(database, scrypt: .cheap).signIn(Self.request(who))
      #expect(try await kept() == Scrypt(cost: 6), "and never more cheaply")
    }
  }

  @Test func changing_a_password_needs_the_present_one_and_ends_the_other_sign_ins() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let here = try await world.market.signIn(Self.request(who)),
        there = try await world.market.signIn(Self.request(who))
      let caller = try #require(try await world.market.caller(secret: here.secret))
      let wrong = try await refusal {
        try await world.market.changePassword(caller, current: "no", new: "quite another one", address: "192.0.2.1")
      }
      #expect(Self.isWrong(wrong))
      let bad = try await refusal {
        try await world.market.changePassword(caller, current: who.password, new: "password12", address: "192.0.2.1")
      }
      #expect(bad.issues.map(\.code) == ["too_common"])
      try await world.market.changePassword(
        caller, current: who.password, new: "quite another one", address: "192.0.2.1")
      #expect(try await world.market.caller(secret: here.secret) != nil)
      #expect(try await world.market.caller(secret: there.secret) == nil)
      #expect(Self.isWrong(try await refusal { try await world.market.signIn(Self.request(who)) }))
      _ = try await world.market.signIn(Self.request(who, password: "quite another one"))
    }
  }
}
