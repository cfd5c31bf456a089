/// Numbers of persons that have no place in something made public: mobile telephones of 11 digits and identity numbers of 18.
enum PersonalData {
  /// Where a text that was sent holds one.
  static func issues(_ texts: [(pointer: String, text: String)]) -> [Issue] {
    texts.compactMap { pointer, text in
      places(in: Array(text.unicodeScalars)).isEmpty
        ? nil
        : Issue(
          pointer: pointer, code: "personal_data",
          detail: Phrase("含个人手机号或身份证号,请删去后再公示", "holds a mobile or identity number of a person: take it out"))
    }
  }

  /// The text with the middle of each put out of sight: `138****5678`.
  static func masked(_ text: String) -> String {
    var scalars = Array(text.unicodeScalars)
    for place in places(in: scalars) {
      let digits = place.filter { digit(scalars[$0]) != nil || scalars[$0] == "X" || scalars[$0] == "x" }
      let keep = digits.count == 18 ? (2, 2) : (3, 4)
      for position in digits.dropFirst(keep.0).dropLast(keep.1) { scalars[position] = "*" }
    }
    var masked = String.UnicodeScalarView()
    masked.append(contentsOf: scalars)
    return String(masked)
  }

  static func masked(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): .string(masked(text))
    case .array(let items): .array(items.map(masked))
    case .object(let members): .object(members.mapValues(masked))
    case .null, .bool, .number: value
    }
  }

  private static func places(in scalars: [UnicodeScalar]) -> [Range<Int>] {
    let runs = digitRuns(scalars)
    var found: [Range<Int>] = []
    for (i, run) in runs.enumerated() {
      let digits = run.compactMap { digit(scalars[$0]) }
      if isMobile(digits) {
        found.append(run)
      } else if digits.count == 13, digits.starts(with: [8, 6]), isMobile(Array(digits.dropFirst(2))) {
        found.append(run.lowerBound + 2..<run.upperBound)
      } else if digits.count == 18, holdsBirthday(digits) {
        found.append(run)
      } else if digits.count == 17, holdsBirthday(digits), run.upperBound < scalars.count,
        "Xx".unicodeScalars.contains(scalars[run.upperBound])
      {
        found.append(run.lowerBound..<run.upperBound + 1)
      } else if i + 2 < runs.count, isSpaced(scalars, runs[i], runs[i + 1], runs[i + 2]) {
        let whole = run.lowerBound..<runs[i + 2].upperBound
        if isMobile(whole.compactMap { digit(scalars[$0]) }) { found.append(whole) }
      }
    }
    return found
  }

  /// 138 1234 5678, or with hyphens.
  private static func isSpaced(_ scalars: [UnicodeScalar], _ a: Range<Int>, _ b: Range<Int>, _ c: Range<Int>) -> Bool {
    a.count == 3 && b.count == 4 && c.count == 4 && b.lowerBound == a.upperBound + 1 && c.lowerBound == b.upperBound + 1
      && [a.upperBound, b.upperBound].allSatisfy { scalars[$0] == " " || scalars[$0] == "-" }
  }

  private static func isMobile(_ digits: [UInt32]) -> Bool {
    digits.count == 11 && digits[0] == 1 && (3...9).contains(digits[1])
  }

  /// Digits 7 to 14 of an identity number are a date of birth; those of a credit code, which also has 18, hardly ever look like one.
  private static func holdsBirthday(_ digits: [UInt32]) -> Bool {
    let number = digits[6..<14].reduce(0) { $0 * 10 + Int($1) }
    return (1900...2099).contains(number / 10_000)
      && CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100) != nil
  }

  private static func digitRuns(_ scalars: [UnicodeScalar]) -> [Range<Int>] {
    var runs: [Range<Int>] = [], start: Int?
    for i in 0...scalars.count {
      let isDigit = i < scalars.count && digit(scalars[i]) != nil
      if isDigit, start == nil { start = i }
      if !isDigit, let from = start {
        runs.append(from..<i)
        start = nil
      }
    }
    return runs
  }

  /// Full-width digits read the same to a person.
  private static func digit(_ scalar: UnicodeScalar) -> UInt32? {
    switch scalar.value {
    case 48...57: scalar.value - 48
    case 0xFF10...0xFF19: scalar.value - 0xFF10
    default: nil
    }
  }
}
