extension CivilDate {
  /// The same day so many months later, or the last of that month where it has no such day.
  public func adding(months n: Int) -> CivilDate {
    let (year, month, day) = parts
    let count = year * 12 + month - 1 + n
    let (y, m) = (count.floorDivided(by: 12), count - count.floorDivided(by: 12) * 12 + 1)
    return (0..<4).lazy.compactMap { CivilDate(year: y, month: m, day: day - $0) }.first ?? self
  }
}

extension Rulebook {
  /// The last day of a period that begins with the day after `date`, in the rule's own unit; months end on the same day of the month.
  public func day(after date: CivilDate, _ key: RuleKey, region: String = "000000") throws -> CivilDate {
    let rule = try rule(key, region: region, on: date)
    if rule.unit == "months" { return date.adding(months: Int(rule.value)) }
    return calendar.lastDay(from: date, try period(key, region: region, on: date))
  }
}
