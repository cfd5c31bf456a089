import Postgres
import TestSupport
import Testing

@testable import Market

/// The arithmetic of days, over the calendar and the rules that are shipped.
@Suite struct WorkCalendarTests {
  @Test(arguments: [
    ("2026-04-28", Period.workingDays(5), "2026-05-08"),
    ("2026-04-28", .workingDays(15), "2026-05-21"),
    ("2026-04-20", .calendarDays(15), "2026-05-06"),
    // Saturday 9 May is worked, so one working day after Friday the eighth is over on it.
    ("2026-05-08", .workingDays(1), "2026-05-09"),
    // A week that the make-up days around the Spring Festival stretch: 14 and 28 February are Saturdays and worked.
    ("2026-02-13", .workingDays(2), "2026-02-24"),
    ("2026-02-27", .workingDays(1), "2026-02-28"),
  ])
  func periods_end_where_the_law_says(start: String, period: Period, last: String) async throws {
    try await TestDatabase.with { database in
      let calendar = try await Market(database).rulebook.calendar
      let day = try #require(CivilDate(start)), wanted = try #require(CivilDate(last))
      #expect(calendar.lastDay(from: day, period) == wanted)
      // At whatever hour of the day it begins, it is over at 24:00 in Shanghai, which is 16:00 in Greenwich.
      for hour in [0, 1, 86_399] as [Int64] {
        #expect(calendar.end(from: day.start.adding(seconds: hour), period).text == "\(last)T16:00:00Z")
      }
    }
  }

  @Test func every_rule_that_code_asks_for_holds_today_for_the_nation() async throws {
    try await TestDatabase.with { database in
      let market = try await Market(database)
      let today = try await market.today()
      for key in RuleKey.allCases {
        let rule = try market.rulebook.rule(key, on: today)
        #expect(rule.region == "000000" && rule.key == key.rawValue)
        #expect(rule.value > 0 && !rule.legalBasis.isEmpty, "\(key.rawValue)")
      }
    }
  }

  @Test func the_shipped_calendar_agrees_with_itself() async throws {
    try await TestDatabase.with { database in
      let wrong = try await database.query(
        """
        SELECT date, kind FROM holidays
        WHERE (kind = 'work') <> (extract(isodow FROM date) >= 6)
        """)
      #expect(wrong.isEmpty, "a day is only listed where it differs from the plain week")
    }
  }

  @Test func a_region_s_own_rule_goes_before_the_nation_s_and_the_nearest_goes_first() throws {
    let from = try #require(CivilDate("2020-01-01")), to = try #require(CivilDate("2026-01-01"))
    func rule(_ region: String, _ value: Int64, to: CivilDate? = nil) -> Rulebook.Rule {
      .init(
        key: RuleKey.boardNotice.rawValue, region: region, value: value, unit: "working_days", from: from, to: to,
        legalBasis: "test", isVerified: false)
    }
    let book = Rulebook(
      version: 1, rules: [rule("000000", 5), rule("450000", 7), rule("450300", 9, to: to)],
      calendar: WorkCalendar(off: [], work: []))
    let during = try #require(CivilDate("2025-12-31"))
    #expect(try book.rule(.boardNotice, region: "110101", on: during).value == 5)
    #expect(try book.rule(.boardNotice, region: "451000", on: during).value == 7)
    #expect(try book.rule(.boardNotice, region: "450305", on: during).value == 9)
    #expect(try book.rule(.boardNotice, region: "450300", on: during).value == 9)
    #expect(try book.rule(.boardNotice, region: "450305", on: to).value == 7, "its last day was the one before")
    #expect(throws: MissingRule.self) { try book.rule(.boardNotice, on: try #require(CivilDate("2019-12-31"))) }
    #expect(throws: MissingRule.self) { try book.rule(.awardNotice, on: during) }
  }

  @Test func a_rule_of_guangxi_that_is_shipped_stands_beside_the_nation_s() async throws {
    try await TestDatabase.with { database in
      let rows = try await database.query(
        """
        SELECT g.value > n.value FROM rules g JOIN rules n ON n.key = g.key AND n.rulebook = g.rulebook AND n.region = '000000'
        WHERE g.region = '450000' AND g.key = 'revenue.contributor_floor'
        """)
      #expect(try rows.map { try $0.get(0, as: Bool.self) } == [true], "70 per cent where the nation asks for 50")
    }
  }

  @Test func the_same_files_make_no_new_version_and_other_files_do() async throws {
    try await TestDatabase.with { database in
      func versions() async throws -> Int {
        try #require(try await database.query("SELECT count(*) FROM rulebooks").first).get(0)
      }
      let loader = RulebookLoader(folder: try Share.folder() + "/Rulebook")
      try await loader.load(into: database)
      #expect(try await versions() == 1)
      try await Folder.with(copyOf: try Share.folder() + "/Rulebook") { folder in
        try folder.append(
          "rules.csv", "\nnotice.board,450300,6,working_days,2020-01-01,,invented,unverified,invented\n")
        try await RulebookLoader(folder: folder.path).load(into: database)
      }
      #expect(try await versions() == 2)
      let market = try await Market(database)
      let today = try await market.today()
      #expect(market.rulebook.version == 2)
      #expect(try market.rulebook.rule(.boardNotice, region: "450300", on: today).value == 6)
      #expect(
        try await market.rulebook(1).rule(.boardNotice, region: "450300", on: today).value == 5,
        "older objects keep their law")
    }
  }
}
