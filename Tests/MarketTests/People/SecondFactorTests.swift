import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct SecondFactorTests {
  /// Enrols somebody who has signed in.
  /// - Returns: the authenticator's secret and the recovery codes.
  static func enrol(_ world: World, _ caller: Caller) async throws -> (secret: [UInt8], recovery: [String]) {
    let begun = try await world.market.work(as: caller) { work in try await work.enrolSecondFactor(code: nil).secret }
    let secret = try #require(Base32.decode(begun))
    let recovery = try await world.market.work(as: caller) { work in
      try await work.confirmSecondFactor(code: OneTimeCode.code(secret: secret, step: try await step(work)))
    }
    return (secret, recovery)
  }

  private static func step(_ work: Work) async throws -> Int64 {
    try await work.tx.query("SELECT extract(epoch FROM clock_timestamp())::bigint / 30").first!.get(0)
  }

  /// The code of the step after the one that enrolling has used up.
  static func next(_ world: World, _ secret: [UInt8]) async throws -> String {
    try await world.market.work(as: .system) { work in
      OneTimeCode.code(secret: secret, step: try await step(work) + 1)
    }
  }

  private func enrolled(_ world: World, _ party: World.Party) async throws -> (
    who: World.Somebody, secret: [UInt8], recovery: [String]
  ) {
    let who = try await world.person(in: party)
    let made = try await world.market.signIn(SignInTests.request(who))
    let caller = try #require(try await world.market.caller(secret: made.secret))
    let (secret, recovery) = try await Self.enrol(world, caller)
    return (who, secret, recovery)
  }

  @Test func who_decides_for_others_may_do_nothing_before_the_second_factor() async throws {
    try await World.with { world in
      for party in [world.operator, world.supervisor, world.registry, world.admin] {
        let who = try await world.person(in: party)
        let made = try await world.market.signIn(SignInTests.request(who))
        let caller = try #require(try await world.market.caller(secret: made.secret))
        #expect(made.signIn.owesSecondFactor && caller.owesSecondFactor)
        #expect(caller.role == nil && caller.organisation == nil && caller.standing(parties: []).isEmpty)
        _ = try await Self.enrol(world, caller)
        let after = try #require(try await world.market.caller(secret: made.secret))
        #expect(after.role == party.caller.role && after.organisation == party.id && !after.owesSecondFactor)
      }
      for party in [world.university, world.enterprise, world.reviewer] {
        let who = try await world.person(in: party)
        #expect(try await world.market.signIn(SignInTests.request(who)).signIn.owesSecondFactor == false)
      }
    }
  }

  @Test func a_code_is_asked_for_once_there_is_a_factor_and_is_good_once() async throws {
    try await World.with { world in
      let (who, secret, _) = try await enrolled(world, world.operator)
      guard case .secondFactorNeeded = try await refusal({ try await world.market.signIn(SignInTests.request(who)) })
      else {
        Testing.Issue.record("no code was asked for")
        return
      }
      let code = try await Self.next(world, secret)
      let made = try await world.market.signIn(SignInTests.request(who, code: code))
      #expect(made.signIn.factor == "totp")
      let replayed = try await refusal { try await world.market.signIn(SignInTests.request(who, code: code)) }
      #expect(SignInTests.isWrong(replayed))
      let wrongPassword = try await refusal {
        try await world.market.signIn(SignInTests.request(who, password: "not the password", code: code))
      }
      #expect(SignInTests.isWrong(wrongPassword))
    }
  }

  @Test func of_two_who_come_with_one_recovery_code_one_gets_in() async throws {
    try await World.with { world in
      let (who, _, recovery) = try await enrolled(world, world.operator)
      #expect(Set(recovery).count == 10)
      for round in 0..<4 {
        let code = recovery[round]
        let got = try await withThrowingTaskGroup(of: Bool.self) { group in
          for _ in 0..<2 {
            group.addTask {
              do {
                return try await world.market.signIn(SignInTests.request(who, code: code.lowercased())).signIn.factor
                  == "recovery_code"
              } catch Refusal.wrongCredentials { return false }
            }
          }
          return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(got == 1, "round \(round)")
      }
      let kept = try await world.market.database.query("SELECT r::text FROM recovery_codes r")
      for row in kept {
        let text: String = try row.get(0)
        #expect(!recovery.contains { text.contains($0) || text.contains($0.replacing("-", with: "")) })
      }
    }
  }

  @Test func a_new_factor_needs_the_old_one_and_takes_its_place_by_its_first_code() async throws {
    try await World.with { world in
      let (who, secret, recovery) = try await enrolled(world, world.university)
      let code = try await Self.next(world, secret)
      let made = try await world.market.signIn(SignInTests.request(who, code: code))
      let caller = try #require(try await world.market.caller(secret: made.secret))
      guard
        case .secondFactorNeeded = try await refusal({
          try await world.market.work(as: caller) { work in try await work.enrolSecondFactor(code: nil).uri }
        })
      else {
        Testing.Issue.record("the present factor was not asked for")
        return
      }
      _ = try await world.market.work(as: caller) { work in try await work.enrolSecondFactor(code: recovery[0]).uri }
      // Begun is not done: the old one still guards the account.
      guard case .secondFactorNeeded = try await refusal({ try await world.market.signIn(SignInTests.request(who)) })
      else {
        Testing.Issue.record("the account stood open meanwhile")
        return
      }
      let wrong = try await refusal {
        try await world.market.work(as: caller) { work in try await work.confirmSecondFactor(code: "000000") }
      }
      #expect(wrong.issues.map(\.code) == ["wrong_code"])
    }
  }

  @Test func what_is_kept_of_a_factor_is_sealed() async throws {
    try await World.with { world in
      let (_, secret, _) = try await enrolled(world, world.operator)
      let sealed = try await world.market.database.query("SELECT sealed FROM second_factors").first!.get(
        0, as: Bytea.self)
      #expect(!sealed.bytes.hex.contains(secret.hex) && sealed.bytes.count == secret.count + 12 + 16)
    }
  }

  @Test func whoever_keeps_the_machine_takes_a_lost_factor_off() async throws {
    try await World.with { world in
      let (who, _, _) = try await enrolled(world, world.operator)
      guard
        case .forbidden = try await refusal({
          try await world.market.work(as: world.admin.caller) { try await $0.takeOffSecondFactor(of: who.id) }
        })
      else {
        Testing.Issue.record("the API could")
        return
      }
      try await world.market.work(as: .system) { try await $0.takeOffSecondFactor(of: who.id) }
      #expect(try await world.market.signIn(SignInTests.request(who)).signIn.owesSecondFactor)
    }
  }
}
