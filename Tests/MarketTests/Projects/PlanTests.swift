import TestSupport
import Testing

@testable import Market

@Suite struct PlanTests {
  private static let start = CivilDate(year: 2026, month: 1, day: 31)!, end = CivilDate(year: 2028, month: 1, day: 31)!

  private func codes(
    _ rows: [(String, Int)], first: Int = 30, gate: Bool = false, until end: CivilDate = Self.end
  ) -> [String] {
    let limits = Plan.Limits(interval: 6...12, first: 30...50, needsGate: gate)
    let rows = rows.map { day, percent in
      Plan.Row(
        title: "示例", dueOn: CivilDate(day)!, payPercent: percent, isGate: false, indicators: [], indicatorCount: 1)
    }
    return Plan.issues(rows, first: first, from: Self.start, until: end, limits).map(\.code)
  }

  @Test func milestones_come_every_six_to_twelve_months_and_the_last_may_come_with_the_end() {
    #expect(codes([("2026-07-31", 30), ("2027-07-31", 20), ("2028-01-31", 20)]) == [])
    #expect(codes([("2026-07-30", 30)]) == ["interval_too_short"])
    #expect(codes([("2027-01-31", 30)]) == [])
    #expect(codes([("2027-02-01", 30)]) == ["interval_too_long"])
    #expect(codes([("2026-07-31", 30), ("2026-07-31", 30)]) == ["interval_too_short"])
    #expect(codes([("2026-03-15", 30)], until: CivilDate("2026-03-15")!) == [], "a term of six weeks")
    #expect(codes([("2026-01-31", 30)], until: Self.start) == ["interval_too_short"], "not on the first day")
    #expect(codes([("2026-08-01", 30)], until: CivilDate("2026-07-31")!) == ["after_the_term"])
  }

  @Test func the_payments_are_within_the_rule_and_add_up_to_no_more_than_everything() {
    #expect(codes([("2026-07-31", 70)]) == [])
    #expect(codes([("2026-07-31", 71)]) == ["over_paid"])
    #expect(codes([("2026-07-31", 0)], first: 29) == ["out_of_range"])
    #expect(codes([("2026-07-31", 0)], first: 51) == ["out_of_range"])
    #expect(codes([("2026-07-31", 0)], first: 50) == [])
    #expect(codes([]) == ["required"])
    #expect(codes([("2026-07-31", 0)], gate: true) == ["gate_missing"])
  }

  @Test func months_are_counted_as_the_calendar_has_them() throws {
    let oracle = """
      import sys, calendar, datetime
      for line in sys.stdin:
          d, n = line.split()
          y, m, day = map(int, d.split("-"))
          c = y * 12 + m - 1 + int(n)
          y, m = c // 12, c % 12 + 1
          print(datetime.date(y, m, min(day, calendar.monthrange(y, m)[1])))
      """
    var input = "", mine = ""
    for i in 0..<1500 {
      let day = CivilDate(days: Int32(10_000 + i * 7)), months = i % 60 - 10
      input += "\(day.text) \(months)\n"
      mine += day.adding(months: months).text + "\n"
    }
    guard let said = try Python.run(oracle, input: Array(input.utf8)) else { return }
    #expect(mine == String(decoding: said, as: UTF8.self))
  }
}
