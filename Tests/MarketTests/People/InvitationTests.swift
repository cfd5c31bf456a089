import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct InvitationTests {
  private func invite(
    _ world: World, _ login: String, as caller: Caller, to party: World.Party? = nil, roles: [String] = ["university"]
  ) async throws -> (link: OneTimeLink, secret: String) {
    let organisation = (party ?? world.university).id
    return try await world.market.work(as: caller) { work in
      try await work.invite(
        Input([
          "login": .text(login), "organisation": .reference(organisation.bits), "roles": .texts(roles),
          "manager": .flag(false),
        ]))
    }
  }

  private func accept(
    _ world: World, _ secret: String, password: String = "correct horse battery", name: String? = "示例人员"
  )
    async throws -> Membership
  {
    try await world.market.acceptInvitation(
      Input(["secret": .text(secret), "name": name.map { .text($0) } ?? .null, "password": .text(password)]),
      address: "192.0.2.1")
  }

  private func isGone(_ refusal: Refusal) -> Bool { if case .notFound = refusal { true } else { false } }

  @Test func an_invitation_makes_an_account_once_with_a_password_of_ones_own() async throws {
    try await World.with { world in
      let (_, secret) = try await invite(world, "New.One@example.invalid", as: world.admin.caller)
      #expect(secret.hasPrefix("jb_inv_"))
      #expect(
        try await world.market.invitations(for: world.admin.caller).map(\.login?.masked) == ["n***@example.invalid"])
      let bad = try await refusal { try await accept(world, secret, password: "new.one2026") }
      #expect(bad.issues.map(\.code) == ["too_close"])
      let membership = try await accept(world, secret)
      #expect(
        membership.organisation == world.university.id && membership.roles == ["university"] && !membership.isManager)
      #expect(isGone(try await refusal { try await accept(world, secret) }), "once")
      let made = try await world.market.signIn(
        SignInRequest(login: "new.one@EXAMPLE.invalid", password: "correct horse battery", address: "192.0.2.1"))
      #expect(made.signIn.person == membership.person)
      #expect(try await world.market.invitations(for: world.admin.caller).isEmpty)
    }
  }

  @Test func of_two_who_come_with_one_invitation_one_gets_in() async throws {
    try await World.with { world in
      for round in 0..<5 {
        let (_, secret) = try await invite(world, "r\(round)@example.invalid", as: .system)
        let made = try await withThrowingTaskGroup(of: Bool.self) { group in
          for _ in 0..<2 {
            group.addTask {
              do {
                _ = try await accept(world, secret)
                return true
              } catch Refusal.notFound {
                return false
              } catch Refusal.wrongCredentials {
                return false
              } catch Refusal.conflict {
                return false
              }
            }
          }
          return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1, "round \(round)")
        #expect(
          try await world.market.database.query("SELECT FROM people WHERE login = \("r\(round)@example.invalid")").count
            == 1)
      }
    }
  }

  @Test func an_account_there_is_joins_with_its_own_password() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.university)
      let (_, secret) = try await invite(world, who.login, as: .system, to: world.enterprise, roles: ["enterprise"])
      let wrong = try await refusal { try await accept(world, secret, password: "quite another one") }
      #expect(SignInTests.isWrong(wrong))
      let membership = try await accept(world, secret, name: nil)
      #expect(membership.person == who.id && membership.organisation == world.enterprise.id)
      #expect(try await world.market.database.query("SELECT FROM people").count == 1)
    }
  }

  @Test func a_link_ends_and_can_be_taken_back() async throws {
    try await World.with { world in
      let (link, taken) = try await invite(world, "a@example.invalid", as: .system)
      try await world.market.work(as: world.admin.caller) { try await $0.withdrawInvitation(link.id) }
      #expect(isGone(try await refusal { try await accept(world, taken) }))
      let (_, late) = try await invite(world, "b@example.invalid", as: .system)
      try await world.advance(days: 8)
      #expect(isGone(try await refusal { try await accept(world, late) }))
      for nothing in ["", "jb_inv_x", taken.replacing("jb_inv_", with: "jb_rst_")] {
        #expect(isGone(try await refusal { try await accept(world, nothing) }))
      }
    }
  }

  @Test func a_manager_gives_what_acts_for_the_organisation_itself_and_nothing_else() async throws {
    try await World.with { world in
      let manager = try await world.person(in: world.university, manager: true).caller
      let member = try await world.person(in: world.university).caller
      _ = try await invite(world, "ok@example.invalid", as: manager)
      for (caller, party, role) in [
        (manager, world.university, "operator"), (manager, world.university, "admin"),
        (manager, world.enterprise, "enterprise"),
        (member, world.university, "university"), (world.university.caller, world.university, "university"),
        (world.operator.caller, world.university, "university"), (.anonymous, world.university, "university"),
      ] {
        let refused = try await refusal {
          try await invite(world, "x@example.invalid", as: caller, to: party, roles: [role])
        }
        guard case .forbidden = refused else {
          Testing.Issue.record("\(caller.roleName) gave \(role): \(refused)")
          continue
        }
      }
    }
  }

  @Test func nobody_gives_roles_to_themselves() async throws {
    try await World.with { world in
      let admin = try await world.person(in: world.admin)
      let input = Input([
        "person": .reference(admin.id.bits), "organisation": .reference(world.operator.id.bits),
        "roles": .texts(["operator"]),
      ])
      let refused = try await refusal { try await world.market.work(as: admin.caller) { try await $0.appoint(input) } }
      #expect(refused.issues.map(\.code) == ["self_grant"])
      let other = try await world.person(in: world.admin)
      #expect(try await world.market.work(as: other.caller) { try await $0.appoint(input) }.roles == ["operator"])
    }
  }

  @Test func a_reset_works_once_ends_every_sign_in_and_leaves_the_second_factor() async throws {
    try await World.with { world in
      let who = try await world.person(in: world.operator)
      let made = try await world.market.signIn(SignInTests.request(who))
      let caller = try #require(try await world.market.caller(secret: made.secret))
      _ = try await SecondFactorTests.enrol(world, caller)
      let first = try await world.market.work(as: .system) { try await $0.offerPasswordReset(of: who.id).secret }
      let second = try await world.market.work(as: .system) { try await $0.offerPasswordReset(of: who.id).secret }
      #expect(
        isGone(try await refusal { try await world.market.resetPassword(secret: first, new: "quite another one") }))
      try await world.market.resetPassword(secret: second, new: "quite another one")
      #expect(
        isGone(try await refusal { try await world.market.resetPassword(secret: second, new: "quite another one") }))
      #expect(try await world.market.caller(secret: made.secret) == nil)
      guard
        case .secondFactorNeeded = try await refusal({
          try await world.market.signIn(SignInTests.request(who, password: "quite another one"))
        })
      else {
        Testing.Issue.record("the second factor went with the password")
        return
      }
    }
  }

  @Test func a_manager_resets_their_own_people_and_not_those_with_a_place_elsewhere() async throws {
    try await World.with { world in
      let manager = try await world.person(in: world.university, manager: true).caller
      let own = try await world.person(in: world.university), foreign = try await world.person(in: world.enterprise)
      let both = try await world.person(in: world.university)
      try await world.join(both.id, world.operator, .operator)
      func reset(_ id: ID<Person>) async throws {
        _ = try await world.market.work(as: manager) { try await $0.offerPasswordReset(of: id).link }
      }
      try await reset(own.id)
      guard case .forbidden = try await refusal({ try await reset(both.id) }) else {
        Testing.Issue.record("took over an operator")
        return
      }
      #expect(isGone(try await refusal { try await reset(foreign.id) }))
    }
  }

  @Test func a_fresh_deployment_has_one_way_in_and_it_closes() async throws {
    try await TestDatabase.with { database in
      let market = try await Market(database, scrypt: .cheap)
      let old = try #require(try await market.setUpSecret()), new = try #require(try await market.setUpSecret())
      func setUp(_ secret: String) async throws -> Membership {
        try await market.setUp(
          Input([
            "secret": .text(secret), "organisation_name": .text("示例平台"), "region": .text("450300"),
            "uscc": .null, "name": .text("示例人员"), "login": .text("13800000000"),
            "password": .text("correct horse battery"),
          ]))
      }
      #expect(isGone(try await refusal { try await setUp(old) }), "a restart makes a new one")
      let membership = try await setUp(new)
      #expect(membership.roles == ["admin"] && membership.isManager)
      #expect(isGone(try await refusal { try await setUp(new) }))
      #expect(try await market.setUpSecret() == nil)
      let made = try await market.signIn(
        SignInRequest(login: "138 0000 0000", password: "correct horse battery", address: "192.0.2.1"))
      #expect(made.signIn.owesSecondFactor)
    }
  }
}
