import MatchEngine
import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct ChallengeInvitationTests {
  @Test func everybody_can_do_exactly_what_the_invitation_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<ChallengeInvitation>(
        world: world,
        specification: Specification(
          """
          sent decline invited -> declined
          sent expire system -> expired
          sent withdraw poster,operator -> withdrawn
          """),
        standing: [
          "university": "invited", "enterprise": "poster", "operator": "operator", "system": "system",
          "supervisor": "supervisor",
        ],
        sees: { name, _ in
          ["university", "enterprise", "operator", "supervisor", "admin", "system"].contains(name)
        },
        inputs: ["decline": .object(["decline_reason": .string("no_capacity")]), "withdraw": aReason],
        make: { try await world.challengeInvitation($0) }
      ).run()
    }
  }

  @Test func the_states_are_the_same_in_the_table_and_in_the_code_and_can_all_be_reached() async throws {
    try await TestDatabase.with { try await expectStatesAgree(ChallengeInvitation.self, $0) }
  }

  @Test func a_challenge_proposes_those_whose_achievements_answer_it_and_keeps_why_they_were_invited() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let mine = try await world.achievement(.published)
      let posters = try await world.achievement(.published)
      try await world.place("UPDATE achievements SET organisation = \(world.enterprise.id) WHERE id = \(posters)")
      let matcher = Matcher(world.market, lexicon: try Lexicon.shipped(in: try Share.folder()))
      try await matcher.load()
      let found = try await matcher.solvers(for: id, as: world.enterprise.caller, limit: 10)
      #expect(found.map(\.organisation) == [world.university.id], "the poster's own answers nothing")
      #expect(found.first?.achievements.map(\.object.id) == [mine] && found.first?.invitation == nil)
      for party in [world.university, world.rival, world.reviewer, world.supervisor] {
        let refused = try await refusal { try await matcher.solvers(for: id, as: party.caller, limit: 10) }
        guard case .forbidden = refused else {
          Testing.Issue.record("\(refused)")
          continue
        }
      }
      let invitation = try await invite(world.university, to: id, as: world.enterprise, found.first, world)
      let kept = JSONValue.parse(invitation.match ?? [])
      #expect(kept?["achievement"]?.string == mine.text && kept?["reasons"]?.array?.isEmpty == false)
      let again = try await matcher.solvers(for: id, as: world.operator.caller, limit: 10)
      #expect(again.first?.invitation?.id == invitation.id && again.first?.invitation?.state == "sent")
    }
  }

  @Test func an_invitation_is_for_another_in_time_and_once() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id
      func code(_ party: World.Party, as inviter: World.Party, on id: ID<Challenge>) async throws -> String? {
        try await refusal { _ = try await invite(party, to: id, as: inviter, nil, world) }.conflictCode
      }
      #expect(try await code(world.enterprise, as: world.operator, on: id) == "own_challenge")
      let made = try await invite(world.university, to: id, as: world.operator, nil, world)
      let challenge = try await world.market.find(id, for: .anonymous)
      #expect(made.match == nil && made.came == nil && (challenge.closesAt.map { made.replyBy <= $0 } ?? false))
      #expect(try await code(world.university, as: world.enterprise, on: id) == "already_invited")
      let stranger = try await refusal { _ = try await invite(world.rival, to: id, as: world.university, nil, world) }
      guard case .forbidden = stranger else {
        Testing.Issue.record("\(stranger)")
        return
      }
      let over = try await world.challenge(.published, withBid: false).id
      #expect(try await code(world.rival, as: world.enterprise, on: over) == "challenge_closed")
      let theirs = try await world.challenge(.published, hasClosed: false, withBid: false).id
      try await world.place(
        "UPDATE challenges SET mode = 'directed_entrustment', solver = \(world.rival.id), entrustment_reason = '示例', decision_record = '示例' WHERE id = \(theirs)"
      )
      #expect(try await code(world.university, as: world.enterprise, on: theirs) == "not_entrusted")
      #expect(try await invite(world.rival, to: theirs, as: world.enterprise, nil, world).state == .sent)
    }
  }

  @Test func an_invitation_tells_nobody_who_bids_before_the_opening_and_reports_who_came_after_it() async throws {
    try await World.with { world in
      let id = try await world.challenge(.published, hasClosed: false, withBid: false).id
      for party in [world.university, world.rival] {
        _ = try await invite(party, to: id, as: world.enterprise, nil, world)
      }
      let before = try await world.fingerprint()
      _ = try await OpeningTests.place(World.offer, on: id, world.university, world)
      let changed = try await world.fingerprint().filter { before[$0.key] != $0.value }.keys.sorted()
      #expect(changed == ["sealed_bids"])
      func report(_ caller: Caller) async throws -> [ID<Organisation>: ChallengeInvitation] {
        let page = try await world.market.invitations(to: id, for: caller, filters: [:], page: PageRequest())
        return Dictionary(uniqueKeysWithValues: page.items.map { ($0.organisation, $0) })
      }
      #expect(try await report(world.enterprise.caller).values.allSatisfy { $0.came == nil && $0.state == .sent })
      try await world.advance(days: 30)
      try await Clockwork(world.market).tick()
      let silent = try await report(world.operator.caller)
      #expect(silent.values.map(\.state) == [.expired, .expired], "time alone ends an invitation, for both alike")
      try await world.open(of: id)
      let told = try await report(world.enterprise.caller)
      #expect(told[world.university.id]?.came == true && told[world.rival.id]?.came == false)
      #expect(
        Array(try await report(world.rival.caller).keys) == [world.rival.id], "of others an invited one sees nothing")
      #expect(try await report(.anonymous).isEmpty)
    }
  }

  @Test func reviewers_never_see_who_was_invited_and_bids_show_nothing_of_it() async throws {
    try await World.with { world in
      let invited = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let other = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let invitation = try await invite(world.university, to: invited, as: world.enterprise, nil, world)
      var shown: [Set<String>] = []
      for id in [invited, other] {
        _ = try await OpeningTests.place(World.offer, on: id, world.university, world)
      }
      try await world.advance(days: 30)
      for id in [invited, other] {
        try await world.open(of: id)
        try await world.move(id, .evaluate, as: world.operator.caller)
        let seen = try await world.market.bids(on: id, for: world.reviewer.caller, filters: [:], page: PageRequest())
        #expect(seen.items.isEmpty, "a reviewer has sheets, not bids")
        let bids = try await world.market.bids(on: id, for: world.operator.caller, filters: [:], page: PageRequest())
        for bid in bids.items {
          var json = JSONWriter()
          bid.write(for: world.operator.caller, into: &json)
          let text = String(decoding: json.bytes, as: UTF8.self)
          #expect(!text.contains("invit") && !text.contains(invitation.id.text))
          if case .object(let members)? = JSONValue.parse(json.bytes) { shown.append(Set(members.keys)) }
        }
      }
      #expect(shown.count == 2 && shown[0] == shown[1])
      let refused = try await refusal { try await world.market.find(invitation.id, for: world.reviewer.caller) }
      guard case .notFound = refused else {
        Testing.Issue.record("\(refused)")
        return
      }
      let page = try await world.market.invitations(
        to: invited, for: world.reviewer.caller, filters: [:], page: PageRequest())
      #expect(page.items.isEmpty)
      let heard = try await world.history(as: world.reviewer.caller).filter { $0.kind == ChallengeInvitation.kind }
      #expect(heard.isEmpty)
    }
  }

  private func invite(
    _ party: World.Party, to id: ID<Challenge>, as inviter: World.Party, _ proposed: ProposedSolver?, _ world: World
  ) async throws -> ChallengeInvitation {
    let input = Input(["organisation": .reference(party.id.bits), "message": .text("示例:贵单位已有相近成果")])
    return try await world.market.work(as: inviter.caller) { work in
      try await work.invite(input, to: id, proposed: proposed)
    }
  }
}
