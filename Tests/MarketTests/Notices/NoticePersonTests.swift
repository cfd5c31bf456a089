import Postgres
import TestSupport
import Testing

@testable import Market

/// The people that a notice names come down when their time is over; what was published can still be proved.
@Suite struct NoticePersonTests {
  private static let names = ["示例人甲canaryperson", "示例人乙canaryperson"]

  private static func published(_ world: World) async throws -> Notice {
    let persons = JSONValue.array(
      names.map { .object(["name": .string($0), "unit": .string("示例大学"), "part": .string("完成人")]) })
    let draft = try await world.market.work(as: world.university.caller) { work in
      try await work.makeNotice(
        Input([
          "kind": .text("cash_award"), "title": .text("示例现金奖励公示"), "region": .text("450300"),
          "contact": .text("示例大学成果处"), "objection_channel": .text("书面提出"), "persons": .json(persons.canonical),
        ]))
    }
    return try await world.move(draft.id, .publish, as: world.university.caller)
  }

  @Test func names_are_apart_from_the_text_that_is_hashed_and_each_can_be_checked_against_it() async throws {
    try await World.with { world in
      let notice = try await Self.published(world)
      let content = try #require(notice.content), salt = try #require(notice.personsSalt)
      for name in Self.names { #expect(!content.contains(name) && notice.text.contains(name)) }
      #expect(NoticePerson.mismatches(notice.namedPersons, salt: salt, in: notice.pinned).isEmpty)
      #expect(
        NoticePerson.mismatches(notice.namedPersons.reversed(), salt: salt, in: notice.pinned) == [0, 1],
        "the order counts")
      #expect(NoticePerson.mismatches([], salt: salt, in: notice.pinned) == [0, 1], "nobody can be left out")
      let oracle = """
        import sys, json, hashlib
        salt, persons = json.load(sys.stdin)
        for i, p in enumerate(persons):
            text = salt + '\\n' + str(i) + '\\n' + json.dumps(p, sort_keys=True, ensure_ascii=False, separators=(',', ':'))
            print('sha256:' + hashlib.sha256(text.encode()).hexdigest())
        """
      let input = JSONValue.array([.string(salt), .array(notice.namedPersons)]).canonical
      if let said = try Python.run(oracle, input: input) {
        let digests = String(decoding: said, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(digests == notice.pinned["persons"]?.array?.compactMap(\.string))
      }
      for change in ["persons = '[{\"name\":\"x\",\"unit\":\"y\"}]'", "persons_salt = repeat('0', 64)"] {
        let refused = await #expect(throws: PostgresError.self) {
          try await world.market.database.execute(SQL(unsafe: "UPDATE notices SET \(change)"))
        }
        #expect(refused?.constraint == "append_only", "\(change)")
      }
    }
  }

  @Test func when_their_time_is_over_the_clock_takes_the_names_down_and_the_hash_still_holds() async throws {
    try await World.with { world in
      let notice = try await Self.published(world)
      let clockwork = Clockwork(world.market)
      try await world.advance(days: 40)
      _ = try await clockwork.tick()
      let closed = try await world.market.find(notice.id, for: .anonymous)
      #expect(closed.state == .closedClean && closed.namedPersons.count == 2)
      let months = try await world.market.rulebook.rule(.personalRetention, on: world.market.today()).value
      let row = try await world.market.database.query(
        "SELECT persons_until = closed_at + make_interval(months => \(Int32(months))) FROM notices WHERE id = \(notice.id)"
      )
      #expect(try row.first?.get(0) == true)
      try await world.advance(days: 330)
      _ = try await clockwork.tick()
      #expect(try await world.market.find(notice.id, for: .anonymous).namedPersons.count == 2, "not a day too early")
      try await world.advance(days: 31 * Int(months))
      _ = try await clockwork.tick()
      let after = try await world.market.find(notice.id, for: .anonymous)
      #expect(after.namedPersons.isEmpty && after.personsSalt == nil && after.personsUntil == nil)
      #expect(after.content == notice.content && after.hash == notice.hash)
      #expect(Notice.digest(of: after.content ?? "") == after.hash)
      #expect(NoticePerson.mismatches([], salt: nil, in: after.pinned).isEmpty, "gone is not forged")
      #expect(after.text.contains("已按期撤下"))
      for name in try await world.rowCounts().keys.sorted() {
        let text: String =
          try await world.market.database.query(
            SQL(unsafe: "SELECT coalesce(string_agg(t::text, ' '), '') FROM \(name) t")
          ).first?.get(0) ?? ""
        #expect(!text.contains("canaryperson"), "\(name)")
      }
      #expect(try await world.history(as: .anonymous).last?.action == "withdraw_names")
      #expect(try await world.market.reconcileDue() == 0)
    }
  }

  @Test func a_revoked_notice_shows_no_names_to_the_public_and_a_telephone_is_no_part_of_somebody() async throws {
    try await World.with { world in
      let notice = try await Self.published(world)
      try await world.move(
        notice.id, .revoke, .object(["reason": .string("示例理由")]), as: world.university.caller)
      var json = JSONWriter()
      try await world.market.find(notice.id, for: .anonymous).write(for: .anonymous, into: &json)
      #expect(!String(decoding: json.bytes, as: UTF8.self).contains("canaryperson"))
      let persons = JSONValue.array([.object(["name": .string("示例"), "unit": .string("电话 13800001234")])])
      let draft = try await world.market.work(as: world.university.caller) { work in
        try await work.makeNotice(
          Input([
            "kind": .text("cash_award"), "title": .text("示例"), "region": .text("450300"), "contact": .text("示例"),
            "objection_channel": .text("书面"), "persons": .json(persons.canonical),
          ]))
      }
      let refused = try await refusal { try await world.move(draft.id, .publish, as: world.university.caller) }
      #expect(refused.issues.map(\.code) == ["personal_data"] && refused.issues.first?.pointer == "/persons")
    }
  }
}
