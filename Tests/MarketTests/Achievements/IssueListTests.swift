import Postgres
import TestSupport
import Testing

@testable import Market

/// Numbered, dated, frozen: what an issue said, it says for ever.
@Suite struct IssueListTests {
  @Test func three_issues_tell_what_came_changed_stayed_and_went() async throws {
    try await World.with { world in
      let me = world.university.caller
      let stays = try await world.achievement(.published), changes = try await world.achievement(.published)
      let goes = try await world.achievement(.published)
      _ = try await world.achievement(.draft)
      let first = try await Self.issue(world)
      let today = try await world.market.today()
      #expect(first.issue == 1 && first.previous == nil && first.issuedOn == today)
      #expect([first.items, first.added, first.changed, first.removed] == [3, 3, 0, 0])

      try await world.place("UPDATE achievements SET title = '新名称' WHERE id = \(changes)")
      try await world.move(goes, .withdraw, .object(["reason": .string("示例理由")]), as: me)
      let comes = try await world.achievement(.published)
      let second = try await Self.issue(world)
      #expect(second.issue == 2 && second.previous == first.id)
      #expect([second.items, second.added, second.changed, second.removed] == [3, 1, 1, 1])
      #expect(
        try await Self.changes(second.id, world) == [
          stays: "unchanged", changes: "changed", comes: "added", goes: "removed",
        ])
      let items = try await world.market.items(of: second.id, for: .anonymous, after: 0, limit: 100)
      #expect(items.map(\.position) == [1, 2, 3, 4] && items.last?.item == goes, "what has gone stands last")
      #expect(JSONValue.parse(items.last!.content)?["title"]?.string == "柑橘无病毒苗木繁育技术", "with what was last said of it")

      let third = try await Self.issue(world)
      #expect([third.items, third.added, third.changed, third.removed] == [3, 0, 0, 0], "gone is told once")
      #expect(try await Self.changes(third.id, world).values.allSatisfy { $0 == "unchanged" })
    }
  }

  @Test func what_was_issued_stays_word_for_word_when_the_achievement_changes() async throws {
    try await World.with { world in
      let id = try await world.achievement(.published)
      let list = try await Self.issue(world)
      let before = try await world.market.items(of: list.id, for: .anonymous, after: 0, limit: 10).map(\.content)
      try await world.place("UPDATE achievements SET title = '新名称', keywords = '{别的}', price = 1")
      try await world.move(id, .withdraw, .object(["reason": .string("示例理由")]), as: world.university.caller)
      #expect(try await world.market.items(of: list.id, for: .anonymous, after: 0, limit: 10).map(\.content) == before)
    }
  }

  @Test func two_drafts_that_are_issued_at_once_get_the_numbers_one_and_two() async throws {
    for _ in 0..<2 {
      try await World.with { world in
        _ = try await world.achievement(.published)
        let issued = try await withThrowingTaskGroup(of: AchievementList.self) { group in
          for _ in 0..<2 { group.addTask { try await Self.issue(world) } }
          return try await group.reduce(into: []) { $0.append($1) }
        }.sorted { ($0.issue ?? 0) < ($1.issue ?? 0) }
        #expect(issued.map(\.issue) == [1, 2])
        #expect(issued[1].previous == issued[0].id && issued[1].added == 0, "the second is compared with the first")
      }
    }
  }

  @Test func the_number_is_the_institution_s_own() async throws {
    try await World.with { world in
      let one = try await Self.issue(world), theirs = try await Self.issue(world, as: world.rival),
        two = try await Self.issue(world)
      #expect(one.issue == 1 && theirs.issue == 1 && two.issue == 2)
    }
  }

  static func issue(_ world: World, as party: World.Party? = nil) async throws -> AchievementList {
    let party = party ?? world.university
    let draft = try await world.market.work(as: party.caller) { work in
      try await work.create(
        AchievementList.self, Input(["title": .text("示例清单")]), own: [("organisation", .reference(party.id.bits))])
    }
    return try await world.move(draft.id, .issue, as: party.caller)
  }

  private static func changes(_ list: ID<AchievementList>, _ world: World) async throws -> [ID<Achievement>: String] {
    Dictionary(
      uniqueKeysWithValues: try await world.market.items(of: list, for: .anonymous, after: 0, limit: 1000).map {
        ($0.item, $0.change)
      })
  }
}
