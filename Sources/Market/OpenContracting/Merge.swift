/// Merging releases into the state they describe, by the rules of the standard.
enum ReleaseMerge {
  /// Lists that a later release replaces whole although their entries have ids.
  private static let replaced: Set<String> = ["additionalIdentifiers", "additionalClassifications"]

  /// The compiled release of one process.
  /// - Parameter releases: in order of their dates.
  static func compiled(_ releases: [JSONValue]) -> JSONValue {
    var state: [String: JSONValue] = [:]
    for release in releases {
      guard case .object(var members) = release else { continue }
      for name in ["id", "date", "tag"] { members[name] = nil }
      merge(members, into: &state)
    }
    let date = releases.last?["date"]?.string ?? "", ocid = state["ocid"]?.string ?? ""
    state["id"] = .string("\(ocid)-\(date)")
    state["date"] = .string(date)
    state["tag"] = .array([.string("compiled")])
    return .object(state)
  }

  /// A member that is null goes, one that is missing stays, objects merge, lists of objects merge by their ids, all else is replaced.
  private static func merge(_ change: [String: JSONValue], into state: inout [String: JSONValue]) {
    for (name, value) in change {
      switch value {
      case .null: state[name] = nil
      case .object(let members):
        guard !members.isEmpty else { continue }
        var inner: [String: JSONValue] = if case .object(let old)? = state[name] { old } else { [:] }
        merge(members, into: &inner)
        state[name] = .object(inner)
      case .array(let entries):
        guard !entries.isEmpty else { continue }
        let haveIDs = entries.allSatisfy { if case .object = $0 { true } else { false } }
        guard haveIDs, !replaced.contains(name) else {
          state[name] = value
          continue
        }
        state[name] = .array(merged(entries, into: state[name]?.array ?? []))
      default: state[name] = value
      }
    }
  }

  private static func merged(_ entries: [JSONValue], into old: [JSONValue]) -> [JSONValue] {
    var list = old
    for entry in entries {
      guard case .object(let members) = entry else { continue }
      // An entry without an id cannot be found again, and is appended.
      let place = members["id"].flatMap { id in list.firstIndex { $0["id"] == id } }
      var inner: [String: JSONValue] = [:]
      if let place, case .object(let known) = list[place] { inner = known }
      merge(members, into: &inner)
      if let place { list[place] = .object(inner) } else { list.append(.object(inner)) }
    }
    return list
  }
}
