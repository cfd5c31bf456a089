/// JSON as it arrived, before it has been checked against a schema.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Parses a whole body. Nil when it is not JSON, or names one member twice.
  public static func parse(_ bytes: some Sequence<UInt8>) -> JSONValue? {
    let bytes = ContiguousArray(bytes)
    return bytes.withUnsafeBufferPointer { try? JSONParser.parse($0) }
  }

  /// What a reader would call this: for messages about the wrong type.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  public subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  public var number: Double? { if case .number(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}
