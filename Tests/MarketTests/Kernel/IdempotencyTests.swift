import Postgres
import TestSupport
import Testing

@testable import Market

/// A repeated request gets its first answer and has no second effect.
@Suite struct IdempotencyTests {
  struct Effect {
    let world: World
    let caller: Caller
    let key: String
    var request = Array("POST /x".utf8)

    /// Makes an achievement once, as the server does: look, act, keep. True when the answer was kept from before.
    func run(slowly: Bool = false) async throws -> (replayed: Bool, answer: StoredAnswer) {
      try await world.market.work(as: caller) { work in
        if let stored = try await work.answered(key, request: request) { return (true, stored) }
        let made = try await work.create(
          Achievement.self, Input(["title": .text("x"), "region": .text("450300")]),
          own: [("organisation", .reference(world.university.id.bits))])
        if slowly { try await Task.sleep(for: .milliseconds(30)) }
        let answer = StoredAnswer(
          status: 201, headers: ["location": made.id.text, "x": "成果\n\"q\""], body: Array("{\"é\":1}".utf8) + [0, 255])
        try await work.keep(answer, under: key, request: request)
        return (false, answer)
      }
    }
  }

  @Test func the_second_time_the_same_answer_is_given_byte_for_byte_and_nothing_is_done() async throws {
    try await World.with { world in
      let effect = Effect(world: world, caller: world.university.caller, key: "k")
      let first = try await effect.run(), before = try await world.fingerprint()
      let second = try await effect.run()
      #expect(!first.replayed && second.replayed && first.answer == second.answer)
      #expect(try await world.fingerprint() == before)
    }
  }

  @Test func another_request_under_the_same_key_is_refused_and_does_nothing() async throws {
    try await World.with { world in
      var effect = Effect(world: world, caller: world.university.caller, key: "k")
      _ = try await effect.run()
      let before = try await world.fingerprint()
      effect.request.append(32)
      let other = effect
      guard case .keyReused = try await refusal({ try await other.run() }) else {
        Testing.Issue.record("the key was taken again")
        return
      }
      #expect(try await world.fingerprint() == before)
    }
  }

  @Test func twenty_at_once_have_one_effect_and_the_others_are_told_to_wait_or_given_the_answer() async throws {
    for _ in 0..<2 {
      try await World.with { world in
        let effect = Effect(world: world, caller: world.university.caller, key: "k")
        let done = Shared(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<20 {
            group.addTask {
              do {
                if try await !effect.run(slowly: .random()).replayed { done.change { $0 += 1 } }
              } catch Refusal.keyInFlight {}
            }
          }
          try await group.waitForAll()
        }
        #expect(done.value == 1)
        #expect(try await world.rowCounts()["achievements"] == 1)
        #expect(try await world.rowCounts()["idempotency_keys"] == 1)
      }
    }
  }

  @Test func a_first_attempt_that_failed_leaves_the_key_free() async throws {
    try await World.with { world in
      struct Undo: Error {}
      let me = world.university.caller
      await #expect(throws: Undo.self) {
        try await world.market.work(as: me) { work in
          #expect(try await work.answered("k", request: [1]) == nil)
          try await work.keep(StoredAnswer(status: 200, headers: [:], body: []), under: "k", request: [1])
          throw Undo()
        }
      }
      let second = try await Effect(world: world, caller: me, key: "k").run()
      #expect(!second.replayed)
    }
  }

  @Test func the_keys_of_two_tokens_do_not_meet() async throws {
    try await World.with { world in
      let a = try await Effect(world: world, caller: world.university.caller, key: "k").run()
      let b = try await Effect(world: world, caller: world.enterprise.caller, key: "k").run()
      #expect(!a.replayed && !b.replayed)
    }
  }

  @Test func a_key_is_kept_for_a_day_and_then_free_for_anything() async throws {
    try await World.with { world in
      var effect = Effect(world: world, caller: world.university.caller, key: "k")
      _ = try await effect.run()
      _ = try await world.market.database.execute(
        "UPDATE idempotency_keys SET created_at = created_at - interval '23 hours 59 minutes'")
      #expect(try await effect.run().replayed)
      _ = try await world.market.database.execute(
        "UPDATE idempotency_keys SET created_at = created_at - interval '2 minutes'")
      effect.request = [1, 2, 3]
      #expect(try await !effect.run().replayed)
      #expect(try await effect.run().replayed)
    }
  }

  /// Two works that want the same two rows the other way round: one is run again inside, and each has had its effect once.
  @Test func a_work_that_lost_a_conflict_is_run_again_inside_and_has_one_effect_and_one_answer() async throws {
    try await World.with { world in
      let me = world.university.caller, runs = Shared(0), met = Shared(0)
      let rows = [try await world.achievement(.draft), try await world.achievement(.draft)]
      @Sendable func work(_ key: String, _ first: ID<Achievement>, _ second: ID<Achievement>) async throws
        -> StoredAnswer
      {
        try await world.market.work(as: me) { work in
          runs.change { $0 += 1 }
          if let stored = try await work.answered(key, request: [1]) { return stored }
          _ = try await work.edit(first, .object(["source": .string(key)]), version: nil)
          met.change { $0 += 1 }
          // Both hold one row before either asks for the other.
          while met.value < 2 { try await Task.sleep(for: .milliseconds(5)) }
          let edited = try await work.edit(second, .object(["source": .string(key)]), version: nil)
          let answer = StoredAnswer(status: 200, headers: [:], body: Array("\(key) \(edited.version)".utf8))
          try await work.keep(answer, under: key, request: [1])
          return answer
        }
      }
      async let one = work("a", rows[0], rows[1])
      async let two = work("b", rows[1], rows[0])
      let answers = try await [one, two]
      #expect(runs.value == 3, "one of the two was run again")
      let events = try await world.history(as: nil)
      #expect(events.count == 4 && events.allSatisfy { $0.action == "edit" })
      for row in rows {
        #expect(try await world.market.find(row, for: me).version == 3)
        #expect(events.filter { $0.objectID == row.bits }.map(\.version).sorted() == [2, 3])
      }
      let again = [try await work("a", rows[0], rows[1]), try await work("b", rows[1], rows[0])]
      #expect(again == answers)
      #expect(try await world.history(as: nil).count == 4)
    }
  }
}
