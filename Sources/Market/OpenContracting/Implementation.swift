import Postgres

/// As much of a milestone as the public is told: when it is due, and whether it was met.
struct OpenMilestone: Sendable {
  let id: ID<Milestone>
  let dueAt: Instant
  let state: Milestone.State

  init(_ milestone: Milestone) { (id, dueAt, state) = (milestone.id, milestone.dueAt, milestone.state) }

  static func read(of project: ID<Project>, _ work: Work) async throws -> [OpenMilestone] {
    let rows = try await work.tx.query("SELECT id FROM milestones WHERE project = \(project) ORDER BY number")
    var milestones: [OpenMilestone] = []
    for row in rows { milestones.append(OpenMilestone(try await work.read(row.get(0, as: ID<Milestone>.self)))) }
    return milestones
  }

  fileprivate func written(_ place: Release.Place) -> JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(id.text), "type": .string("delivery"), "dueDate": .string(dueAt.text),
      "dateModified": .string(place.date.text),
    ]
    switch state {
    case .passed:
      members["status"] = .string("met")
      members["dateMet"] = .string(place.date.text)
    case .failed: members["status"] = .string("notMet")
    case .waived:
      members["status"] = .string("notMet")
      members["x_waived"] = .bool(true)
    case .planned, .due, .submitted, .rectifying: members["status"] = .string("scheduled")
    }
    return .object(members)
  }
}

extension Sections {
  static func milestones(_ milestones: [OpenMilestone], under deal: ID<Deal>, of bid: ID<Bid>, _ place: Release.Place)
    -> Members
  {
    implementation(["milestones": .array(milestones.map { $0.written(place) })], deal, bid, place)
  }

  /// How a project ended, in the words of its workflow: the standard has none.
  static func outcome(of project: Project, under deal: ID<Deal>, _ place: Release.Place) -> Members {
    var members: Members = ["x_outcome": .string(project.state.rawValue)]
    if let ground = project.ground { members["x_ground"] = .string(ground) }
    return implementation(members, deal, project.bid, place)
  }

  static func implementation(
    _ members: Members, _ deal: ID<Deal>, _ bid: ID<Bid>, _ place: Release.Place
  ) -> Members {
    contract(deal, of: bid, place, ["implementation": .object(members)])
  }
}
