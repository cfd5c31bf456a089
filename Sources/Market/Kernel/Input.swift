/// A field of something that is sent: a body, or what a move needs.
public struct InputField: Sendable, Hashable {
  public let name: String
  public let type: FieldType
  public let isRequired: Bool
  public let doc: Phrase

  public init(_ name: String, _ type: FieldType, required: Bool = true, _ doc: Phrase) {
    (self.name, self.type, isRequired, self.doc) = (name, type, required, doc)
  }
}

/// What was sent, checked field by field.
public struct Input: Sendable, Hashable {
  public private(set) var values: [String: FieldValue]

  public init(_ values: [String: FieldValue] = [:]) { self.values = values }

  /// Checks a whole body: unknown members are refused with the nearest known name, every other fault is collected.
  /// - Parameter partial: what is absent stays as it is (a merge patch), so nothing is required.
  public init(_ json: JSONValue, _ fields: [InputField], partial: Bool = false) throws(Refusal) {
    guard case .object(let members) = json else {
      throw .invalid([
        Issue(pointer: "", code: "wrong_type", detail: Phrase("请求体应为 JSON 对象", "the body must be a JSON object"))
      ])
    }
    let names = fields.map(\.name)
    for name in members.keys.sorted() where !names.contains(name) {
      throw .unknownField(name: name, nearest: nearest(to: name, among: names))
    }
    var values: [String: FieldValue] = [:]
    var issues: [Issue] = []
    for field in fields {
      switch members[field.name] {
      case nil where partial: continue
      case nil, .null?:
        if field.isRequired {
          issues.append(
            Issue(
              pointer: "/\(field.name)", code: "required",
              detail: Phrase("必须填写\(field.doc.zh)", "\(field.name) is required")))
        } else {
          values[field.name] = .null
        }
      case let json?:
        switch field.type.parse(json) {
        case .success(.text(let text)) where field.isRequired && text.trimmed.isEmpty:
          issues.append(
            Issue(
              pointer: "/\(field.name)", code: "required",
              detail: Phrase("\(field.doc.zh)不能为空", "\(field.name) must not be empty")))
        case .success(let value): values[field.name] = value
        case .failure(let defect):
          issues.append(Issue(pointer: "/\(field.name)", code: defect.code, detail: defect.detail))
        }
      }
    }
    guard issues.isEmpty else { throw .invalid(issues) }
    self.values = values
  }

  public subscript(name: String) -> FieldValue {
    get { values[name] ?? .null }
    set { values[name] = newValue }
  }

  public func text(_ name: String) -> String? { if case .text(let v) = self[name] { v } else { nil } }
  public func integer(_ name: String) -> Int? { if case .integer(let v) = self[name] { Int(v) } else { nil } }
  public func money(_ name: String) -> Money? { if case .money(let v) = self[name] { v } else { nil } }
  public func date(_ name: String) -> CivilDate? { if case .date(let v) = self[name] { v } else { nil } }
  public func flag(_ name: String) -> Bool? { if case .flag(let v) = self[name] { v } else { nil } }
  /// Rows that were sent, as JSON.
  public func records(_ name: String) -> [UInt8]? { if case .json(let v) = self[name] { v } else { nil } }
  public func texts(_ name: String) -> [String]? { if case .texts(let v) = self[name] { v } else { nil } }
  public func id<E>(_ name: String, _: E.Type = E.self) -> ID<E>? {
    if case .reference(let bits) = self[name] { ID(bits: bits) } else { nil }
  }

  /// As JSON, for the event that remembers it. References keep their kind's prefix through `fields`.
  public func write(_ fields: [InputField], into json: inout JSONWriter) {
    for field in fields {
      guard let value = values[field.name], value != .null else { continue }
      json.key(field.name)
      json.value(value, as: field.type)
    }
  }
}

extension JSONWriter {
  public mutating func value(_ value: FieldValue, as type: FieldType) {
    switch value {
    case .null: null()
    case .text(let v): string(v)
    case .integer(let v): int(v)
    case .money(let v): money(v)
    case .date(let v): string(v.text)
    case .instant(let v): instant(v)
    case .flag(let v): bool(v)
    case .texts(let v): strings(v)
    case .json(let v): raw(v)
    case .reference(let bits):
      if case .reference(let prefix) = type {
        string(prefix + "_" + ULID.encode(bits))
      } else {
        string(ULID.encode(bits))
      }
    }
  }
}
