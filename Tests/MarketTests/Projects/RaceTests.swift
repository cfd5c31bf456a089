import Postgres
import TestSupport
import Testing

@testable import Market

/// 赛马制.
@Suite struct RaceTests {
  private static let cost: JSONValue = .object([
    "approved_cost": .object(["amount": .string("1000.00"), "currency": .string("CNY")]), "reason": .string("进度落后"),
  ])

  @Test func the_weaker_is_eliminated_at_a_gate_with_its_cost_and_the_survivor_goes_to_acceptance() async throws {
    try await World.with { world in
      let id = try await world.project(.executing, raced: true)
      let challenge = try await world.market.find(id, for: .system).challenge
      let other = try #require(try await world.projects(of: challenge).first { $0.id != id })
      let noGate = try await refusal {
        try await world.move(other.id, .eliminate, Self.cost, as: world.supervisor.caller)
      }
      #expect(noGate.issues.map(\.code) == ["no_gate"])
      _ = try await world.milestone(.failed, of: other.id)
      let running = try await refusal {
        try await world.move(id, .deliver, World.delivery, as: world.university.caller)
      }
      #expect(running.issues.map(\.code) == ["race_open"])
      let dear = try await refusal {
        try await world.move(
          other.id, .eliminate,
          .object([
            "approved_cost": .object(["amount": .string("800000.01"), "currency": .string("CNY")]),
            "reason": .string("进度落后"),
          ]), as: world.supervisor.caller)
      }
      #expect(dear.issues.map(\.code) == ["above_price"])
      let gone = try await world.move(other.id, .eliminate, Self.cost, as: world.supervisor.caller)
      #expect(gone.state == .eliminated && gone.approvedCost == Money(fen: 100_000) && gone.reason == "进度落后")
      #expect(try await world.state(of: challenge) == .executing, "one still runs")
      let last = try await refusal { try await world.move(id, .eliminate, Self.cost, as: world.supervisor.caller) }
      #expect(last.issues.map(\.code) == ["no_race"])
      try await world.move(id, .deliver, World.delivery, as: world.university.caller)
      #expect(try await world.state(of: challenge) == .acceptance)
    }
  }

  @Test func two_eliminations_at_once_leave_one_of_two() async throws {
    for _ in 0..<8 {
      try await World.with { world in
        let id = try await world.project(.executing, raced: true)
        let challenge = try await world.market.find(id, for: .system).challenge
        let both = try await world.projects(of: challenge).map(\.id)
        for each in both { _ = try await world.milestone(.failed, of: each) }
        let done = await withTaskGroup(of: Bool.self) { group in
          for each in both {
            group.addTask {
              (try? await world.move(each, .eliminate, Self.cost, as: world.supervisor.caller)) != nil
            }
          }
          return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(done == 1)
        #expect(try await world.projects(of: challenge).count { $0.state == .executing } == 1)
      }
    }
  }

  @Test func a_race_has_a_gate_in_its_plan() async throws {
    try await World.with { world in
      let id = try await world.project(.contracted, raced: true)
      let endsOn = try #require(try await world.market.find(id, for: .system).endsOn)
      let refused = try await refusal {
        try await world.move(
          id, .plan, try await world.plan(endsOn: endsOn, gate: false), as: world.university.caller)
      }
      #expect(refused.issues.map(\.code) == ["gate_missing"])
      try await world.move(id, .plan, try await world.plan(endsOn: endsOn), as: world.university.caller)
    }
  }

  /// Every challenge with up to three projects, in every mixture of states, comes to rest where the best of them is.
  @Test func a_challenge_comes_as_far_as_its_projects() {
    let states = Project.State.allCases
    var mixtures = states.map { [$0] }
    mixtures += states.flatMap { a in states.map { [a, $0] } }
    mixtures += states.flatMap { a in states.flatMap { b in states.map { [a, b, $0] } } }
    for projects in mixtures {
      var state = Challenge.State.awarded, steps = 0
      while let action = Challenge.step(from: state, projects: projects), steps < 10 {
        guard let row = Challenge.workflow.rows(from: state, action).first else {
          Testing.Issue.record("\(projects): \(state) has no \(action)")
          return
        }
        (state, steps) = (row.to, steps + 1)
      }
      let winners = projects.filter { $0 != .forfeited }
      let expected: Challenge.State
      if winners.isEmpty || winners.contains(.awarded) {
        expected = .awarded
      } else if winners.allSatisfy({ $0 == .contracted }) {
        expected = .contracted
      } else if winners.contains(where: { $0 == .contracted || $0 == .executing }) {
        expected = .executing
      } else if winners.contains(.acceptance) {
        expected = .acceptance
      } else if winners.contains(.completed) {
        expected = .completed
      } else if winners.contains(.concluded) {
        expected = .concludedWithDiligence
      } else if winners.contains(.failed) {
        expected = .failed
      } else {
        expected = .terminated
      }
      #expect(state == expected, "\(projects)")
    }
  }
}
