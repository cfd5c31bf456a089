import Postgres
import TestSupport
import Testing

@testable import Market

/// From the draft to the certificate.
@Suite struct NoticeTests {
  @Test(arguments: [
    ("price", Period.calendarDays(15)), ("cash_award", .workingDays(15)), ("board", .workingDays(5)),
    ("award", .workingDays(5)), ("entrustment", .workingDays(5)), ("subsidy", .workingDays(5)),
    ("exemption", .workingDays(5)), ("right_grant", .calendarDays(15)), ("result", .workingDays(3)),
  ])
  func a_kind_runs_no_shorter_than_its_rule_and_says_which_rule(name: String, least: Period) async throws {
    try await TestDatabase.with { database in
      let market = try await Market(database), today = try await market.today()
      let kind = try NoticeKind.named(name)
      #expect(try kind.period(nil, market.rulebook, region: "450300", on: today).0 == least)
      #expect(try kind.period(least.days + 4, market.rulebook, region: "450300", on: today).0.days == least.days + 4)
      let refused = try await refusal {
        try kind.period(least.days - 1, market.rulebook, region: "450300", on: today)
      }
      let issue = try #require(refused.issues.first)
      let rule = try market.rulebook.rule(kind.rule, on: today)
      #expect(issue.pointer == "/days" && issue.code == "below_legal_floor")
      for word in [rule.key, rule.legalBasis, "\(least.days)"] { #expect(issue.detail.zh.contains(word), "\(word)") }
    }
  }

  @Test func every_kind_has_its_oracle_above() {
    #expect(
      Set(NoticeKind.names) == [
        "price", "cash_award", "board", "award", "entrustment", "subsidy", "exemption", "right_grant", "result",
      ])
    #expect(Set(NoticeKind.table.map(\.rule)).count == NoticeKind.table.count, "each has a rule of its own")
    for kind in NoticeKind.table { #expect(kind.makers.isEmpty == (kind.guarded != nil), "\(kind.name)") }
  }

  @Test func what_is_published_is_pinned_and_its_hash_can_be_made_again_by_others() async throws {
    try await World.with { world in
      let draft = try await Self.draft(world, ["days": .integer(20), "body": .text("奖励方案:“甲”\n\u{8}/🧪")])
      let before = try await world.market.now()
      let notice = try await world.move(draft.id, .publish, as: world.university.caller)
      let content = try #require(notice.content), end = try #require(notice.endsAt)
      #expect(notice.state == .running && notice.sequence == 1 && notice.rule == "notice.cash_award")
      #expect(end == world.market.rulebook.calendar.end(from: before, .workingDays(20)))
      #expect(notice.number == "公示〔\(before.dateInShanghai.parts.year)〕1号")
      #expect(notice.hash == Notice.digest(of: content))
      let told = try #require(try await world.history(as: .anonymous).last { $0.action == "publish" })
      let facts = JSONValue.parse(told.payload)
      #expect(
        facts?["hash"]?.string == notice.hash && facts?["number"]?.string == notice.number, "the log can prove it")
      let oracle = """
        import sys, json, hashlib
        text = sys.stdin.buffer.read().decode()
        again = json.dumps(json.loads(text), sort_keys=True, ensure_ascii=False, separators=(',', ':'))
        print(again == text, 'sha256:' + hashlib.sha256(text.encode()).hexdigest(), end='')
        """
      if let said = try Python.run(oracle, input: Array(content.utf8)) {
        #expect(String(decoding: said, as: UTF8.self) == "True \(notice.hash ?? "")")
      }
      for column in ["content = '{}'", "hash = NULL", "sequence = 7", "published_at = market_now()", "kind = 'board'"] {
        let refused = await #expect(throws: PostgresError.self) {
          try await world.market.database.execute(SQL(unsafe: "UPDATE notices SET \(column)"))
        }
        #expect(refused?.constraint == "append_only", "\(column)")
      }
      await #expect(throws: PostgresError.self) { try await world.market.database.execute("DELETE FROM notices") }
    }
  }

  @Test func numbers_of_a_year_have_no_gap_and_no_double_whoever_rolls_back() async throws {
    try await World.with { world in
      struct Undone: Error {}
      try await withThrowingTaskGroup(of: Void.self) { group in
        for i in 0..<40 {
          group.addTask {
            let draft = try await Self.draft(world)
            do {
              try await world.market.work(as: world.university.caller) { work in
                try await work.move(draft.id, .publish, version: nil)
                if i % 3 == 0 { throw Undone() }
              }
            } catch is Undone {}
          }
        }
        try await group.waitForAll()
      }
      let rows = try await world.market.database.query(
        "SELECT sequence FROM notices WHERE status = 'running' ORDER BY 1")
      #expect(try rows.map { try $0.get(0, as: Int.self) } == Array(1...26))
    }
  }

  @Test func the_year_of_a_number_is_the_year_in_shanghai_to_the_last_microsecond() async throws {
    try await World.with { world in
      func publish(at moment: String) async throws -> Notice {
        try await world.freeze(at: moment)
        return try await world.move(try await Self.draft(world).id, .publish, as: world.university.caller)
      }
      let last = try await publish(at: "2026-12-31T23:59:59.999999+08:00")
      let first = try await publish(at: "2027-01-01T00:00:00+08:00")
      #expect(last.year == 2026 && last.sequence == 1 && first.year == 2027 && first.sequence == 1)
      #expect(last.publishedAt?.text == "2026-12-31T15:59:59.999999Z")
      let one = try #require(last.endsAt), two = try #require(first.endsAt)
      #expect(one < two, "the day of publication is not counted, so a microsecond is a day")
    }
  }

  @Test func one_second_before_midnight_and_midnight_are_two_days() throws {
    let calendar = WorkCalendar(off: [try #require(CivilDate("2027-01-01"))], work: [])
    let before = try #require(Instant("2026-12-31T23:59:59+08:00")),
      midnight = try #require(Instant("2027-01-01T00:00:00+08:00"))
    #expect(calendar.end(from: before, .workingDays(1)).text == "2027-01-04T16:00:00Z")
    #expect(calendar.end(from: midnight, .workingDays(1)).text == "2027-01-04T16:00:00Z")
    #expect(
      calendar.end(from: before, .calendarDays(1)).text == "2027-01-04T16:00:00Z", "the first is off, then a weekend")
    #expect(calendar.end(from: before, .calendarDays(4)).text == "2027-01-04T16:00:00Z")
    #expect(calendar.end(from: midnight, .calendarDays(4)).text == "2027-01-05T16:00:00Z")
  }

  @Test func a_calendar_that_is_corrected_later_changes_nothing_that_is_pinned() async throws {
    try await World.with { world in
      let notice = try await world.move(try await Self.draft(world).id, .publish, as: world.university.caller)
      let day = try #require(notice.publishedAt).dateInShanghai
      let closed = (1...40).map { day.adding(days: $0) }.filter { $0.weekday <= 5 }
      try await Folder.with(copyOf: try Share.folder() + "/Rulebook") { folder in
        let known = String(decoding: try Share.read(folder.path + "/holidays.csv"), as: UTF8.self)
        for date in closed where !known.contains(date.text) {
          try folder.append("holidays.csv", "\(date.text),off,invented,invented\n")
        }
        try await RulebookLoader(folder: folder.path).load(into: world.market.database)
      }
      let later = try await Market(world.market.database)
      #expect(later.rulebook.version == 2)
      #expect(try await later.find(notice.id, for: .anonymous).endsAt == notice.endsAt)
      // Even what is reckoned anew, because an objection held it up, is reckoned by the law that it was published under.
      let resumed = try await later.work(as: .system) { work in
        try await work.move(notice.id, .pause, version: nil)
        return try await work.move(notice.id, .resume, version: nil)
      }
      #expect(resumed.endsAt == notice.endsAt)
      let draft = try await later.work(as: world.university.caller) { try await $0.makeNotice(Self.input()) }
      let other = try await later.work(as: world.university.caller) {
        try await $0.move(draft.id, .publish, version: nil)
      }
      let short = try #require(notice.endsAt), long = try #require(other.endsAt)
      #expect(long > short)
    }
  }

  @Test func personal_numbers_are_refused_where_they_stand() async throws {
    try await World.with { world in
      let draft = try await Self.draft(
        world, ["body": .text("联系人电话 138 0013 8000"), "contact": .text("证件 45030019900101123X")])
      let refused = try await refusal { try await world.move(draft.id, .publish, as: world.university.caller) }
      #expect(refused.issues.map(\.pointer) == ["/body", "/contact"])
      #expect(refused.issues.allSatisfy { $0.code == "personal_data" })
      #expect(try await world.rowCounts()["notice_numbers"] == 0, "and no number is spent on it")
    }
  }

  @Test func what_matters_is_changed_by_a_new_notice_and_a_slip_is_put_right_beside_it() async throws {
    try await World.with { world in
      let me = world.university.caller
      let first = try await world.move(try await Self.draft(world).id, .publish, as: me)
      let corrected = try await world.move(
        first.id, .correct, .object(["was": .string("示列"), "becomes": .string("示例"), "reason": .string("错别字")]), as: me)
      #expect(
        corrected.corrections.count == 1 && corrected.content == first.content && corrected.endsAt == first.endsAt)
      let draft = try await Self.draft(world, ["supersedes": .reference(first.id.bits)])
      let second = try await world.move(draft.id, .publish, as: me)
      let old = try await world.market.find(first.id, for: .anonymous)
      #expect(old.state == .revoked && old.supersededBy == second.id && second.supersedes == first.id)
      #expect(old.reason?.contains(try #require(second.number)) == true)
      var json = JSONWriter()
      old.write(for: .anonymous, into: &json)
      let shown = try #require(JSONValue.parse(json.bytes))
      #expect(shown["content"] == nil && shown["body"] == nil, "a tombstone says no more what it said")
      #expect(shown["number"]?.string == old.number && shown["hash"]?.string == old.hash && old.text.contains("已撤销"))
      let third = try await Self.draft(world, ["supersedes": .reference(first.id.bits)])
      let taken = try await refusal { try await world.move(third.id, .publish, as: me) }
      #expect(taken.conflictCode == "superseded_already")
    }
  }

  @Test func a_certificate_is_given_for_a_notice_that_closed_clean_and_counts_its_objections() async throws {
    try await World.with { world in
      let id = try await world.notice(.running)
      _ = try await world.objection(.dismissed, to: id)
      let early = try await refusal { try await world.market.certificate(of: id, for: .anonymous) }
      guard case .notFound = early else {
        Testing.Issue.record("\(early)")
        return
      }
      try await world.advance(days: 6)
      #expect(try await Clockwork(world.market).tick() == 1)
      let certificate = try await world.market.certificate(of: id, for: .anonymous)
      #expect(certificate.received == 1 && certificate.objections.map(\.outcome) == ["dismissed"])
      #expect(certificate.text.contains("收到异议 1 件:不成立 1 件") && !certificate.text.contains("示例研究所"))
    }
  }

  static func input(_ more: [String: FieldValue] = [:]) -> Input {
    Input(
      [
        "kind": .text("cash_award"), "title": .text("现金奖励公示(示例)"), "region": .text("450300"),
        "contact": .text("示例大学成果处"), "objection_channel": .text("书面提出"),
      ].merging(more) { $1 })
  }

  static func draft(_ world: World, _ more: [String: FieldValue] = [:]) async throws -> Notice {
    try await world.market.work(as: world.university.caller) { try await $0.makeNotice(input(more)) }
  }
}
