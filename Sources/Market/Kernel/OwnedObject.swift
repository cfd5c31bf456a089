import Postgres

/// An object that belongs to one organisation: its own affair until it is public.
public protocol OwnedObject: MarketObject {
  var organisation: ID<Organisation> { get }
  /// What the workflow calls the organisation it belongs to.
  static var ownerActor: Actor { get }
}

extension OwnedObject {
  public var audience: [ID<Organisation>] { [organisation] }

  public func standing(of caller: Caller) -> Set<Actor> {
    caller.standing(parties: [organisation]).union(caller.acts(for: organisation) ? [Self.ownerActor] : [])
  }

  public func isVisible(to caller: Caller) -> Bool { isPublic || caller.isStaff || caller.organisation == organisation }

  public static func visible(to caller: Caller) -> SQL {
    if caller.isStaff { return "true" }
    let own: SQL = caller.organisation.map { "OR t.organisation = \($0)" } ?? ""
    return "(t.status = ANY(\(publicStateList)) \(sql: own))"
  }
}
