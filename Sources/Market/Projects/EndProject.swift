import Postgres

extension Effect<Project> {
  /// No contract in time, or none at all: the award goes to the next in rank, and what was being negotiated ends.
  static let giveUpAward = Effect(
    set: { _, moment in "reason = \(moment.input.text("reason") ?? Project.overdue.zh)" },
    then: { project, _, work in try await work.asSystem.passOver(project) })

  static let consent = Effect(set: { project, moment in
    moment.caller.organisation == project.solver
      ? "solver_consents_at = \(moment.now)" : "poster_consents_at = \(moment.now)"
  })

  static let eliminate = Effect(
    set: { _, moment in
      "approved_cost = \(moment.input["approved_cost"]), reason = \(moment.input.text("reason"))"
    },
    then: { project, moment, work in try await work.wind(up: project, moment.input.text("reason")) })

  /// 尽职免责: failure alone leaves no record. Fraud is put forward for one, and a supervisor decides about it.
  static let terminate = Effect(
    set: { _, moment in
      """
      ground = \(moment.input.text("ground")), decision = \(moment.input.text("decision")),
      reason = \(moment.input.text("reason"))
      """
    },
    then: { project, moment, work in
      try await work.wind(up: project, moment.input.text("reason"))
      guard project.ground == "fraud" else { return }
      try await work.asSystem.proposeIntegrityRecord(
        of: project.solver, ground: "fraud", facts: project.reason ?? "", project: project.id)
    })
}

extension Project {
  static let overdue = Phrase("逾期未签约", "not contracted in time")
}

extension Work {
  fileprivate func passOver(_ project: Project) async throws {
    let why = JSONValue.object(["reason": .string("“\(project.solverName)”未签约:\(project.reason ?? Project.overdue.zh)")]
    )
    let deals = try await tx.query(
      """
      SELECT id FROM deals WHERE challenge = \(project.challenge) AND seller = \(project.solver)
        AND status IN ('intent', 'negotiating', 'internal_decision', 'price_route', 'pre_sign_notice', 'seller_signed')
      """)
    for row in deals { try await move(row.get(0, as: ID<Deal>.self), .cancel, why, version: nil) }
    try await move(project.bid, .forfeit, version: nil)
    let (challenge, _) = try await lock(project.challenge)
    // Where another winner was passed over before, the evaluation is open already.
    if challenge.state == .awarded { try await move(project.challenge, .passOver, why, version: nil) }
  }

  /// Nothing that was still owed under it falls due any more, and the challenge looks at who is left.
  fileprivate func wind(up project: Project, _ reason: String?) async throws {
    let why = JSONValue.object(["reason": .string(reason ?? project.title)])
    let open = try await tx.query(
      """
      SELECT id FROM milestones WHERE project = \(project.id) AND status IN ('planned', 'due', 'submitted', 'rectifying')
      ORDER BY number
      """)
    for row in open { try await asSystem.move(row.get(0, as: ID<Milestone>.self), .waive, why, version: nil) }
    let acceptance = try await tx.query(
      "SELECT id FROM acceptances WHERE project = \(project.id) AND status IN ('requested', 'supplementing', 'panel')")
    for row in acceptance { try await asSystem.move(row.get(0, as: ID<Acceptance>.self), .abandon, why, version: nil) }
    try await followProjects(of: project.challenge)
  }
}
