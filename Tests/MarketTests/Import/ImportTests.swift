import Postgres
import TestSupport
import Testing

@testable import Market

@Suite struct ImportTests {
  @Test(arguments: ["achievements.csv", "challenges.csv"])
  func the_shipped_samples_are_taken_without_a_complaint(name: String) async throws {
    try await World.with { world in
      let bytes = try Share.read(try Share.folder() + "/Samples/" + name)
      if name.hasPrefix("a") {
        try await Self.expectTaken(Achievement.self, bytes, world)
      } else {
        try await Self.expectTaken(Challenge.self, bytes, world)
      }
    }
  }

  @Test func everything_wrong_is_reported_by_row_and_column() async throws {
    try await World.with { world in
      let plan = try await Self.plan(
        """
        external_id,title,region,field,trl,price,keywords,transfer_modes
        A1,好,450300,09,7,300000.00,柑橘；苗木,licence
        A2,,999999,12,ten,1.234,,sell

        A1,好,450300,09,0,-1,,
        A4,好,450300,,,,,,多余
        A5,好,45030,,,,,
        """, world)
      #expect(plan.total == 5 && plan.rows.map(\.number) == [2])
      #expect(
        plan.issues.map { "\($0.row ?? 0) \($0.column ?? "") \($0.code)" } == [
          "3 title required", "3 field unknown_code", "3 trl wrong_type", "3 price bad_amount",
          "3 transfer_modes unknown_code",
          "3 region unknown_region", "5 trl out_of_range", "5 price bad_amount", "5 external_id duplicate_in_file",
          "6  too_many_cells",
          "7 region bad_region",
        ])
      #expect(plan.issues.allSatisfy { !$0.detail.zh.isEmpty && !$0.detail.en.isEmpty })
      #expect(plan.rows.first?.input.texts("keywords") == ["柑橘", "苗木"])
    }
  }

  @Test(arguments: [
    ("title,region,colour", "colour", "unknown_column"), ("titel,region", "titel", "unknown_column"),
    ("title", "region", "missing_column"),
    ("title,region,organisation_name", "organisation_name", "unknown_column"),
  ])
  func a_header_that_does_not_fit_is_refused_as_a_whole(header: String, column: String, code: String) async throws {
    try await World.with { world in
      let refused = try await refusal { try await Self.plan(header + "\nx,450300,y", world) }
      #expect(
        refused.issues.map(\.column) == [column] && refused.issues.map(\.code) == [code]
          && refused.issues.map(\.row) == [1])
    }
  }

  @Test func a_header_may_speak_chinese_and_a_file_without_holder_needs_one_named() async throws {
    try await World.with { world in
      let plan = try await Self.plan("\u{FEFF}成果名称,所在地区(行政区划代码)\r\n苗木,450300\r\n", world)
      #expect(plan.rows.count == 1 && plan.issues.isEmpty)
      let csv = try CSV(Array("title,region\n苗木,450300".utf8))
      let regions = try await world.market.regionCodes()
      let refused = try await refusal { try ImportPlan<Achievement>(csv, hasOwner: false, regions: regions) }
      #expect(refused.issues.map(\.column) == ["holder"])
    }
  }

  @Test func nothing_is_written_unless_all_is_good_or_the_good_are_asked_for() async throws {
    try await World.with { world in
      let plan = try await Self.plan("external_id,title,region\nA1,好,450300\nA2,,450300\nA3,好,450300", world)
      let before = try await world.fingerprint()
      let all = try await world.market.importRows(plan, owner: world.university.id, validOnly: false)
      #expect(all.written == 0)
      #expect(try await world.fingerprint() == before)
      let good = try await world.market.importRows(plan, owner: world.university.id, validOnly: true)
      #expect(good.written == 2 && good.refused.isEmpty)
      let events = try await world.history(as: world.university.caller)
      #expect(
        events.map(\.action) == ["import", "import"] && events.allSatisfy { $0.to == "draft" && $0.version == 1 })
      #expect(try await world.history(as: world.rival.caller).isEmpty)
    }
  }

  @Test func a_number_that_is_taken_already_is_reported_and_stops_the_rest_unless_told() async throws {
    try await World.with { world in
      let first = try await Self.plan("external_id,title,region\nA1,好,450300", world)
      #expect(try await world.market.importRows(first, owner: world.university.id, validOnly: false).written == 1)
      let second = try await Self.plan("external_id,title,region\nA0,好,450300\nA1,又,450300\n,无号,450300", world)
      let before = try await world.fingerprint()
      let refused = try await world.market.importRows(second, owner: world.university.id, validOnly: false)
      #expect(
        refused.written == 0 && refused.refused.map(\.row) == [3]
          && refused.refused.map(\.code) == ["duplicate_external_id"])
      #expect(try await world.fingerprint() == before)
      let rest = try await world.market.importRows(second, owner: world.university.id, validOnly: true)
      #expect(rest.written == 2 && rest.refused.count == 1)
      let elsewhere = try await world.market.importRows(first, owner: world.rival.id, validOnly: false)
      #expect(elsewhere.written == 1, "another institution counts for itself")
    }
  }

  @Test func what_is_exported_is_imported_to_equal_rows() async throws {
    try await World.with { world in
      let texts = ["=1+1", "带,逗号", "带\"引号\"", "两\n行", "'=x", "-5℃冷链", "👩‍🔬 成果", "a;b"]
      let plain = texts.enumerated().map { i, text in
        "A\(i),\(CSV.cell(text)),示例院,institute,450300,09,柑橘;苗木,\(i % 9 + 1),licence;equity,\(i)00.50,\(CSV.cell(text)),\(CSV.cell(text)),constructed,"
      }
      let plan = try await Self.plan(
        ([
          "external_id,title,holder,holder_kind,region,field,keywords,trl,transfer_modes,price,summary,description,origin,source"
        ] + plain)
        .joined(separator: "\n"), world)
      #expect(plan.issues.isEmpty && plan.rows.count == texts.count)
      _ = try await world.market.importRows(plan, owner: nil, validOnly: false)
      @Sendable func rows(_ world: World) async throws -> [[String]] {
        try await world.market.database.query(
          """
          SELECT t.external_id, t.title, t.summary, t.description, t.field, t.keywords::text, t.trl::text,
            t.transfer_modes::text, t.region,
            t.price::bigint::text, t.origin, t.source, o.name, o.kind
          FROM achievements t JOIN organisations o ON o.id = t.organisation ORDER BY 1
          """
        ).map { row throws(DecodingFailure) in
          var columns: [String] = []
          for i in 0..<14 { columns.append(try row.get(i)) }
          return columns
        }
      }
      let original = try await rows(world)
      #expect(original.map { $0[1] } == texts)
      for bom in [true, false] {
        let file = Shared("")
        let count = try await world.market.export(Achievement.self, for: .system, filters: [:], bom: bom) { piece in
          file.change { $0 += piece }
        }
        #expect(count == texts.count && file.value.hasPrefix("\u{FEFF}") == bom)
        let text = file.value
        try await World.with { other in
          let again = try await Self.plan(text, other)
          #expect(again.issues.isEmpty)
          #expect(try await other.market.importRows(again, owner: nil, validOnly: false).written == texts.count)
          #expect(try await rows(other) == original)
        }
      }
    }
  }

  @Test func an_export_is_what_its_reader_may_see_and_what_was_asked_for() async throws {
    try await World.with { world in
      _ = try await world.achievement(.draft)
      _ = try await world.achievement(.published)
      func count(_ caller: Caller, _ filters: [String: String] = [:]) async throws -> Int {
        try await world.market.export(Achievement.self, for: caller, filters: filters, bom: false) { _ in }
      }
      #expect(try await count(.anonymous) == 1)
      #expect(try await count(world.university.caller) == 2)
      #expect(try await count(world.university.caller, ["status": "draft"]) == 1)
    }
  }

  // MARK: Helpers

  private static func plan(_ text: String, _ world: World) async throws -> ImportPlan<Achievement> {
    let hasOwner = !text.contains("holder")
    return try ImportPlan(try CSV(Array(text.utf8)), hasOwner: hasOwner, regions: try await world.market.regionCodes())
  }

  private static func expectTaken<O: Importable>(_: O.Type, _ bytes: [UInt8], _ world: World) async throws {
    let csv = try CSV(bytes)
    let plan = try ImportPlan<O>(csv, hasOwner: false, regions: try await world.market.regionCodes())
    #expect(plan.issues.isEmpty && plan.rows.count == csv.rows.count && plan.total > 100)
    let done = try await world.market.importRows(plan, owner: nil, validOnly: false)
    #expect(done.written == plan.total && done.refused.isEmpty)
    let rows = try await world.market.database.query(
      "SELECT count(*), count(DISTINCT external_id) FROM \(sql: O.table) WHERE status = 'draft'")
    #expect(try rows.first?.get(0, as: Int.self) == plan.total && rows.first?.get(1, as: Int.self) == plan.total)
    let owners = try await world.market.database.query(
      "SELECT FROM organisations WHERE name LIKE '示例%' AND origin = 'real'")
    #expect(owners.isEmpty, "what is invented is marked as invented")
  }
}
