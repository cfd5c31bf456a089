import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct DemandWorkflowTests {
  @Test(arguments: [1, 2, 3])
  func everybody_can_do_exactly_what_the_demand_table_says_in_every_state(confidentiality: Int) async throws {
    try await World.with { world in
      try await WorkflowTrial<Demand>(
        world: world,
        specification: Specification(
          """
          draft edit poster -> draft
          draft submit poster -> submitted
          submitted screen operator -> screening
          submitted decline operator -> declined
          screening decline operator -> declined
          declined revise poster -> draft
          screening shortlist operator -> shortlisted
          shortlisted consolidate system -> consolidated
          shortlisted convert system -> converted
          draft withdraw poster -> withdrawn
          submitted withdraw poster -> withdrawn
          screening withdraw poster -> withdrawn
          declined withdraw poster -> withdrawn
          shortlisted withdraw poster -> withdrawn
          """),
        standing: ["enterprise": "poster", "operator": "operator", "supervisor": "supervisor", "system": "system"],
        sees: { name, state in
          if ["enterprise", "operator", "supervisor", "admin", "system"].contains(name) { return true }
          if state == "screening" { return name == "reviewer" }
          let isKnown = ["shortlisted", "consolidated", "converted"].contains(state)
          return isKnown && confidentiality < 3
        },
        inputs: [
          "decline": .object(["decline_reason": .string("unclear"), "advice": .string("请补充检测方法")]),
          "withdraw": aReason,
        ],
        make: { try await world.demand($0, confidentiality: confidentiality) }
      ).run()
    }
  }

  @Test(arguments: [false, true])
  func everybody_can_do_exactly_what_the_call_table_says_in_every_state(isOver: Bool) async throws {
    try await World.with { world in
      try await WorkflowTrial<DemandCall>(
        world: world,
        specification: Specification(
          """
          draft edit operator,supervisor -> draft
          draft open operator,supervisor -> open
          open close operator,system -> closed
          closed consolidate operator -> consolidated
          """),
        standing: ["operator": "operator", "supervisor": "supervisor", "system": "system"],
        sees: { name, state in
          state != "draft" || ["operator", "supervisor", "admin", "system"].contains(name)
        },
        blocked: isOver ? [] : ["open close"], make: { try await world.demandCall($0, isOver: isOver) }
      ).run()
    }
  }

  @Test func everybody_can_do_exactly_what_the_consult_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<ConsultRequest>(
        world: world,
        specification: Specification(
          """
          open edit asker -> open
          open refer operator -> open
          open answer adviser,operator -> answered
          open close asker -> closed
          answered close asker -> closed
          """),
        standing: ["enterprise": "asker", "university": "adviser", "operator": "operator", "supervisor": "supervisor"],
        sees: { name, _ in
          ["enterprise", "university", "operator", "supervisor", "admin", "system"].contains(name)
        },
        inputs: [
          "refer": .object(["adviser": .string(world.rival.id.text)]), "answer": .object(["answer": .string("示例答复")]),
        ], make: { try await world.consultRequest($0) }
      ).run()
    }
  }

  @Test func everybody_can_do_exactly_what_the_chain_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<Chain>(
        world: world,
        specification: Specification(
          """
          draft edit operator,supervisor -> draft
          published edit operator,supervisor -> published
          draft record operator,supervisor -> draft
          published record operator,supervisor -> published
          draft publish operator,supervisor -> published
          published archive operator,supervisor -> archived
          """),
        standing: ["operator": "operator", "supervisor": "supervisor"],
        sees: { name, state in
          state != "draft" || ["operator", "supervisor", "admin", "system"].contains(name)
        },
        inputs: ["archive": aReason, "record": .object(["rows": .array([.object(["node": .string("采后保鲜")])])])],
        make: { try await world.chain($0).id }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_tables_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { database in
      try await expectStatesAgree(Demand.self, database)
      try await expectStatesAgree(DemandCall.self, database)
      try await expectStatesAgree(ConsultRequest.self, database)
      try await expectStatesAgree(Chain.self, database)
      try await expectStatesAgree(ChallengeBoard.self, database)
      try await expectStatesAgree(Question.self, database)
    }
  }

  @Test func the_words_of_the_code_are_the_rulebooks() async throws {
    try await World.with { world in
      func words(_ list: String) async throws -> Set<String> {
        let rows = try await world.market.database.query("SELECT code FROM codes WHERE list = \(list)")
        return Set(try rows.map { try $0.get(0, as: String.self) })
      }
      #expect(try await words("demand_decline_reason") == Set(Demand.declineReasons))
      #expect(try await words("screening_axis") == Set(ScreeningAxis.all.map(\.name)))
      #expect(try await words("chain_list") == Set(ChainEntry.lists))
      #expect(try await words("invitation_decline_reason") == Set(ChallengeInvitation.declineReasons))
      #expect(try await words("consortium_role") == Set(Consortium.roles))
      let today = try await world.market.today()
      let weights = try ScreeningAxis.all.map { try world.market.rulebook.rule($0.weight, on: today).value }
      #expect(weights.reduce(0, +) == 100, "the weights of the axes are shares of one score")
    }
  }
}
