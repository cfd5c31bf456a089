import Market

/// A named JSON Schema, written into the components of `/openapi.json`.
public struct Schema: Sendable {
  let name: String
  let write: @Sendable (inout JSONWriter) -> Void

  /// The shape in which an object is shown.
  /// What the policy may withhold from somebody need not be there.
  static func of<O: MarketObject>(_: O.Type = O.self) -> Schema {
    fields(O.schemaName, O.fields, optional: O.policy.rows.reduce(into: []) { $0.formUnion($1.withheld) })
  }

  static func fields<Object>(_ name: String, _ fields: [Field<Object>], optional: Set<String> = []) -> Schema {
    Schema(name: name) { json in
      json.schemaObject(
        fields.map { ($0.name, $0.type, $0.isNullable, $0.doc) },
        required: fields.map(\.name).filter { !optional.contains($0) })
    }
  }

  /// A shape given by its members; all are always there.
  static func members(_ name: String, _ members: [InputField]) -> Schema {
    Schema(name: name) { json in
      json.schemaObject(members.map { ($0.name, $0.type, !$0.isRequired, $0.doc) }, required: members.map(\.name))
    }
  }
}

extension JSONWriter {
  mutating func schemaObject(_ members: [(String, FieldType, Bool, Phrase)], required: [String], isOpen: Bool = false) {
    object { json in
      json.string("type", "object")
      json.object("properties") { json in
        for (name, type, isNullable, doc) in members {
          json.schema(name, type, isNullable: isNullable, doc: doc)
        }
      }
      if !required.isEmpty {
        json.strings("required", required)
      }
      json.bool("additionalProperties", isOpen)
    }
  }

  mutating func schema(_ name: String, _ type: FieldType, isNullable: Bool = false, doc: Phrase? = nil) {
    key(name)
    schema(type, isNullable: isNullable, doc: doc)
  }

  mutating func schema(_ type: FieldType, isNullable: Bool = false, doc: Phrase? = nil) {
    object { json in
      if isNullable, type.component != nil || type.isEnumeration {
        json.array("anyOf") { json in
          json.object { $0.members(of: type, isNullable: false) }
          json.object { json in json.string("type", "null") }
        }
      } else {
        json.members(of: type, isNullable: isNullable)
      }
      if let doc {
        json.string("title", doc.zh)
        json.string("description", doc.en)
      }
    }
  }

  private mutating func members(of type: FieldType, isNullable: Bool) {
    func typed(_ name: String) {
      key("type")
      if isNullable { strings([name, "null"]) } else { string(name) }
    }
    if let component = type.component {
      string("$ref", "#/components/schemas/\(component)")
      return
    }
    switch type {
    case .text(let max):
      typed("string")
      int("maxLength", max)
    case .code(let words):
      typed("string")
      strings("enum", words)
    case .integer(let range):
      typed("integer")
      int("minimum", range.lowerBound)
      int("maximum", range.upperBound)
    case .date:
      typed("string")
      string("format", "date")
    case .instant:
      typed("string")
      string("format", "date-time")
    case .flag: typed("boolean")
    case .texts(let maxItems, let max):
      typed("array")
      int("maxItems", maxItems)
      schema("items", .text(max: max))
    case .codes(let words):
      typed("array")
      schema("items", .code(words))
    case .reference(let prefix):
      typed("string")
      string("pattern", "^\(prefix)_[0-9A-HJKMNP-TV-Z]{26}$")
    case .region:
      typed("string")
      string("pattern", "^[0-9]{6}$")
    case .creditCode:
      typed("string")
      string("pattern", "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$")
    case .records(let maxItems, let fields):
      typed("array")
      int("maxItems", maxItems)
      key("items")
      schemaObject(
        fields.map { ($0.name, $0.type, false, $0.doc) }, required: fields.filter(\.isRequired).map(\.name))
    case .money, .object: break
    }
  }
}

extension FieldType {
  /// The component that stands for it, where it has one.
  var component: String? {
    switch self {
    case .money: "Money"
    case .object(let name): name
    default: nil
    }
  }

  var isEnumeration: Bool { if case .code = self { true } else { false } }
}
