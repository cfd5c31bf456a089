import Postgres

/// Who stands on the solver's side of a project: the solver itself, and the members of the consortium it bid with.
struct SolverSide: Sendable {
  let solver: ID<Organisation>
  let name: String
  let members: [ID<Organisation>]
  private let memberNames: [String]

  /// `bid` is the column that names the bid that won.
  static func columns(of bid: SQL) -> SQL {
    """
    ARRAY(SELECT b.organisation FROM bid_members b WHERE b.bid = \(sql: bid) AND b.position > 0 ORDER BY b.position),
    ARRAY(SELECT o.name FROM bid_members b JOIN organisations o ON o.id = b.organisation
      WHERE b.bid = \(sql: bid) AND b.position > 0 ORDER BY b.position)
    """
  }

  init(_ solver: ID<Organisation>, _ name: String, _ c: inout ColumnReader) throws(DecodingFailure) {
    (self.solver, self.name) = (solver, name)
    members = try c.next()
    memberNames = try c.next()
  }

  init(_ solver: ID<Organisation>, _ name: String, members: [(ID<Organisation>, String)] = []) {
    (self.solver, self.name) = (solver, name)
    (self.members, memberNames) = (members.map(\.0), members.map(\.1))
  }

  func contains(_ organisation: ID<Organisation>) -> Bool { organisation == solver || members.contains(organisation) }
  /// By name, where there is no id.
  func contains(_ name: String) -> Bool { ([self.name] + memberNames).contains { $0.trimmed == name.trimmed } }
}
