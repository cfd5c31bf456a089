import Postgres

/// What one person has done to one object before, as the log remembers it: four eyes and no self-approval rest on it.
public struct Past: Sendable, Hashable {
  /// Every action.
  public let actions: Set<String>
  /// Whether any of them was for a party rather than as staff, or made it.
  public let tookPart: Bool

  public init(actions: Set<String> = [], tookPart: Bool = false) {
    (self.actions, self.tookPart) = (actions, tookPart)
  }

  /// The query for a caller's past with an object; nil where nobody can be told from anybody. A person is the same under every
  /// membership, session and token; a token without a person is only ever itself.
  static func query(_ object: UInt128, _ caller: Caller) -> SQL? {
    let same: SQL
    if let person = caller.person {
      same = "actor_person = \(person)"
    } else if let token = caller.token {
      same = "actor_token = \(token)"
    } else {
      return nil
    }
    return "SELECT DISTINCT action, actor_role FROM events WHERE object_id = \(ID<Anything>(bits: object)) AND \(sql: same)"
  }

  init(_ rows: Rows) throws(DecodingFailure) {
    var actions: Set<String> = [], tookPart = false
    for row in rows {
      let action: String = try row.get(0), role = Role(rawValue: try row.get(1))
      actions.insert(action)
      tookPart = tookPart || action == "create" || role == .university || role == .enterprise
    }
    self.init(actions: actions, tookPart: tookPart)
  }
}
