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

  /// How many days of a period remain after `date` when `last` is its last day, counted as the period counts them.
  public func remaining(after date: CivilDate, through last: CivilDate, of period: Period) -> Period {
    let days = date < last ? (1...(last.days - date.days)).map { date.adding(days: Int($0)) } : []
    return switch period {
    case .calendarDays: .calendarDays(days.count)
    case .workingDays: .workingDays(days.filter(isWorkingDay).count)
    }
  }

  /// The instant at which the period is over: 24:00 of its last day in Asia/Shanghai.
  public func end(from start: Instant, _ period: Period) -> Instant { lastDay(from: start.dateInShanghai, period).end }
}

/// A length of time as the law counts it.
public enum Period: Sendable, Hashable {
  case calendarDays(Int)
  case workingDays(Int)

  /// The word for its unit in the rulebook.
  public var unit: String { if case .calendarDays = self { "calendar_days" } else { "working_days" } }
  public var days: Int {
    switch self {
    case .calendarDays(let n), .workingDays(let n): n
    }
  }
  public var phrase: Phrase {
    switch self {
    case .calendarDays(let n): Phrase("\(n) 个自然日", "\(n) calendar days")
    case .workingDays(let n): Phrase("\(n) 个工作日", "\(n) working days")
    }
  }

  /// Nil for a unit that is no length of days.
  public init?(days: Int, unit: String) {
    switch unit {
    case "calendar_days": self = .calendarDays(days)
    case "working_days": self = .workingDays(days)
    default: return nil
    }
  }
}
