import Testing

@testable import Postgres

@Suite struct TypeTests {
  @Test func every_type_comes_back_as_it_went() async throws {
    try await withDatabase { database in
      try await roundTrip(true, in: database)
      try await roundTrip(false, in: database)
      for number in [Int16.min, -1, 0, 1, .max] { try await roundTrip(number, in: database) }
      for number in [Int32.min, -1, 0, 1, .max] { try await roundTrip(number, in: database) }
      for number in [Int64.min, -1, 0, 1, .max] { try await roundTrip(number, in: database) }
      for number in [Int.min, -1, 0, 1, .max] { try await roundTrip(number, in: database) }
      for number in [0.1, -0.0, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude] {
        try await roundTrip(number, in: database)
      }
      for text in ["", "揭榜 🀄️", "it's \"quoted\" \\ $1", String(repeating: "长", count: 100_000)] {
        try await roundTrip(text, in: database)
      }
      try await roundTrip(Bytea([]), in: database)
      try await roundTrip(Bytea(Array(0...255)), in: database)
      try await roundTrip(Bytea([UInt8](repeating: 7, count: 9_000_000)), in: database)
      try await roundTrip(JSONB("{\"a\": [1, null, \"二\"]}"), in: database)
      try await roundTrip([Int](), in: database)
      try await roundTrip([1, -2, 3], in: database)
      try await roundTrip(["a", "", "引号\"和,逗号", "NULL"], in: database)
      try await roundTrip([true, false], in: database)
      try await roundTrip([Bytea([0, 255])], in: database)
      try await roundTrip([1.5, -2.5], in: database)
      try await roundTrip([JSONB("[]")], in: database)
    }
  }

  private func roundTrip<Value: PostgresCodable & Equatable>(_ value: Value, in database: Database) async throws {
    #expect(try await database.one("SELECT \(value)") == value)
    #expect(try await database.execute("SELECT \(value)")[0].get(0) == value)
  }

  @Test func null_is_nil_and_nothing_else() async throws {
    try await withDatabase { database in
      let none: String? = nil
      let some: String? = ""
      let row = try await database.query("SELECT \(none), \(some), \(none) IS NULL, \(some) IS NULL")[0]
      var columns = row.columns
      #expect(try columns.next(String?.self) == nil)
      #expect(try columns.next(String?.self) == "")
      #expect(try columns.next() == true)
      #expect(try columns.next() == false)
      let failure = #expect(throws: DecodingFailure.self) { try row.get(0, as: String.self) }
      #expect(failure?.column == 0)
    }
  }

  @Test func a_column_of_another_type_is_an_error_and_no_wrong_value() async throws {
    try await withDatabase { database in
      let row = try await database.query("SELECT 1::int4 AS small, 1.5::float8, 'x', ARRAY[1], now()")[0]
      #expect(throws: DecodingFailure.self) { try row.get(0, as: String.self) }
      #expect(throws: DecodingFailure.self) { try row.get(0, as: Int64.self) }
      #expect(throws: DecodingFailure.self) { try row.get(1, as: Int.self) }
      #expect(throws: DecodingFailure.self) { try row.get(2, as: Bool.self) }
      #expect(throws: DecodingFailure.self) { try row.get(3, as: [String].self) }
      #expect(throws: DecodingFailure.self) { try row.get(4, as: Int.self) }
      #expect(throws: DecodingFailure.self) { try row.get(5, as: Int.self) }
      #expect(throws: DecodingFailure.self) { try row.get(-1, as: Int.self) }
      #expect(try row.get(0, as: Int.self) == 1)
      let failure = #expect(throws: DecodingFailure.self) { try row.get(0, as: Bool.self) }
      #expect(failure?.columnName == "small")
    }
  }

  @Test func text_reads_every_kind_of_text() async throws {
    try await withDatabase { database in
      try await database.script("CREATE TYPE mood AS ENUM ('glad', '高兴')")
      let row = try await database.query(
        "SELECT 'a'::varchar(9), 'b'::name, '高兴'::mood, '{\"a\":1}'::json, 'c'::char(2), current_schema()")[0]
      let texts = try (0..<row.count).map { try row.get($0, as: String.self) }
      #expect(texts == ["a", "b", "高兴", "{\"a\":1}", "c ", "public"])
      #expect(try await database.one("SELECT '[1]'::json") == JSONB("[1]"))
    }
  }

  @Test func an_array_with_null_or_more_dimensions_is_an_error() async throws {
    try await withDatabase { database in
      let row = try await database.query("SELECT ARRAY[1, NULL]::int8[], ARRAY[[1, 2], [3, 4]]::int8[]")[0]
      #expect(throws: DecodingFailure.self) { try row.get(0, as: [Int].self) }
      #expect(throws: DecodingFailure.self) { try row.get(1, as: [Int].self) }
    }
  }

  @Test func bytes_are_lent_without_a_copy() async throws {
    try await withDatabase { database in
      var columns = try await database.query("SELECT 'abc', NULL, 7::int4")[0].columns
      let lent = columns.nextBytes { $0.map { Array($0) } }
      #expect(lent == Array("abc".utf8))
      let none = columns.nextBytes { $0 == nil }
      #expect(none)
      let seven: Int = try columns.next()
      #expect(seven == 7)
    }
  }

  @Test func a_nul_in_text_is_the_servers_clear_error() async throws {
    try await withDatabase { database in
      let error = await postgresError { _ = try await database.query("SELECT \("a\0b")") }
      #expect(error?.sqlState == "22021")
      let cut = await postgresError { _ = try await database.query(SQL(unsafe: "SELECT 1\0, 2")) }
      #expect(cut?.message.contains("NUL") == true)
      let next: Int = try await database.one("SELECT 1")
      #expect(next == 1)
    }
  }

  @Test func more_values_than_the_protocol_holds_are_an_error() async throws {
    try await withDatabase { database in
      let many = (0..<70_000).map { "\($0)" as SQL }.joined(separator: ",")
      let error = await postgresError { _ = try await database.query("SELECT 1 WHERE 1 IN (\(sql: many))") }
      #expect(error?.kind == .server)
      let next: Int = try await database.one("SELECT 2")
      #expect(next == 2)
    }
  }
}
