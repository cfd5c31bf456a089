import Market
import TestSupport
import Testing

/// `jiebang project`.
@Suite struct ProjectCommandTests {
  @Test func projects_are_listed_and_shown_with_their_milestones() async throws {
    try await TestDatabase.named { database, conninfo in
      let world = try await World(database)
      let id = try await world.project(.executing)
      for _ in 0..<2 { _ = try await world.milestone(.planned, of: id) }
      _ = try await world.project(.awarded)
      let list = try await jiebang(on: conninfo).run("project", "list", "--status", "executing")
      #expect(list.status == 0 && list.lines.count == 3 && list.lines.last?.contains(id.text) == true)
      let shown = try await jiebang(on: conninfo).run("project", "show", id.text)
      let milestones = try #require(shown.member("milestones") as? [[String: Any]])
      #expect(milestones.map { $0["number"] as? Int } == [1, 2])
      #expect(try await jiebang(on: conninfo).run("project", "show", "\(ID<Project>())").status == 3)
      #expect(try await jiebang(on: conninfo).run("project", "show", "x").status == 64)
    }
  }
}
