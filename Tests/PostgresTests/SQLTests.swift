import Testing

@testable import Postgres

@Suite struct SQLTests {
  @Test func a_value_becomes_a_place_and_never_text() {
    let word = "'; DROP TABLE x; --"
    let sql: SQL = "SELECT \(word), \(7)"
    #expect(sql.text == "SELECT $1, $2")
    #expect(sql.binds.map(\.type) == [25, 20])
    #expect(!sql.description.contains("DROP"))
  }

  @Test func a_splice_renumbers_the_places_of_both_pieces() {
    let inner: SQL = "a = \(1) OR b = \("二")"
    let none: String? = nil
    let sql: SQL = "SELECT \(0) WHERE (\(sql: inner)) AND c = \(none) AND (\(sql: inner))"
    #expect(sql.text == "SELECT $1 WHERE (a = $2 OR b = $3) AND c = $4 AND (a = $5 OR b = $6)")
    #expect(sql.binds.map(\.length) == [8, 8, 3, nil, 8, 3])
    for bind in sql.binds {
      #expect(Array(sql.text.utf8)[bind.mark] == UInt8(ascii: "$"))
    }
    #expect(Array(sql.bytes[sql.binds[5].start...]) == Array("二".utf8))
  }

  @Test func a_splice_past_nine_places_keeps_the_text_whole() {
    let many = (0..<12).map { "x = \($0)" as SQL }.joined(separator: " OR ")
    let sql: SQL = "SELECT \(true) WHERE \(sql: many) LIMIT \(1)"
    #expect(sql.text.hasSuffix("x = $12 OR x = $13 LIMIT $14"))
  }
}
