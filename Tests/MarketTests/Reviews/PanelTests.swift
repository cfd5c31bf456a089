import Postgres
import TestSupport
import Testing

@testable import Market

/// From the frozen list to the closed panel, and what becomes of it.
@Suite struct PanelTests {
  /// A drawn panel on a challenge with two bids.
  struct Drawn: Sendable {
    let world: World
    let challenge: ID<Challenge>
    let bids: [ID<Bid>]
    let panel: ID<Panel>
    let pool: [World.PoolMember]

    /// Experts in the order of the draw, by what became of them.
    func order(_ states: String...) async throws -> [World.PoolMember] {
      let rows = try await world.market.database.query(
        "SELECT expert FROM panel_candidates WHERE panel = \(panel) AND status = ANY(\(states)) ORDER BY place")
      return try rows.compactMap { row in
        let id: ID<Expert> = try row.get(0)
        return pool.first { $0.id == id }
      }
    }
    func declare(_ member: World.PoolMember, _ accepts: Bool, ground: String? = nil) async throws -> PanelDuty {
      try await world.market.work(as: member.caller) { work in
        try await work.declare(
          on: panel, Input(["accepts": .flag(accepts), "ground": ground.map(FieldValue.text) ?? .null]))
      }
    }
    func submit(_ member: World.PoolMember, _ label: String, _ scores: [Int]) async throws -> ReviewSheet {
      let rows = scores.enumerated().map { i, score in
        JSONValue.object([
          "criterion": .number(Double(i + 1)), "score": .number(Double(score)), "comment": .string("示例意见 \(i + 1)"),
        ])
      }
      return try await world.market.work(as: member.caller) { work in
        try await work.submitSheet(
          for: label, in: panel, Input(JSONValue.object(["scores": .array(rows)]), ReviewSheet.inputs))
      }
    }
    func recuse(_ member: World.PoolMember, _ ground: String = "co_author", as caller: Caller? = nil) async throws
      -> Panel
    {
      try await world.market.work(as: caller ?? world.supervisor.caller) { work in
        try await work.recuse(
          from: panel,
          Input(["expert": .reference(member.id.bits), "ground": .text(ground), "statement": .text("示例说明")]))
      }
    }
    func find() async throws -> Panel { try await world.market.find(panel, for: .anonymous) }
    func begin() async throws {
      for member in try await order("seated") { _ = try await declare(member, true) }
      #expect(try await find().state == .reviewing)
    }
  }

  static func with(
    _ count: Int = 9, industry: Int = 4, size: Int = 5, _ body: @escaping @Sendable (Drawn) async throws -> Void
  ) async throws {
    try await Folder.with { folder in
      try await World.with { world in
        let made = try await world.challenge(.evaluating, pricesOpen: false, isJudged: false), other = ID<Bid>()
        try await world.placeBid(other, of: world.rival, on: made.id, price: nil)
        let pool = try await world.pool(count, industry: industry)
        let panel = try await ConflictTests.form(made.id, world, ["size": .integer(Int64(size))])
        let early = try await refusal { try await world.move(panel.id, .draw, as: world.operator.caller) }
        #expect(early.issues.map(\.code) == ["not_sealed"], "nobody knows a seed before the list is sealed")
        try await world.seal(folder.path)
        try await world.move(panel.id, .draw, as: world.operator.caller)
        try await body(Drawn(world: world, challenge: made.id, bids: [made.bid, other], panel: panel.id, pool: pool))
      }
    }
  }

  @Test func the_seed_is_the_root_of_the_first_signed_head_that_holds_the_freezing() async throws {
    try await Self.with { drawn in
      let panel = try await drawn.find(), world = drawn.world
      let event = try #require(
        try await world.history(as: .anonymous).first { $0.kind == "panel" && $0.action == "create" })
      let data = JSONValue.parse(event.payload)
      #expect(data?["pool_digest"]?.string == panel.poolDigest && data?["size"]?.number == 5)
      let head = try #require(try await world.market.ledger.head())
      #expect(panel.head == head.number && panel.seed == head.root.hex && head.size >= event.cursor.seq)
      let record = try #require(JSONValue.parse(try await world.market.drawRecord(of: drawn.panel, for: .anonymous)))
      let seats = try DrawRecord.verify(record)
      #expect(try await drawn.order("seated").map(\.id.text) == seats && seats.count == 5)
      if let again = try Self.documented(record) { #expect(again == "as published\n") }
      let industry = drawn.pool.prefix(4).map(\.id.text)
      #expect(seats.count { industry.contains($0) } >= 2)
    }
  }

  /// Runs the program of the documentation on a record, as a reader would.
  private static func documented(_ record: JSONValue) throws -> String? {
    let page = String(decoding: try Share.read("\(try Share.folder())/Documentation/review.md"), as: UTF8.self)
    let parts = page.split(separator: "```")
    let program = try #require(parts.first { $0.hasPrefix("python\n") }).dropFirst(7)
    let reading = "import sys\n" + program.replacing("open(\"draw.json\")", with: "sys.stdin") + "print('as published')"
    return try Python.run(reading, input: record.canonical).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func the_number_of_somebody_else_is_named_before_and_told_at_the_draw() async throws {
    try await Folder.with { folder in
      try await World.with { world in
        let (challenge, _) = try await ConflictTests.ready(world)
        let panel = try await ConflictTests.form(challenge, world, ["outside_source": .text("示例彩票第 2026130 期")])
        try await world.seal(folder.path)
        let without = try await refusal { try await world.move(panel.id, .draw, as: world.operator.caller) }
        #expect(without.issues.map(\.code) == ["outside_number"])
        let drawn = try await world.move(
          panel.id, .draw, .object(["outside_value": .string("03 11 27")]), as: world.supervisor.caller)
        #expect(drawn.outsideValue == "03 11 27")
        let record = try #require(JSONValue.parse(try await world.market.drawRecord(of: panel.id, for: .anonymous)))
        #expect(try DrawRecord.verify(record).count == 5)
      }
    }
  }

  @Test func who_declines_is_followed_by_the_next_and_the_last_to_accept_begins_the_review() async throws {
    try await Self.with { drawn in
      let seats = try await drawn.order("seated"), waiting = try await drawn.order("waiting")
      _ = try await drawn.declare(seats[0], false, ground: "kinship")
      let record = JSONValue.parse(try await drawn.world.market.drawRecord(of: drawn.panel, for: .anonymous))
      #expect(try DrawRecord.verify(try #require(record)).count == 5)
      let came = Set(try await drawn.order("seated").map(\.id)).subtracting(seats.map(\.id))
      #expect(came.count == 1 && came.isSubset(of: waiting.map(\.id)))
      let back = try await refusal { try await drawn.declare(seats[0], true) }
      #expect(back.conflictCode == "already_declared")
      let stranger = try #require(try await drawn.order("waiting").first)
      let early = try await refusal { try await drawn.declare(stranger, true) }
      guard case .forbidden = early else {
        Testing.Issue.record("\(early)")
        return
      }
      try await drawn.begin()
      // Public is who, and not why.
      let events = try await drawn.world.history(as: .anonymous).filter { $0.kind == "panel" }
      #expect(
        events.map(\.action) == ["create", "draw", "decline", "seat"] + Array(repeating: "accept", count: 5) + ["begin"]
      )
      #expect(!events.contains { String(decoding: $0.payload, as: UTF8.self).contains("kinship") })
      let ground = try await drawn.world.market.seats(of: drawn.panel, for: drawn.world.supervisor.caller)
        .first { $0.expert == seats[0].id }?.ground
      let hidden = try await drawn.world.market.seats(of: drawn.panel, for: drawn.world.operator.caller)
        .first { $0.expert == seats[0].id }
      #expect(ground == "kinship" && hidden?.status == "declined" && hidden?.ground == nil)
    }
  }

  @Test func a_pool_that_runs_out_leaves_the_seat_vacant_until_the_supervisor_dissolves_the_panel() async throws {
    try await Self.with(5, industry: 2) { drawn in
      let seats = try await drawn.order("seated"), world = drawn.world
      _ = try await drawn.declare(seats[0], false)
      for member in seats.dropFirst() { _ = try await drawn.declare(member, true) }
      #expect(try await drawn.find().state == .drawn)
      let vacant = try await refusal { try await world.move(drawn.panel, .begin, as: .system) }
      #expect(vacant.issues.map(\.code) == ["seats_vacant"])
      await #expect(throws: Refusal.self) {
        try await world.move(drawn.panel, .dissolve, aReason, as: world.operator.caller)
      }
      try await world.move(drawn.panel, .dissolve, aReason, as: world.supervisor.caller)
      _ = try await world.pool(3, industry: 1)
      #expect(try await ConflictTests.form(drawn.challenge, world).poolSize == 8)
    }
  }

  @Test func what_is_known_of_a_conflict_outweighs_what_is_declared_and_stops_a_member_with_the_ground() async throws {
    try await Self.with { drawn in
      let world = drawn.world, seats = try await drawn.order("seated")
      func relate(_ member: World.PoolMember, _ ground: String) async throws {
        _ = try await world.market.work(as: world.operator.caller) { work in
          try await work.relate(
            member.id, Input(["organisation": .reference(world.rival.id.bits), "ground": .text(ground)]))
        }
      }
      func ground(_ body: () async throws -> Void) async throws -> String? {
        if case .recused(let ground) = try await refusal(body) { ground } else { nil }
      }
      try await relate(seats[0], "shareholder")
      #expect(try await ground { _ = try await drawn.declare(seats[0], true) } == "shareholder")
      _ = try await drawn.declare(seats[0], false, ground: "shareholder")
      try await drawn.begin()
      let member = try #require(try await drawn.order("accepted").first)
      try await relate(member, "consultant")
      #expect(try await ground { _ = try await drawn.submit(member, "A", [80, 80]) } == "consultant")
      _ = try await drawn.recuse(member, "consultant")
      #expect(try await ground { _ = try await drawn.submit(member, "A", [80, 80]) } == "consultant")
      #expect(
        try await ground {
          _ = try await world.market.work(as: member.caller) { try await $0.ownSheets(in: drawn.panel) }
        } == "consultant")
      #expect(try await drawn.order("seated").count == 1, "the next has moved up while the review runs")
      await #expect(throws: Refusal.self) { try await drawn.recuse(seats[1], as: world.operator.caller) }
    }
  }

  @Test func a_sheet_has_every_criterion_once_is_for_good_and_nobody_else_s() async throws {
    try await Self.with { drawn in
      let world = drawn.world
      let before = try await drawn.order("seated")[0]
      let undeclared = try await refusal {
        try await world.market.work(as: before.caller) { try await $0.ownSheets(in: drawn.panel) }
      }
      #expect(undeclared.issues.map(\.code) == ["not_declared"])
      try await drawn.begin()
      let members = try await drawn.order("accepted")
      let sheets = try await world.market.work(as: members[0].caller) { try await $0.ownSheets(in: drawn.panel) }
      #expect(sheets.map(\.label) == ["A", "B"] && sheets.allSatisfy { $0.scores == nil && $0.plan == "示例方案" })
      for scores in [[80], [80, 80, 80], []] {
        #expect(
          try await refusal { try await drawn.submit(members[0], "A", scores) }.issues.map(\.code) == [
            "every_criterion_once"
          ])
      }
      let mute = try await refusal {
        let rows = JSONValue.array(
          [1, 2].map { .object(["criterion": .number($0), "score": .number(1), "comment": .string(" ")]) })
        return try Input(.object(["scores": rows]), ReviewSheet.inputs)
      }
      #expect(mute.issues.map(\.code) == ["required"], "a score without a word is none")
      #expect(try await drawn.submit(members[0], "A", [70, 90]).scores != nil)
      let again = try await refusal { try await drawn.submit(members[0], "A", [100, 100]) }
      #expect(again.conflictCode == "already_reviewed")
      await #expect(throws: Refusal.self, "no such letter") { try await drawn.submit(members[0], "C", [70, 90]) }
      await #expect(throws: PostgresError.self) {
        _ = try await world.market.database.execute("UPDATE panel_scores SET score = 100")
      }
      let other = try await world.market.work(as: members[1].caller) { try await $0.ownSheets(in: drawn.panel) }
      #expect(other.allSatisfy { $0.scores == nil && $0.submittedAt == nil })
      for caller in [world.operator, world.supervisor, world.admin, world.enterprise, world.university].map(\.caller) {
        await #expect(throws: Refusal.self) {
          try await world.market.work(as: caller) { try await $0.ownSheets(in: drawn.panel) }
        }
        await #expect(throws: Refusal.self) { try await world.market.reviewRecord(of: drawn.panel, for: caller) }
        let told = try await world.history(as: caller).filter { $0.kind == "panel" && $0.action == "score" }
        #expect(told.isEmpty)
      }
    }
  }

  @Test func a_name_in_a_plan_is_blotted_out() async throws {
    try await Self.with { drawn in
      let world = drawn.world
      try await world.place("UPDATE bids SET plan = '由示例大学与示例研究所的团队实施'")
      try await drawn.begin()
      let member = try await drawn.order("accepted")[0]
      let sheets = try await world.market.work(as: member.caller) { try await $0.ownSheets(in: drawn.panel) }
      #expect(sheets.allSatisfy { $0.plan == "由〔名称已隐去〕与〔名称已隐去〕的团队实施" })
    }
  }

  @Test func the_panel_closes_with_its_quorum_and_counts_only_those_who_judged_every_bid() async throws {
    try await Self.with { drawn in
      let world = drawn.world
      try await drawn.begin()
      let members = try await drawn.order("accepted")
      for (i, member) in members.prefix(3).enumerated() {
        for label in ["A", "B"] { _ = try await drawn.submit(member, label, [60 + i, label == "A" ? 80 : 70]) }
      }
      _ = try await drawn.submit(members[3], "A", [0, 0])
      let early = try await refusal { try await world.move(drawn.panel, .close, as: world.operator.caller) }
      #expect(early.issues.map(\.code) == ["no_quorum"])
      _ = try await drawn.submit(members[3], "B", [63, 70])
      _ = try await drawn.submit(members[4], "B", [100, 100])
      #expect(try await world.move(drawn.panel, .close, as: world.operator.caller).state == .closed)
      let rows = try await world.market.database.query(
        "SELECT label, mean::text, sheets FROM panel_bids ORDER BY label")
      let means = try rows.map { row in
        "\(try row.get(0, as: String.self)) \(try row.get(1, as: String.self)) \(try row.get(2, as: Int.self))"
      }
      // A: (68.0 + 68.6 + 69.2 + 0) / 4; B: (64 + 64.6 + 65.2 + 65.8) / 4. The fifth judged one bid alone.
      #expect(means == ["A 51.45 4", "B 64.90 4"])
      let late = try await refusal { try await drawn.submit(members[4], "A", [100, 100]) }
      #expect(late.conflictCode == "panel_not_open")
    }
  }

  @Test func after_an_objection_the_sheets_are_counted_without_the_member_s() async throws {
    try await Self.with { drawn in
      let world = drawn.world
      try await drawn.begin()
      let members = try await drawn.order("accepted")
      for (i, member) in members.enumerated() {
        for label in ["A", "B"] { _ = try await drawn.submit(member, label, i == 0 ? [100, 100] : [50, 50]) }
      }
      try await world.move(drawn.panel, .close, as: world.operator.caller)
      func means() async throws -> [String] {
        try await world.market.database.query("SELECT mean::text FROM panel_bids ORDER BY label").map { try $0.get(0) }
      }
      #expect(try await means() == ["60.00", "60.00"])
      #expect(try await drawn.recuse(members[0]).state == .closed)
      #expect(try await means() == ["50.00", "50.00"])
      let few = try await refusal { try await drawn.recuse(members[1]) }
      #expect(few.issues.map(\.code) == ["no_quorum"])
      #expect(try await drawn.order("recused").count == 1, "what is refused leaves nothing")
    }
  }
}
