import Testing

@testable import Postgres

@Suite struct CopyTests {
  private static let table = "CREATE TABLE t (id int8, name text, score float8, flag bool)"

  @Test func a_hundred_thousand_rows_arrive_whole() async throws {
    try await withDatabase { database in
      try await database.script(CopyTests.table)
      let count = try await database.copyIn(
        "COPY t (id, name, score, flag) FROM STDIN (FORMAT binary)", rows: 1...100_000
      ) { number, row in
        row.append(number)
        row.append(number.isMultiple(of: 10) ? nil : "行 \(number)")
        row.append(Double(number) / 2)
        if number.isMultiple(of: 3) { row.append(nil) } else { row.append(number.isMultiple(of: 2)) }
      }
      #expect(count == 100_000)
      let rows = try await database.query(
        "SELECT count(*), sum(id), count(name), count(flag), max(name) FILTER (WHERE id = 77777) FROM t")
      var columns = rows[0].columns
      #expect(try columns.next() == 100_000)
      columns.skip()
      #expect(try columns.next() == 90_000)
      #expect(try columns.next() == 66_667)
      #expect(try columns.next() == "行 77777")
    }
  }

  @Test func a_producer_that_throws_leaves_nothing() async throws {
    struct Stop: Error {}
    try await withDatabase(writers: 1) { database in
      try await database.script(CopyTests.table)
      await #expect(throws: Stop.self) {
        _ = try await database.copyIn("COPY t (id) FROM STDIN (FORMAT binary)", rows: 1...100_000) { number, row in
          if number == 90_000 { throw Stop() }
          row.append(number)
        }
      }
      #expect(try await database.one("SELECT count(*) FROM t") == 0)
      #expect(try await database.execute("INSERT INTO t (id) VALUES (1)").affected == 1)
    }
  }

  @Test func bad_data_is_the_servers_error_and_leaves_nothing() async throws {
    try await withDatabase(writers: 1) { database in
      try await database.script(CopyTests.table)
      let error = await postgresError {
        _ = try await database.copyIn("COPY t (id) FROM STDIN (FORMAT binary)", rows: 1...200_000) { number, row in
          if number == 100 { row.append("twelve bytes") } else { row.append(number) }
        }
      }
      #expect(error?.kind == .server)
      #expect(error?.sqlState == "22P03")
      #expect(try await database.execute("SELECT * FROM t").isEmpty)
    }
  }

  @Test func a_copy_is_part_of_its_transaction() async throws {
    try await withDatabase(writers: 1) { database in
      try await database.script(CopyTests.table)
      let counts = try await database.transaction { tx in
        let first = try await tx.copyIn("COPY t (id) FROM STDIN (FORMAT binary)", rows: 1...3) { $1.append($0) }
        try await tx.execute("DELETE FROM t WHERE id = \(1)")
        let second = try await tx.copyIn("COPY t (id) FROM STDIN (FORMAT binary)", rows: [Int]()) { $1.append($0) }
        return [first, second, try await tx.query("SELECT id FROM t").count]
      }
      #expect(counts == [3, 0, 2])
      #expect(try await database.execute("SHOW statement_timeout")[0].get(0) == "2min")
    }
  }

  @Test func what_is_no_copy_is_an_error() async throws {
    try await withDatabase(writers: 1) { database in
      for sql in ["SELECT 1", "COPY nowhere FROM STDIN (FORMAT binary)"] as [SQL] {
        let error = await postgresError {
          _ = try await database.copyIn(sql, rows: [1]) { $1.append($0) }
        }
        #expect(error?.kind == .server)
      }
      try await database.execute("SELECT 1")
    }
  }

  @Test func a_copy_through_a_plain_statement_is_an_error_and_no_hang() async throws {
    try await withDatabase(readers: 1, writers: 1) { database in
      try await database.script(CopyTests.table)
      for sql in ["COPY t FROM STDIN", "COPY t TO STDOUT"] as [SQL] {
        #expect(await postgresError { try await database.execute(sql) } != nil)
        #expect(await postgresError { _ = try await database.query(sql) } != nil)
        #expect(await postgresError { try await database.script(sql.text) } != nil)
      }
      #expect(try await database.execute("SELECT 1").count == 1)
      #expect(try await database.query("SELECT 1").count == 1)
    }
  }
}
