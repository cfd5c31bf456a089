/// What of an event's data a reader gets. The data is what was sent for a move; it belongs to the state that the move led to.
extension Policy {
  /// - Parameter isParty: whether the event was for the reader's organisation as a party; which one, the event does not say.
  /// - Returns: the members that are kept from this reader: all, where the object itself is not shown in that state.
  func withheld(_ members: some Sequence<String>, in state: State?, from reader: Caller, isParty: Bool) -> Set<String> {
    let members = Set(members)
    if reader.isSystem || members.isEmpty { return [] }
    // What is no move of an object, such as a finding, is for those it was written to.
    guard let state else { return isParty || reader.isStaff ? [] : members }
    let role = rows.filter { row in
      row.states.contains(state)
        && (row.viewers.contains(.everyone) || reader.role.map { row.viewers.contains(.role($0)) } == true)
    }
    let byParty =
      isParty
      ? parties.map { party in rows.filter { $0.states.contains(state) && $0.viewers.contains(.party(party.actor)) } }
      : []
    let views = byParty.filter { !$0.isEmpty }.map { role + $0 }
    let kept = (views.isEmpty ? [role] : views).map { lines -> Set<String> in
      guard let first = lines.first else { return members }
      // The event does not say of which grade its object was: what any grade keeps is kept.
      if grading != nil { return lines.reduce([]) { $0.union($1.withheld) } }
      return lines.dropFirst().reduce(first.withheld) { $0.intersection($1.withheld) }
    }
    // What is no field has no line in the table: it is between those who deal with the object.
    let isInsider = !views.isEmpty || reader.isStaff
    let beside = isInsider ? [] : members.subtracting(Object.fields.map(\.name)).subtracting(told)
    return kept.reduce(beside) { $0.union($1) }.intersection(members)
  }
}

/// The same for events, which know their object by its kind alone.
enum EventPolicy {
  typealias Withheld =
    @Sendable (_ members: [String], _ state: String?, _ reader: Caller, _ isParty: Bool) -> Set<String>

  static let byKind: [String: Withheld] = Objects.all.reduce(into: [:]) { $0[$1.kind] = withheld($1) }

  private static func withheld<O: MarketObject>(_: O.Type) -> Withheld {
    { O.policy.withheld($0, in: $1.flatMap { O.State(rawValue: $0) }, from: $2, isParty: $3) }
  }

  /// The data as the reader gets it.
  static func data(_ json: [UInt8], kind: String, state: String?, for reader: Caller, isParty: Bool) -> [UInt8] {
    guard let withheld = byKind[kind], case .object(let members) = JSONValue.parse(json), !members.isEmpty else {
      return json
    }
    let kept = withheld(Array(members.keys), state, reader, isParty)
    return kept.isEmpty ? json : JSONValue.object(members.filter { !kept.contains($0.key) }).canonical
  }
}
