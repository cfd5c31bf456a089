import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct BoardTests {
  @Test func everybody_can_do_exactly_what_the_board_table_says_in_every_state() async throws {
    try await World.with { world in
      try await WorkflowTrial<ChallengeBoard>(
        world: world,
        specification: Specification(
          """
          draft edit operator -> draft
          draft issue operator -> issued
          issued withdraw operator,supervisor -> withdrawn
          """),
        standing: ["operator": "operator", "supervisor": "supervisor"],
        sees: { name, state in state != "draft" || ["operator", "supervisor", "admin", "system"].contains(name) },
        inputs: ["withdraw": aReason], make: { try await world.challengeBoard($0) }
      ).run()
    }
  }

  @Test func a_board_holds_what_takes_bids_word_for_word_and_says_what_changed_since_the_one_before() async throws {
    try await World.with { world in
      let stays = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let goes = try await world.challenge(.published, hasClosed: false, withBid: false).id
      _ = try await world.challenge(.published, hasClosed: false, isPlain: true, withBid: false)
      _ = try await world.challenge(.boardNotice, withBid: false)
      let first = try await issue(world)
      #expect(first.issue == 1 && [first.items, first.added, first.changed, first.removed] == [2, 2, 0, 0])
      try await world.place(
        "UPDATE challenges SET status = 'closed', bids_received = 0 WHERE id = \(goes)",
        "UPDATE challenges SET title = '新名称' WHERE id = \(stays)")
      let comes = try await world.challenge(.published, hasClosed: false, withBid: false).id
      let second = try await issue(world)
      #expect(
        second.previous == first.id && [second.items, second.added, second.changed, second.removed] == [2, 1, 1, 1])
      let items = try await world.market.items(of: second.id, for: .anonymous, after: 0, limit: 10)
      #expect(
        Dictionary(uniqueKeysWithValues: items.map { ($0.item, $0.change) }) == [
          stays: "changed", comes: "added", goes: "removed",
        ])
      let old = try await world.market.items(of: first.id, for: .anonymous, after: 0, limit: 10)
      #expect(old.allSatisfy { JSONValue.parse($0.content)?["title"]?.string == "柑橘黄龙病绿色防控" }, "frozen")
    }
  }

  @Test func a_board_names_the_notice_each_challenge_was_on_and_is_a_planning_process_of_its_own() async throws {
    try await World.with { world in
      let id = try await world.challenge(.boardNotice, withBid: false).id
      let published = try await world.move(id, .publish, as: world.operator.caller)
      let board = try await issue(world)
      let item = try #require(try await world.market.items(of: board.id, for: .anonymous, after: 0, limit: 10).first)
      let notice = try #require(JSONValue.parse(item.content)?["notice"])
      let closed = try await world.market.find(try #require(published.notice?.id), for: .anonymous)
      #expect(notice["id"]?.string == closed.id.text && notice["number"]?.string == closed.number)
      #expect(notice["hash"]?.string == closed.hash && notice["ended_at"]?.string != nil)
      try await world.move(board.id, .withdraw, aReason, as: world.operator.caller)
      let all = try await world.market.openContracting.releases(after: 0, limit: 10).releases.compactMap {
        JSONValue.parse($0)
      }
      let tags = all.compactMap { $0["tag"]?.array?.first?.string }
      #expect(tags == ["tender", "planning", "planningUpdate"])
      let planning = Array(all.dropFirst())
      #expect(ReleaseCheck.findings(planning) == [])
      #expect(planning[0]["ocid"]?.string == "ocds-xxxxxx-\(board.id)")
      let related = planning[0]["relatedProcesses"]?.array?.first
      #expect(related?["identifier"] == all[0]["ocid"], "it names the process of the challenge")
      let document = planning[0]["planning"]?["documents"]?.array?.first
      #expect(document?["id"]?.string == closed.id.text && document?["x_hash"]?.string == closed.hash)
    }
  }

  private func issue(_ world: World) async throws -> ChallengeBoard {
    let me = world.operator
    let draft = try await world.market.work(as: me.caller) { work in
      try await work.create(
        ChallengeBoard.self, Input(["title": .text("示例榜单")]), own: [("organisation", .reference(me.id.bits))])
    }
    return try await world.move(draft.id, .issue, as: me.caller)
  }
}
