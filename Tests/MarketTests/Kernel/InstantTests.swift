import Market
import Postgres
import TestSupport
import Testing

/// Dates and instants against PostgreSQL's own arithmetic.
@Suite struct InstantTests {
  @Test func random_instants_are_printed_as_the_database_prints_them_and_read_back() async throws {
    try await TestDatabase.with { database in
      // 0001 to 9999, in microseconds since 1970.
      let instants =
        (0..<500).map { _ in Instant(microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999)) }
        + [Instant(microseconds: -1), Instant(microseconds: 0), Instant(microseconds: 946_684_800_000_000)]
      let rows = try await database.query(
        """
        SELECT to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'), to_char(t AT TIME ZONE 'UTC', 'US'),
          (t AT TIME ZONE 'Asia/Shanghai')::date, extract(isodow FROM t AT TIME ZONE 'UTC')::int
        FROM unnest(\(instants)) WITH ORDINALITY AS u(t, n) ORDER BY n
        """)
      #expect(rows.count == instants.count)
      for (row, instant) in zip(rows, instants) {
        let seconds: String = try row.get(0), micros: String = try row.get(1)
        #expect(instant.text == seconds + (micros == "000000" ? "" : "." + micros) + "Z")
        #expect(Instant(instant.text) == instant)
        // Before 1901 the zone's own offset was another; the product has no such dates.
        if instant.microseconds > 800_000_000_000_000 {
          #expect(instant.dateInShanghai == (try row.get(2, as: CivilDate.self)))
        }
      }
    }
  }

  @Test func random_dates_agree_with_the_database_in_their_parts_weekday_and_sum() async throws {
    try await TestDatabase.with { database in
      let dates = (0..<500).map { _ in CivilDate(days: .random(in: -719_162...2_932_896)) }
      let rows = try await database.query(
        """
        SELECT to_char(d, 'YYYY-MM-DD'), extract(year FROM d)::int, extract(month FROM d)::int, extract(day FROM d)::int,
          extract(isodow FROM d)::int, d + 45
        FROM unnest(\(dates)) WITH ORDINALITY AS u(d, n) ORDER BY n
        """)
      for (row, date) in zip(rows, dates) {
        #expect(date.text == (try row.get(0, as: String.self)))
        #expect(CivilDate(date.text) == date)
        let parts = (try row.get(1, as: Int.self), try row.get(2, as: Int.self), try row.get(3, as: Int.self))
        #expect(date.parts == parts)
        #expect(date.weekday == (try row.get(4, as: Int.self)))
        #expect(date.adding(days: 45) == (try row.get(5, as: CivilDate.self)))
      }
    }
  }

  @Test(arguments: [
    ("2026-05-08T16:00:00Z", "2026-05-08T16:00:00Z"), ("2026-05-09T00:00:00+08:00", "2026-05-08T16:00:00Z"),
    ("2026-05-08t16:00:00.5z", "2026-05-08T16:00:00.500000Z"), ("2026-05-08 11:30:00-04:30", "2026-05-08T16:00:00Z"),
    ("2026-05-08T16:00:00.1234567Z", "2026-05-08T16:00:00.123456Z"),
  ])
  func rfc_3339_is_read_with_any_offset(text: String, utc: String) {
    #expect(Instant(text)?.text == utc)
  }

  @Test(arguments: [
    "", "2026-05-08", "2026-05-08T16:00:00", "2026-05-08T16:00Z", "2026-02-29T00:00:00Z", "2026-05-08T24:00:00Z",
    "2026-05-08T16:60:00Z",
    "2026-05-08T16:00:00.Z", "2026-05-08T16:00:00+0800", "2026-05-08T16:00:00Z ", "26-05-08T16:00:00Z",
    "\u{FF12}026-05-08T16:00:00Z",
  ])
  func what_is_no_instant_is_refused(text: String) {
    #expect(Instant(text) == nil)
  }

  @Test(arguments: [
    "", "2026-13-01", "2026-00-10", "2026-02-29", "2100-02-29", "2026-5-8", "0000-01-01", "2026-05-08Z", "2026/05/08",
  ])
  func what_is_no_date_is_refused(text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test func a_day_in_shanghai_begins_and_ends_at_sixteen_hundred_in_greenwich() throws {
    let date = try #require(CivilDate("2026-12-31"))
    #expect(date.start.text == "2026-12-30T16:00:00Z" && date.end.text == "2026-12-31T16:00:00Z")
    #expect(Instant("2026-12-31T15:59:59.999999Z")?.dateInShanghai == date)
    #expect(Instant("2026-12-31T16:00:00Z")?.dateInShanghai.text == "2027-01-01")
  }
}
