import Postgres

/// What a field may hold. The same word checks a request, a CSV cell and a workflow input, and becomes the JSON Schema.
public indirect enum FieldType: Sendable, Hashable {
  case text(max: Int)
  /// One of these words.
  case code([String])
  case integer(ClosedRange<Int>)
  case money
  case date
  case instant
  case flag
  case texts(maxItems: Int, max: Int)
  case codes([String])
  /// An id with this prefix.
  case reference(String)
  /// GB/T 2260, six digits; whether the region exists is the database's to say.
  case region
  case creditCode
  /// A nested object that is only ever shown.
  case object(String)
  /// Rows of checked fields, kept as JSON.
  case records(maxItems: Int, [InputField])
}

/// A checked value, ready to be bound.
public enum FieldValue: Sendable, Hashable {
  case null
  case text(String)
  case integer(Int64)
  case money(Money)
  case date(CivilDate)
  case instant(Instant)
  case flag(Bool)
  case texts([String])
  case reference(UInt128)
  /// Ready JSON, checked.
  case json([UInt8])
}

extension FieldType {
  /// Rows of fields, for which a cell has no room.
  var isRecords: Bool { if case .records = self { true } else { false } }

  /// Checks `json` and gives the value it stands for, or what is wrong with it.
  public func parse(_ json: JSONValue) -> Result<FieldValue, FieldDefect> {
    switch self {
    case .text(let max): json.string.map { text($0, max: max) } ?? wrong("string", json)
    case .code(let words): json.string.map { code($0, words) } ?? wrong("string", json)
    case .integer(let range):
      if let number = json.number {
        integer(number, range)
      } else {
        wrong("integer", json)
      }
    case .money: money(json)
    case .date: json.string.map(date) ?? wrong("string", json)
    case .instant: json.string.map(instant) ?? wrong("string", json)
    case .flag: json.bool.map { .success(.flag($0)) } ?? wrong("boolean", json)
    case .texts(let maxItems, let max): texts(json, maxItems: maxItems) { text($0, max: max) }
    case .codes(let words): texts(json, maxItems: words.count) { code($0, words) }
    case .reference(let prefix): json.string.map { reference($0, prefix) } ?? wrong("string", json)
    case .region: json.string.map(region) ?? wrong("string", json)
    case .creditCode: json.string.map(creditCode) ?? wrong("string", json)
    case .object: wrong("nothing", json)
    case .records(let maxItems, let fields): records(json, maxItems: maxItems, fields)
    }
  }

  /// The same, from a cell of a CSV file: lists are separated by semicolons, money is yuan, an empty cell is null.
  public func parse(cell: String) -> Result<FieldValue, FieldDefect> {
    switch self {
    case _ where cell.isEmpty: .success(.null)
    case .integer(let range): Double(cell).map { integer($0, range) } ?? .failure(FieldDefect.notInteger)
    case .money: Money(yuan: cell).map { .success(.money($0)) } ?? .failure(FieldDefect.money)
    case .texts, .codes:
      parse(.array(cell.split(whereSeparator: { ";；".contains($0) }).map { .string($0.trimmed) }))
    default: parse(.string(cell))
    }
  }

  private func wrong(_ wanted: String, _ got: JSONValue) -> Result<FieldValue, FieldDefect> {
    .failure(
      FieldDefect("wrong_type", "应为 \(wanted) 类型,收到的是 \(got.typeName)", "must be \(wanted), got \(got.typeName)"))
  }

  private func text(_ value: String, max: Int) -> Result<FieldValue, FieldDefect> {
    let count = value.unicodeScalars.count
    if count > max {
      return .failure(FieldDefect("too_long", "最多 \(max) 个字,现有 \(count) 个", "at most \(max) characters, got \(count)"))
    }
    if value.utf8.contains(0) { return .failure(FieldDefect("bad_character", "不能含空字符", "must not contain NUL")) }
    return .success(.text(value))
  }

  private func code(_ value: String, _ words: [String]) -> Result<FieldValue, FieldDefect> {
    guard words.contains(value) else {
      let list = words.joined(separator: ", ")
      let hint = nearest(to: value, among: words)
      return .failure(
        FieldDefect(
          "unknown_code", "“\(value)”不在可选值之内:\(list)\(hint.map { ";是否指 \($0)" } ?? "")",
          "\"\(value)\" is none of: \(list)\(hint.map { "; did you mean \($0)" } ?? "")"))
    }
    return .success(.text(value))
  }

  private func integer(_ value: Double, _ range: ClosedRange<Int>) -> Result<FieldValue, FieldDefect> {
    guard let whole = Int(exactly: value) else { return .failure(FieldDefect.notInteger) }
    guard range.contains(whole) else {
      return .failure(
        FieldDefect(
          "out_of_range", "应在 \(range.lowerBound) 与 \(range.upperBound) 之间",
          "must be between \(range.lowerBound) and \(range.upperBound)"))
    }
    return .success(.integer(Int64(whole)))
  }

  private func money(_ json: JSONValue) -> Result<FieldValue, FieldDefect> {
    guard case .object(let members) = json else { return wrong("object", json) }
    if let stray = members.keys.first(where: { $0 != "amount" && $0 != "currency" }) {
      return .failure(FieldDefect("unknown_field", "金额中没有字段“\(stray)”", "money has no member \"\(stray)\""))
    }
    guard members["currency"]?.string == "CNY" else {
      return .failure(FieldDefect("bad_currency", "币种须为 CNY", "currency must be CNY"))
    }
    return members["amount"]?.string.flatMap(Money.init(yuan:)).map { .success(.money($0)) }
      ?? .failure(FieldDefect.money)
  }

  private func date(_ value: String) -> Result<FieldValue, FieldDefect> {
    CivilDate(value).map { .success(.date($0)) }
      ?? .failure(FieldDefect("bad_date", "日期应形如 2026-05-08", "a date looks like 2026-05-08"))
  }

  private func instant(_ value: String) -> Result<FieldValue, FieldDefect> {
    Instant(value).map { .success(.instant($0)) }
      ?? .failure(
        FieldDefect(
          "bad_instant", "时刻应为 RFC 3339,如 2026-05-08T16:00:00Z", "an instant is RFC 3339, like 2026-05-08T16:00:00Z"))
  }

  private func region(_ value: String) -> Result<FieldValue, FieldDefect> {
    guard value.utf8.count == 6, value.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return .failure(FieldDefect("bad_region", "行政区划代码为六位数字", "a region code has six digits"))
    }
    return .success(.text(value))
  }

  private func reference(_ value: String, _ prefix: String) -> Result<FieldValue, FieldDefect> {
    guard value.hasPrefix(prefix + "_"), let bits = ULID.decode(value.dropFirst(prefix.count + 1).utf8) else {
      return .failure(FieldDefect("bad_id", "应为 \(prefix)_ 开头的标识", "must be an id that begins with \(prefix)_"))
    }
    return .success(.reference(bits))
  }

  private func creditCode(_ value: String) -> Result<FieldValue, FieldDefect> {
    do throws(CreditCode.Defect) {
      return .success(.text(try CreditCode(value).text))
    } catch {
      return .failure(FieldDefect(error))
    }
  }

  private func texts(_ json: JSONValue, maxItems: Int, _ item: (String) -> Result<FieldValue, FieldDefect>) -> Result<
    FieldValue, FieldDefect
  > {
    guard let items = json.array else { return wrong("array", json) }
    guard items.count <= maxItems else {
      return .failure(FieldDefect("too_many", "最多 \(maxItems) 项", "at most \(maxItems) items"))
    }
    var texts: [String] = []
    for (i, each) in items.enumerated() {
      guard let string = each.string else {
        return .failure(FieldDefect("wrong_type", "第 \(i + 1) 项应为文字", "item \(i + 1) must be a string"))
      }
      if case .failure(let defect) = item(string) { return .failure(defect) }
      if !string.isEmpty, !texts.contains(string) { texts.append(string) }
    }
    return .success(.texts(texts))
  }

  private func records(_ json: JSONValue, maxItems: Int, _ fields: [InputField]) -> Result<FieldValue, FieldDefect> {
    guard let items = json.array else { return wrong("array", json) }
    guard items.count <= maxItems else {
      return .failure(FieldDefect("too_many", "最多 \(maxItems) 项", "at most \(maxItems) items"))
    }
    var writer = JSONWriter()
    do throws(Refusal) {
      var rows: [Input] = []
      for (i, item) in items.enumerated() {
        do throws(Refusal) { rows.append(try Input(item, fields)) } catch { throw error.inside(item: i) }
      }
      writer.array { json in for row in rows { json.object { json in row.write(fields, into: &json) } } }
    } catch {
      let issue = error.first
      return .failure(FieldDefect(issue.code, issue.detail.zh, issue.detail.en))
    }
    return .success(.json(writer.bytes))
  }
}

extension Refusal {
  /// What is wrong with one row of several, said with the row's number.
  fileprivate func inside(item: Int) -> Refusal {
    let issue = first
    return .invalid([
      Issue(
        pointer: issue.pointer, code: issue.code,
        detail: Phrase("第 \(item + 1) 项:\(issue.detail.zh)", "item \(item + 1): \(issue.detail.en)"))
    ])
  }

  fileprivate var first: Issue {
    switch self {
    case .invalid(let issues) where !issues.isEmpty: issues[0]
    case .unknownField(let name, let nearest):
      Issue(
        code: "unknown_field",
        detail: Phrase(
          "没有字段“\(name)”\(nearest.map { ",是否指“\($0)”" } ?? "")",
          "there is no member \"\(name)\"\(nearest.map { "; did you mean \"\($0)\"" } ?? "")"))
    default: Issue(code: "invalid", detail: Phrase("不正确", "is not right"))
    }
  }
}

/// Why a value does not fit its field.
public struct FieldDefect: Error, Sendable, Hashable {
  public let code: String
  public let detail: Phrase
  init(_ code: String, _ zh: String, _ en: String) { (self.code, detail) = (code, Phrase(zh, en)) }

  init(_ defect: CreditCode.Defect) {
    switch defect {
    case .form:
      self.init("bad_form", "统一社会信用代码为 18 位,不含 I、O、S、V、Z", "a credit code has 18 characters, without I, O, S, V and Z")
    case .check(let expected):
      self.init("bad_checksum", "第 18 位校验码不符,应为 \(expected)", "the 18th character should be \(expected)")
    case .organisationCheck(let expected):
      self.init("bad_checksum", "第 17 位(主体标识码校验位)不符,应为 \(expected)", "the 17th character should be \(expected)")
    }
  }

  static let money = FieldDefect(
    "bad_amount", "金额应为元,最多两位小数,不小于 0,如 1250000.00",
    "an amount is yuan with at most two decimals, not negative, like 1250000.00")
  static let notInteger = FieldDefect("wrong_type", "应为整数", "must be an integer")
}

extension SQL.StringInterpolation {
  /// Binds a checked value under the type it has; null is spelled out, since it has none.
  public mutating func appendInterpolation(_ value: FieldValue) {
    switch value {
    case .null: appendInterpolation(raw: "NULL")
    case .text(let v): appendInterpolation(v)
    case .integer(let v): appendInterpolation(v)
    case .money(let v): appendInterpolation(v)
    case .date(let v): appendInterpolation(v)
    case .instant(let v): appendInterpolation(v)
    case .flag(let v): appendInterpolation(v)
    case .texts(let v): appendInterpolation(v)
    case .reference(let v): appendInterpolation(ID<Anything>(bits: v))
    case .json(let v): appendInterpolation(JSONB(v))
    }
  }
}

/// A stand-in where the kind of a reference is known only at run time.
enum Anything: Identified {
  static let idPrefix = "any"
}

extension StringProtocol {
  /// Without white space at either end, the ideographic space included.
  public var trimmed: String {
    var part = self[...]
    while part.first?.isWhitespace == true { part = part.dropFirst() }
    while part.last?.isWhitespace == true { part = part.dropLast() }
    return String(part)
  }
}
