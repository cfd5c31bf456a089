import Foundation
import Market
import Postgres
import TestSupport
import Testing

@Suite struct ImportTests {
  /// Two good rows, and three with something wrong each: a region, a price and a readiness level, a missing title.
  private static let mixed = """
    external_id,title,holder,region,trl,price
    T1,示例成果甲,示例大学甲,450300,5,1200.50
    T2,示例成果乙,示例大学甲,999999,5,
    T3,示例成果丙,示例大学甲,450300,12,12元
    T4,,示例大学甲,450300,,
    T5,示例成果戊,示例大学甲,450300,,
    """

  @Test func every_bad_row_is_reported_by_row_and_column_and_nothing_is_written() async throws {
    try await with(Self.mixed) { database, conninfo, file in
      let outcome = try await jiebang(on: conninfo).run("import", "achievements", file)
      #expect(outcome.status == 2)
      #expect(outcome.out == "共 5 行,写入 0 行,有问题 3 行\n")
      for place in ["第 3 行,列 region:", "第 4 行,列 trl:", "第 4 行,列 price:", "第 5 行,列 title:"] {
        #expect(outcome.err.contains(place), "\(place)")
      }
      #expect(!outcome.err.contains("第 2 行"))
      #expect(!outcome.err.contains("第 6 行"))
      #expect(try await Self.count(database) == 0)
      #expect(try await Self.organisations(database) == 0, "nothing at all, the organisation included")
    }
  }

  @Test func the_good_rows_can_be_taken_without_the_bad() async throws {
    try await with(Self.mixed) { database, conninfo, file in
      let outcome = try await jiebang(on: conninfo).run("import", "achievements", file, "--valid-rows")
      #expect(outcome.status == 0)
      #expect(outcome.out == "共 5 行,写入 2 行,有问题 3 行\n")
      #expect(outcome.err.contains("第 5 行,列 title:"))
      let rows = try await database.query("SELECT external_id FROM achievements ORDER BY 1")
      #expect(try rows.map { row throws(DecodingFailure) in try row.get(0, as: String.self) } == ["T1", "T5"])
    }
  }

  @Test func a_file_without_one_good_row_is_refused_even_then() async throws {
    try await with("title,holder,region\n,示例大学甲,450300\n") { database, conninfo, file in
      let outcome = try await jiebang(on: conninfo).run("import", "achievements", file, "--valid-rows")
      #expect(outcome.status == 2)
      #expect(try await Self.count(database) == 0)
    }
  }

  @Test func a_check_writes_nothing() async throws {
    try await with("title,holder,region\n示例成果,示例大学甲,450300\n") { database, conninfo, file in
      let outcome = try await jiebang(on: conninfo).run("import", "achievements", file, "--check")
      #expect(outcome.status == 0)
      #expect(outcome.out.hasPrefix("共 1 行,写入 0 行"))
      #expect(try await Self.count(database) == 0)
    }
  }

  @Test func the_result_can_be_read_by_a_program() async throws {
    try await with(Self.mixed) { _, conninfo, file in
      let outcome = try await jiebang(on: conninfo).run("import", "achievements", file, "--json", "--valid-rows")
      #expect(outcome.lines.count == 1)
      #expect(outcome.member("rows") as? Int == 5)
      #expect(outcome.member("written") as? Int == 2)
      let errors = try #require(outcome.member("errors") as? [[String: Any]])
      #expect(errors.map { "\($0["row"] ?? "") \($0["column"] ?? "")" } == ["3 region", "4 trl", "4 price", "5 title"])
    }
  }

  @Test func a_file_in_gbk_is_named_as_such() async throws {
    // 桂林 in GBK.
    try await with(bytes: Array("title,holder,region\n".utf8) + [0xB9, 0xF0, 0xC1, 0xD6]) { database, conninfo, file in
      let outcome = try await jiebang(on: conninfo).run("import", "achievements", file)
      #expect(outcome.status == 2)
      #expect(outcome.err.contains("UTF-8"))
      #expect(outcome.err.contains("GBK"))
      #expect(outcome.out.isEmpty)
    }
  }

  @Test func an_unknown_column_names_the_nearest() async throws {
    try await with("titel,holder,region\n示例,示例大学甲,450300\n") { _, conninfo, file in
      let outcome = try await jiebang(on: conninfo).run("import", "achievements", file)
      #expect(outcome.status == 2)
      #expect(outcome.err.contains("第 1 行,列 titel"))
      #expect(outcome.err.contains("是否指“title”"))
    }
  }

  @Test func a_missing_column_is_named() async throws {
    try await with("title,holder\n示例,示例大学甲\n") { _, conninfo, file in
      let text = try await jiebang(on: conninfo).run("import", "achievements", file)
      #expect(text.status == 2)
      #expect(text.err.contains("缺少必需的列“region”"))
      let json = try await jiebang(on: conninfo).run("import", "achievements", file, "--json")
      #expect(json.status == 2)
      let errors = try #require(json.member("errors") as? [[String: Any]])
      #expect(errors.first?["code"] as? String == "missing_column")
    }
  }

  @Test func rows_that_name_no_organisation_need_one_on_the_command_line() async throws {
    try await with("title,region\n示例成果,450300\n") { database, conninfo, file in
      let without = try await jiebang(on: conninfo).run("import", "achievements", file)
      #expect(without.status == 2)
      #expect(without.err.contains("--organisation"))
      let made = try await jiebang(on: conninfo).run(
        "organisation", "create", "示例大学乙", "--kind", "university", "--region", "450300")
      #expect(made.status == 0)
      let id = made.out.trimmingCharacters(in: .newlines)
      #expect(try await jiebang(on: conninfo).run("import", "achievements", file, "--organisation", id).status == 0)
      #expect(try await Self.count(database) == 1)
      let stranger = try await jiebang(on: conninfo).run(
        "import", "achievements", file, "--organisation", ID<Organisation>().text)
      #expect(stranger.status == 3)
    }
  }

  @Test func the_same_file_a_second_time_is_refused_row_by_row() async throws {
    try await with("external_id,title,holder,region\nT1,甲,示例大学甲,450300\nT2,乙,示例大学甲,450300\n") {
      database, conninfo, file in
      #expect(try await jiebang(on: conninfo).run("import", "achievements", file).status == 0)
      let again = try await jiebang(on: conninfo).run("import", "achievements", file)
      #expect(again.status == 2)
      #expect(again.err.contains("第 2 行,列 external_id"))
      #expect(again.err.contains("第 3 行,列 external_id"))
      #expect(again.out == "共 2 行,写入 0 行,有问题 2 行\n")
      #expect(try await Self.count(database) == 2)
    }
  }

  @Test func a_file_that_is_not_there_is_not_found() async throws {
    try await TestDatabase.named { _, conninfo in
      let outcome = try await jiebang(on: conninfo).run("import", "achievements", "/nonexistent/list.csv")
      #expect(outcome.status == 3)
      #expect(outcome.err.contains("/nonexistent/list.csv"))
    }
  }

  @Test func the_shipped_samples_have_nothing_wrong() async throws {
    try await TestDatabase.named { database, conninfo in
      for (kind, least) in [("achievements", 200), ("challenges", 180)] {
        let outcome = try await jiebang(on: conninfo).run(
          "import", kind, try Share.folder() + "/Samples/\(kind).csv", "--json")
        #expect(outcome.status == 0, "\(outcome.err)")
        let rows = try #require(outcome.member("rows") as? Int)
        #expect(rows >= least)
        #expect(outcome.member("written") as? Int == rows)
      }
    }
  }

  private func with(_ text: String, _ body: @Sendable (Database, String, String) async throws -> Void) async throws {
    try await with(bytes: Array(text.utf8), body)
  }

  private func with(bytes: [UInt8], _ body: @Sendable (Database, String, String) async throws -> Void) async throws {
    try await TestDatabase.named { database, conninfo in
      try await Folder.with { folder in try await body(database, conninfo, try folder.write("list.csv", bytes)) }
    }
  }

  private static func count(_ database: Database) async throws -> Int {
    try await database.query("SELECT count(*) FROM achievements").first?.get(0) ?? -1
  }

  private static func organisations(_ database: Database) async throws -> Int {
    try await database.query("SELECT count(*) FROM organisations").first?.get(0) ?? -1
  }
}
