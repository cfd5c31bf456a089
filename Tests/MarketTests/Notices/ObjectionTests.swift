import Postgres
import TestSupport
import Testing

@testable import Market

/// What an objection does, and who never learns of it.
@Suite struct ObjectionTests {
  static let statement = Input(["statement": .text("示例异议:计算有误")])

  @Test func an_accepted_objection_stops_the_award_at_once_and_a_dismissed_one_lets_the_rest_of_the_time_run()
    async throws
  {
    try await World.with { world in
      let made = try await Self.proposed(world)
      let notice = try #require(made.notice)
      let rival = world.rival.caller, staff = world.supervisor.caller
      let objection = try await Self.file(notice.id, world)
      #expect(objection.state == .filed)
      try await world.move(objection.id, .accept, as: staff)
      try await world.advance(days: 30)
      let held = try await refusal { try await world.move(made.id, .award, as: world.supervisor.caller) }
      #expect(held.issues.map(\.code) == ["notice_paused"])
      try await world.move(objection.id, .investigate, as: staff)
      try await world.move(objection.id, .dismiss, aReason, as: staff)
      let resumed = try await world.market.find(notice.id, for: .anonymous)
      let later = try #require(resumed.endsAt)
      #expect(resumed.state == .running && later > notice.endsAt)
      let early = try await refusal { try await world.move(made.id, .award, as: world.supervisor.caller) }
      #expect(early.issues.map(\.code) == ["notice_running"])
      try await world.advance(days: 20)
      #expect(try await world.move(made.id, .award, as: world.supervisor.caller).state == .awarded)
      #expect(try await world.market.find(objection.id, for: rival).reason == "示例理由", "the objector is told why")
    }
  }

  @Test func a_filed_objection_keeps_the_notice_from_closing_until_it_is_looked_at() async throws {
    try await World.with { world in
      let made = try await Self.proposed(world)
      let objection = try await Self.file(try #require(made.notice).id, world)
      try await world.advance(days: 30)
      try await Clockwork(world.market).tick()
      let held = try await refusal { try await world.move(made.id, .award, as: world.supervisor.caller) }
      #expect(held.issues.map(\.code) == ["objection_open"])
      try await world.move(objection.id, .reject, aReason, as: world.supervisor.caller)
      #expect(try await world.move(made.id, .award, as: world.supervisor.caller).state == .awarded)
    }
  }

  @Test(arguments: [Objection.Action.uphold, .upholdPartly])
  func an_upheld_objection_sends_the_award_back_and_the_next_notice_takes_the_place_of_the_last(
    action: Objection.Action
  ) async throws {
    try await World.with { world in
      let made = try await Self.proposed(world), first = try #require(made.notice)
      let objection = try await Self.file(first.id, world)
      try await world.move(objection.id, .accept, as: world.supervisor.caller)
      try await world.move(objection.id, action, aReason, as: world.supervisor.caller)
      let back = try await world.market.find(made.id, for: .anonymous)
      #expect(back.state == .evaluating && back.awards.isEmpty && back.notice?.state == .revoked)
      let revoked = try await world.market.find(first.id, for: .anonymous)
      #expect(revoked.reason?.contains("示例理由") == false, "the decision's words are the objector's")
      let bid = try await world.market.bids(on: made.id, for: .system, filters: [:], page: PageRequest()).items[0].id
      let again = try await world.move(
        made.id, .propose, .object(["bids": .array([.string(bid.text)])]), as: world.operator.caller)
      let second = try await world.market.find(try #require(again.notice).id, for: .anonymous)
      #expect(second.supersedes == first.id && second.sequence == 2)
    }
  }

  @Test func a_board_and_a_price_go_back_as_well() async throws {
    try await World.with { world in
      let challenge = try await world.challenge(.selected, withBid: false).id
      let deal = try await world.deal(.priceRoute, route: "negotiated")
      let board = try await world.move(challenge, .openNotice, as: world.operator.caller)
      let price = try await world.move(deal, .notice, as: world.university.caller)
      for notice in [board.notice, price.notice] {
        let objection = try await Self.file(try #require(notice).id, world)
        try await world.move(objection.id, .accept, as: world.supervisor.caller)
        try await world.move(objection.id, .uphold, aReason, as: world.supervisor.caller)
      }
      #expect(try await world.market.find(challenge, for: .system).state == .selected)
      #expect(try await world.market.find(deal, for: .system).state == .internalDecision)
      #expect(try await world.market.find(deal, for: .system).notice?.state == .revoked)
    }
  }

  @Test func what_falls_away_takes_its_notice_with_it() async throws {
    try await World.with { world in
      let made = try await Self.proposed(world)
      try await world.move(made.id, .cancel, aReason, as: world.enterprise.caller)
      let deal = try await world.deal(.priceRoute, route: "negotiated")
      let price = try await world.move(deal, .notice, as: world.university.caller)
      try await world.move(deal, .cancel, aReason, as: world.enterprise.caller)
      for notice in [made.notice, price.notice] {
        #expect(try await world.market.find(try #require(notice).id, for: .anonymous).state == .revoked)
      }
    }
  }

  @Test func nobody_learns_who_objected_but_those_who_decide() async throws {
    try await World.with { world in
      let made = try await Self.proposed(world), notice = try #require(made.notice).id
      let objection = try await Self.file(notice, world)
      try await world.move(objection.id, .accept, as: world.supervisor.caller)
      try await world.move(objection.id, .dismiss, aReason, as: world.supervisor.caller)
      let insider = Caller(organisation: world.enterprise.id, token: nil, role: .operator)
      let strangers = world.everybody.filter { !["rival", "operator", "supervisor"].contains($0.0) }.map { $0.1.caller }
      for caller in strangers + [.anonymous, insider] {
        #expect(
          try await world.market.list(Objection.self, for: caller, filters: [:], page: PageRequest()).items.isEmpty)
        await #expect(throws: Refusal.self) { try await world.market.find(objection.id, for: caller) }
      }
      for caller in [world.operator.caller, world.supervisor.caller, world.rival.caller] {
        #expect(
          try await world.market.list(Objection.self, for: caller, filters: [:], page: PageRequest()).items.count == 1)
      }
      for caller in strangers + [.anonymous, insider, world.operator.caller, world.supervisor.caller] {
        let seen = try await world.history(as: caller)
        #expect(!seen.contains { $0.kind == Objection.kind }, "\(caller.roleName)")
      }
      let shown = try await world.market.find(notice, for: .anonymous)
      var json = JSONWriter()
      shown.write(for: .anonymous, into: &json)
      for text in [String(decoding: json.bytes, as: UTF8.self), shown.text] {
        #expect(!text.contains(world.rival.id.text) && !text.contains("示例研究所") && !text.contains("计算有误"))
      }
    }
  }

  @Test func a_party_the_shownand_staff_do_not_object_and_nobody_twice_or_late() async throws {
    try await World.with { world in
      let id = try await world.notice(.running), late = try await world.notice(.running, hasRun: true)
      let done = try await world.notice(.closedClean), paused = try await world.notice(.paused)
      let rival = world.rival.caller
      for (notice, caller, wanted) in [
        (late, rival, "notice_closed"), (done, rival, "notice_closed"), (id, world.university.caller, "own_notice"),
        (id, world.operator.caller, "forbidden"), (id, world.registry.caller, "forbidden"),
        (id, .anonymous, "forbidden"),
        (id, rival, "taken"), (id, rival, "already_objected"),
        // While it stands still nobody is late.
        (paused, rival, "taken"),
      ] {
        #expect(try await Self.outcome(notice, world, caller) == wanted, "\(caller.roleName)")
      }
    }
  }

  @Test func two_objections_hold_a_notice_until_both_are_decided() async throws {
    try await World.with { world in
      let id = try await world.notice(.running), staff = world.supervisor.caller
      let one = try await Self.file(id, world), two = try await Self.file(id, world, as: world.enterprise.caller)
      for objection in [one, two] { try await world.move(objection.id, .accept, as: staff) }
      try await world.move(one.id, .dismiss, aReason, as: staff)
      #expect(try await world.market.find(id, for: .anonymous).state == .paused)
      try await world.move(two.id, .dismiss, aReason, as: staff)
      #expect(try await world.market.find(id, for: .anonymous).state == .running)
    }
  }

  /// The days a notice was up in full, the paused ones left out, are as many as the law asks for, wherever the pause falls.
  @Test func a_pause_neither_shortens_nor_stretches_the_days_on_notice() throws {
    var chance = SystemRandomNumberGenerator()
    let first = try #require(CivilDate("2026-01-05"))
    let off = Set(
      (0..<60).map { _ in first.adding(days: Int.random(in: 0..<300, using: &chance)) }.filter { $0.weekday <= 5 })
    let calendar = WorkCalendar(off: off, work: [])
    for _ in 0..<500 {
      let start = first.adding(days: Int.random(in: 0..<200, using: &chance))
      let period = Period.workingDays(Int.random(in: 1...15, using: &chance))
      let end = calendar.lastDay(from: start, period)
      let pause = start.adding(days: Int.random(in: 0...Int(end.days - start.days), using: &chance))
      let resume = pause.adding(days: Int.random(in: 0...40, using: &chance))
      let left = calendar.remaining(after: max(start, pause.adding(days: -1)), through: end, of: period)
      let last = calendar.lastDay(from: resume, left)
      let up = (start.days + 1...max(last.days, start.days + 1)).map { CivilDate(days: $0) }.filter {
        calendar.isWorkingDay($0) && $0 <= last && ($0 < pause || $0 > resume)
      }
      #expect(up.count == period.days, "from \(start.text), paused \(pause.text) to \(resume.text)")
    }
  }

  @Test func an_objection_comes_before_the_end_to_the_microsecond_or_not_at_all() async throws {
    try await World.with { world in
      let end = "2026-11-30T16:00:00Z", rival = world.rival.caller
      let id = try await world.notice(.running)
      _ = try await world.market.database.execute("UPDATE notices SET ends_at = \(end)::timestamptz WHERE id = \(id)")
      try await world.freeze(at: end)
      #expect(try await Self.outcome(id, world, rival) == "notice_closed")
      try await world.freeze(at: "2026-11-30T15:59:59.999999Z")
      await #expect(throws: Refusal.self) { try await world.move(id, .close, as: .system) }
      #expect(try await Self.outcome(id, world, rival) == "taken")
      try await world.freeze(at: end)
      let held = try await refusal { try await world.move(id, .close, as: .system) }
      #expect(held.issues.map(\.code) == ["objection_open"])
    }
  }

  @Test func an_objection_in_the_last_microsecond_and_the_closing_never_both_win() async throws {
    try await World.with { world in
      for _ in 0..<40 {
        let id = try await world.notice(.running)
        _ = try await world.market.database.execute(
          "UPDATE notices SET ends_at = market_now() + interval '25 ms' WHERE id = \(id)")
        let taken = Shared<[ID<Objection>]>([]), late = Shared(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for caller in [world.rival.caller, world.enterprise.caller] {
            group.addTask {
              try await Task.sleep(for: .microseconds(.random(in: 5_000...40_000)))
              do {
                let made = try await Self.file(id, world, as: caller)
                taken.change { $0.append(made.id) }
              } catch let refusal as Refusal {
                guard refusal.conflictCode == "notice_closed" else { throw refusal }
                late.change { $0 += 1 }
              }
            }
          }
          group.addTask {
            let clockwork = Clockwork(world.market)
            for _ in 0..<8 {
              try await clockwork.tick()
              try await Task.sleep(for: .milliseconds(8))
            }
          }
          try await group.waitForAll()
        }
        _ = try await world.market.database.execute("UPDATE due SET wait_until = NULL")
        try await Clockwork(world.market).tick()
        let row = try #require(
          try await world.market.database.query(
            """
            SELECT n.status, n.open_objections, count(o.id), coalesce(bool_and(o.received_at < n.ends_at), true)
            FROM notices n LEFT JOIN objections o ON o.notice = n.id WHERE n.id = \(id) GROUP BY n.id
            """
          ).first)
        let status: String = try row.get(0)
        #expect(taken.value.count + late.value == 2, "everybody has an answer")
        #expect(try row.get(1, as: Int.self) == taken.value.count && row.get(2, as: Int.self) == taken.value.count)
        #expect(try row.get(3, as: Bool.self), "nothing is taken after the end")
        #expect((status == "closed_clean") == taken.value.isEmpty, "\(status) with \(taken.value.count)")
      }
    }
  }

  static func file(_ notice: ID<Notice>, _ world: World, as caller: Caller? = nil) async throws -> Objection {
    try await world.market.work(as: caller ?? world.rival.caller) { try await $0.fileObjection(to: notice, statement) }
  }

  /// What becomes of an attempt to object, in a word.
  static func outcome(_ notice: ID<Notice>, _ world: World, _ caller: Caller) async throws -> String {
    do {
      _ = try await file(notice, world, as: caller)
      return "taken"
    } catch let refusal as Refusal {
      if case .forbidden = refusal { return "forbidden" }
      return refusal.conflictCode ?? "\(refusal)"
    }
  }

  /// A challenge whose award is on notice, for real.
  static func proposed(_ world: World) async throws -> Challenge {
    let made = try await world.challenge(.evaluating)
    return try await world.move(
      made.id, .propose, .object(["bids": .array([.string(made.bid.text)])]), as: world.operator.caller)
  }
}
