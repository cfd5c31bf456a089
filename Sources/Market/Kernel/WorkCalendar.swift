/// Which days are worked: Monday to Friday, but for the State Council's yearly arrangement.
public struct WorkCalendar: Sendable {
  private let off: Set<CivilDate>
  private let work: Set<CivilDate>
  /// The last day the arrangements cover; later days follow the plain week.
  public let knownUntil: CivilDate?

  public init(off: Set<CivilDate>, work: Set<CivilDate>) {
    (self.off, self.work) = (off, work)
    knownUntil = off.union(work).max().flatMap { CivilDate(year: $0.parts.year, month: 12, day: 31) }
  }

  public func isWorkingDay(_ date: CivilDate) -> Bool {
    work.contains(date) || (date.weekday <= 5 && !off.contains(date))
  }

  /// The last day of a period that begins with an act on `date` (民法典 §§ 200–204): that day is not counted, and calendar days
  /// that would end on a day off end on the next working day.
  public func lastDay(from date: CivilDate, _ period: Period) -> CivilDate {
    switch period {
    case .calendarDays(let n):
      var last = date.adding(days: n)
      while !isWorkingDay(last) { last = last.adding(days: 1) }
      return last
    case .workingDays(let n):
      var last = date, left = n
      while left > 0 {
        last = last.adding(days: 1)
        if isWorkingDay(last) { left -= 1 }
      }
      return last
    }
  }

  /// The instant at which the period is over: 24:00 of its last day in Asia/Shanghai.
  public func end(from start: Instant, _ period: Period) -> Instant { lastDay(from: start.dateInShanghai, period).end }
}

/// A length of time as the law counts it.
public enum Period: Sendable, Hashable {
  case calendarDays(Int)
  case workingDays(Int)
}
