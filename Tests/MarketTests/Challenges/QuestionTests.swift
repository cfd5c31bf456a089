import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct QuestionTests {
  @Test func everybody_can_do_exactly_what_the_question_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<Question>(
        world: world,
        specification: Specification("asked answer poster -> answered\nasked withdraw asker -> withdrawn"),
        standing: ["university": "asker", "enterprise": "poster"],
        sees: { name, state in
          switch state {
          case "asked": ["university", "enterprise", "operator", "supervisor", "admin", "system"].contains(name)
          case "answered": true
          default: ["university", "system"].contains(name)
          }
        },
        inputs: ["answer": .object(["answer": .string("示例答复")])], make: { try await world.question($0) }
      ).run()
    }
  }

  @Test func nobody_learns_who_asked_not_even_the_poster_and_the_platform() async throws {
    try await World.with { world in
      let id = try await world.question(.asked)
      func shown(_ caller: Caller) async throws -> String {
        String(decoding: try await world.market.find(id, for: caller).json(for: caller), as: UTF8.self)
      }
      let asker = world.university.id.text
      #expect(try await shown(world.university.caller).contains(asker))
      for caller in [world.enterprise.caller, world.operator.caller, world.admin.caller] {
        #expect(try await !shown(caller).contains(asker))
      }
      try await world.move(id, .answer, .object(["answer": .string("示例答复")]), as: world.enterprise.caller)
      #expect(try await !shown(.anonymous).contains(asker))
      for event in try await world.history(as: world.enterprise.caller) where event.objectID == id.bits {
        var json = JSONWriter()
        event.write(into: &json)
        #expect(!String(decoding: json.bytes, as: UTF8.self).contains(asker))
      }
    }
  }

  @Test func questions_and_answers_are_over_at_the_deadline_whatever_the_state_says() async throws {
    try await World.with { world in
      let id = try await world.question(.asked)
      let challenge = try await world.market.find(id, for: .system).challenge
      func ask(_ party: World.Party) async throws -> Question {
        try await world.market.work(as: party.caller) { work in
          try await work.ask(about: challenge, Input(["question": .text("示例问题")]))
        }
      }
      #expect(try await ask(world.rival).state == .asked)
      #expect(try await refusal { try await ask(world.enterprise) }.conflictCode == "own_challenge")
      try await world.place("UPDATE challenges SET closes_at = market_now() WHERE id = \(challenge)")
      #expect(try await refusal { try await ask(world.rival) }.conflictCode == "challenge_closed")
      let late = try await refusal {
        try await world.move(id, .answer, .object(["answer": .string("x")]), as: world.enterprise.caller)
      }
      #expect(late.conflictCode == "challenge_closed")
      #expect(try await world.market.find(id, for: .system).answer == nil)
    }
  }
}
