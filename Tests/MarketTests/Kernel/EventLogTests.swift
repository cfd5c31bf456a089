import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct EventLogTests {
  @Test func a_transaction_that_is_undone_leaves_no_event_and_no_object() async throws {
    try await World.with { world in
      struct Undo: Error {}
      let before = try await world.fingerprint()
      await #expect(throws: Undo.self) {
        try await world.market.work(as: world.university.caller) { work in
          let made = try await work.create(
            Achievement.self, Input(["title": .text("x"), "region": .text("450300")]),
            own: [("organisation", .reference(world.university.id.bits))])
          _ = try await work.edit(made.id, .object(["title": .string("y")]), version: 1)
          #expect(try await work.tx.query("SELECT FROM events").count == 2)
          throw Undo()
        }
      }
      #expect(try await world.fingerprint() == before)
    }
  }

  @Test func creating_editing_and_moving_write_one_event_each_with_who_what_and_which_version() async throws {
    try await World.with { world in
      let me = world.university.caller
      let made = try await world.market.work(as: me) { work in
        try await work.create(
          Achievement.self, Input(["title": .text("x"), "region": .text("450300")]),
          own: [("organisation", .reference(world.university.id.bits))])
      }
      let edited = try await world.market.work(as: me) {
        try await $0.edit(made.id, .object(["title": .string("y")]), version: 1)
      }
      #expect(edited.version == 2 && edited.title == "y")
      try await world.move(made.id, .withdraw, .object(["reason": .string("示例理由")]), as: me)
      let events = try await world.history(as: nil)
      #expect(events.map(\.action) == ["create", "edit", "withdraw"])
      #expect(events.map(\.version) == [1, 2, 3])
      #expect(events.map(\.from) == [nil, "draft", "draft"] && events.map(\.to) == ["draft", "draft", "withdrawn"])
      #expect(
        events.allSatisfy { $0.actorRole == "university" && $0.objectID == made.id.bits && $0.kind == "achievement" })
      #expect(JSONValue.parse(events[2].payload)?["reason"]?.string == "示例理由")
      let actors = try await world.market.database.query(
        "SELECT count(*) FROM events WHERE actor_org = \(world.university.id) AND actor_token = \(me.token)")
      #expect(try actors.first?.get(0, as: Int.self) == 3)
    }
  }

  @Test(arguments: [
    "UPDATE events SET action = 'x'", "DELETE FROM events", "TRUNCATE events CASCADE",
    "UPDATE events SET public = true WHERE version = 1",
  ])
  func history_cannot_be_rewritten(statement: String) async throws {
    try await World.with { world in
      _ = try await ReadingTests.achievements(1, world)
      let before = try await world.fingerprint()
      let error = await #expect(throws: PostgresError.self) {
        try await world.market.database.execute(SQL(unsafe: statement))
      }
      #expect(error?.constraint == "append_only" && error?.sqlState == "42501")
      #expect(try await world.fingerprint() == before)
    }
  }

  /// Slow writers, quick writers and writers that change their mind, and a reader that keeps up with them.
  @Test func a_slow_writer_s_event_is_never_skipped_nor_seen_twice() async throws {
    try await World.with { world in
      struct Undo: Error {}
      let committed = Shared<Set<ID<Achievement>>>([])
      let isWriting = Shared(true)
      let seen = try await withThrowingTaskGroup(of: [Event].self) { group in
        group.addTask {
          await withTaskGroup(of: Void.self) { writers in
            for _ in 0..<8 {
              writers.addTask {
                for _ in 0..<15 {
                  let ids = try? await world.market.work(as: world.university.caller) { work in
                    var ids: [ID<Achievement>] = []
                    for _ in 0..<Int.random(in: 1...3) {
                      ids.append(
                        try await work.create(
                          Achievement.self, Input(["title": .text("x"), "region": .text("450300")]),
                          own: [("organisation", .reference(world.university.id.bits))]
                        ).id)
                      try await Task.sleep(for: .milliseconds(.random(in: 0...40)))
                    }
                    if .random(in: 0..<4) == 0 { throw Undo() }
                    return ids
                  }
                  committed.change { $0.formUnion(ids ?? []) }
                }
              }
            }
          }
          isWriting.change { $0 = false }
          return []
        }
        group.addTask {
          var cursor = EventCursor.start, seen: [Event] = []
          while true {
            let wasWriting = isWriting.value
            let events = try await world.market.events.read(after: cursor, limit: 7, as: nil)
            seen += events
            if let last = events.last { cursor = last.cursor }
            if events.isEmpty, !wasWriting, seen.count >= committed.value.count { return seen }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(Set(seen.map(\.id)).count == seen.count, "none twice")
      #expect(
        Set(seen.map { ID<Achievement>(bits: $0.objectID) }) == committed.value, "none missed, and none that was undone"
      )
      let again = try await world.history(as: nil)
      #expect(again.map(\.id) == seen.map(\.id), "the order is the order, whenever it is read")
    }
  }

  @Test func a_draft_s_events_are_its_owner_s_and_the_staff_s_and_a_publication_is_everybody_s() async throws {
    try await World.with { world in
      let id = try await ReadingTests.achievements(1, world)[0]
      func readers() async throws -> Set<String> {
        var names: Set<String> = []
        for (name, party) in world.everybody where try await !world.history(as: party.caller).isEmpty {
          names.insert(name)
        }
        if try await !world.history(as: .anonymous).isEmpty { names.insert("public") }
        return names
      }
      #expect(try await readers() == ["university", "operator", "supervisor", "admin"])
      try await world.place("UPDATE achievements SET status = 'approved' WHERE id = \(id)")
      try await world.move(id, .publish, as: world.university.caller)
      #expect(try await readers() == Set(world.everybody.map(\.0)).union(["public"]))
      let seenByAll = try await world.history(as: .anonymous)
      #expect(seenByAll.map(\.action) == ["publish"], "what came before stays the owner's")
    }
  }

  @Test func the_place_of_an_event_is_told_only_to_whom_the_event_is() async throws {
    try await World.with { world in
      _ = try await ReadingTests.achievements(1, world)
      let event = try #require(try await world.history(as: nil).first)
      #expect(try await world.market.events.place(of: event.id, as: world.university.caller) == event.cursor)
      #expect(try await world.market.events.place(of: event.id, as: world.rival.caller) == nil)
      #expect(try await world.market.events.place(of: ID(), as: world.admin.caller) == nil)
    }
  }
}
