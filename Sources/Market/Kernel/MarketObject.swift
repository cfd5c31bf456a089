import Postgres

/// A business object: a row with a state, a version and an owner, and everything the market needs to know to show it, list it,
/// check what is sent, move it and remember the move.
public protocol MarketObject: Identified {
  associatedtype State: RawRepresentable<String>, CaseIterable, Hashable, Sendable
  associatedtype Action: RawRepresentable<String>, CaseIterable, Hashable, Sendable

  /// The word for it in events and paths, singular: `achievement`.
  static var kind: String { get }
  static var noun: Phrase { get }
  static var table: SQL { get }
  /// The select list, in the order in which `init(_:)` reads. The object's own row is `t`.
  static var columns: SQL { get }
  /// `FROM` with the object's row as `t`, and what else the columns name. `rows` is the table, or a CTE that looks like it.
  static func from(_ rows: SQL) -> SQL
  init(_ columns: inout ColumnReader) throws(DecodingFailure)

  static var fields: [Field<Self>] { get }
  static var filters: [Filter] { get }
  static var workflow: Workflow<Self> { get }

  var id: ID<Self> { get }
  var version: Int { get }
  var state: State { get }
  var rulebook: Int { get }
  /// A line for events and messages.
  var headline: String { get }

  /// What its events say besides what was sent: a `jsonb` made of `t`; nil for nothing.
  static var eventFacts: SQL? { get }

  /// Who may know of it, when, and with which fields.
  static var policy: Policy<Self> { get }
}

extension MarketObject {
  public static var eventFacts: SQL? { nil }

  /// What this caller is to this object.
  public func standing(of caller: Caller) -> Set<Actor> { Self.policy.standing(self, caller) }
  /// Whether this caller may know of it.
  public func isVisible(to caller: Caller) -> Bool { Self.policy.shows(self, to: caller) }
  /// The same as a condition on `t`.
  public static func visible(to caller: Caller) -> SQL { policy.condition(caller) }

  /// Writes what this caller gets of it.
  public func write(for caller: Caller, into json: inout JSONWriter) {
    Self.fields.write(self, without: Self.policy.withheld(self, from: caller), into: &json)
  }

  public var isPublic: Bool { Self.policy.isPublic(self) }
  /// True while its events are for its audience alone, staff excluded.
  public var isSealed: Bool { Self.policy.sealedStates.contains(state) }
  /// Whether a new one is sealed: the first state of the enumeration is the one a row starts in.
  static var startsSealed: Bool { State.allCases.first.map(policy.sealedStates.contains) ?? false }
  /// Organisations that are told of every move.
  public var audience: [ID<Organisation>] { Self.policy.audience(self) }

  /// What may be sent to make one.
  public static var inputs: [InputField] { fields.filter(\.isWritable).map(\.input) }
  /// What may be sent to edit one.
  public static var editableInputs: [InputField] {
    fields.filter { $0.access == .optional || $0.access == .required }.map(\.input)
  }
}

/// A query parameter of a list, and the column it narrows.
public struct Filter: Sendable {
  public enum Match: Sendable { case anyOf, prefix, overlaps }
  public let name: String
  public let type: FieldType
  public let match: Match
  public let column: SQL
  public let doc: Phrase

  public init(_ name: String, _ type: FieldType, match: Match = .anyOf, column: SQL? = nil, _ zh: String, _ en: String)
  {
    (self.name, self.type, self.match, doc) = (name, type, match, Phrase(zh, en))
    self.column = column ?? SQL(unsafe: "t." + name)
  }

  /// The condition for what was asked, values separated by commas.
  func condition(_ text: String) throws(Refusal) -> SQL {
    let parts = text.split(separator: ",").map(String.init)
    var values: [FieldValue] = []
    for part in parts {
      if match == .prefix, part.isEmpty || !part.utf8.allSatisfy({ (48...57).contains($0) }) {
        throw .badParameter(name: name, detail: Phrase("应为数字", "must be digits"))
      }
      switch type.parse(.string(part)) {
      case .success(let value): values.append(value)
      case .failure(let defect): throw .badParameter(name: name, detail: defect.detail)
      }
    }
    let texts = values.compactMap { if case .text(let t) = $0 { t } else { nil } }
    let ids = values.compactMap { if case .reference(let bits) = $0 { ID<Anything>(bits: bits) } else { nil } }
    if case .reference = type, ids.isEmpty {
      throw .badParameter(name: name, detail: Phrase("请给出至少一个标识", "needs at least one id"))
    }
    return switch match {
    case .anyOf where !ids.isEmpty: "\(sql: column) = ANY(\(ids))"
    case .anyOf: "\(sql: column) = ANY(\(texts))"
    case .overlaps: "\(sql: column) && \(texts)"
    // Regions nest by their digits: 45 is a province, 4503 a city, 450305 a district.
    case .prefix: "\(sql: column) LIKE ANY(\(parts.map { $0 + "%" }))"
    }
  }
}
