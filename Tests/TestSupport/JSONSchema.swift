import Market

/// As much of JSON Schema as our own document uses. A word that is not known here is a fault, not a pass.
public struct JSONSchema: Sendable {
  let document: JSONValue

  public init(_ document: JSONValue) { self.document = document }

  /// What does not fit, each with where; nothing when all does.
  public func faults(of value: JSONValue, under schema: JSONValue, at place: String = "") -> [String] {
    guard let words = schema.members else { return ["\(place): the schema is no object"] }
    return words.sorted { $0.key < $1.key }.flatMap { word, rule in faults(of: value, word, rule, words, place) }
  }

  private func faults(
    of value: JSONValue, _ word: String, _ rule: JSONValue, _ words: [String: JSONValue], _ place: String
  ) -> [String] {
    func fault(_ holds: Bool) -> [String] { holds ? [] : ["\(place): \(word) \(rule)"] }
    switch word {
    case "title", "description", "format": return []
    case "$ref":
      let path = (rule.string ?? "").split(separator: "/").dropFirst().map(String.init)
      guard let target = path.reduce(Optional(document), { $0?[$1] }) else {
        return ["\(place): \(rule) leads nowhere"]
      }
      return faults(of: value, under: target, at: place)
    case "type":
      let types = rule.array?.compactMap(\.string) ?? [rule.string ?? ""]
      return fault(
        types.contains { $0 == value.typeName || ($0 == "integer" && value.number.map { $0 == $0.rounded() } == true) })
    case "enum": return fault(rule.array?.contains(value) == true)
    case "const": return fault(rule == value)
    case "anyOf": return fault(rule.array?.contains { faults(of: value, under: $0, at: place).isEmpty } == true)
    case "minimum": return fault(value.number.map { $0 >= rule.number ?? .infinity } ?? true)
    case "maximum": return fault(value.number.map { $0 <= rule.number ?? -.infinity } ?? true)
    case "maxLength": return fault(value.string.map { Double($0.unicodeScalars.count) <= rule.number ?? -1 } ?? true)
    case "maxItems": return fault(value.array.map { Double($0.count) <= rule.number ?? -1 } ?? true)
    case "pattern":
      guard let text = value.string else { return [] }
      guard let pattern = try? Regex(rule.string ?? "") else { return ["\(place): \(rule) is no pattern"] }
      return fault(text.firstMatch(of: pattern) != nil)
    case "items": return (value.array ?? []).enumerated().flatMap { faults(of: $1, under: rule, at: "\(place)/\($0)") }
    case "required":
      guard let members = value.members else { return [] }
      return (rule.array ?? []).compactMap(\.string).filter { members[$0] == nil }.map { "\(place): \($0) is missing" }
    case "properties":
      guard let members = value.members else { return [] }
      return (rule.members ?? [:]).flatMap { name, schema in
        members[name].map { faults(of: $0, under: schema, at: "\(place)/\(name)") } ?? []
      }
    case "additionalProperties":
      guard let members = value.members, rule == .bool(false) else { return fault(rule.bool != nil) }
      let known = words["properties"]?.members ?? [:]
      return members.keys.filter { known[$0] == nil }.sorted().map { "\(place): \($0) is not declared" }
    default: return ["\(place): the word \(word) is not known here"]
    }
  }
}

extension JSONValue {
  public var members: [String: JSONValue]? { if case .object(let members) = self { members } else { nil } }
}
