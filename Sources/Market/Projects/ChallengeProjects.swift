import Postgres

extension Guard<Challenge> {
  static let hasProject = Guard("no_project", "没有已签约的项目", "no winner has contracted") { challenge, _ in
    challenge.terms.runningProjects > 0
  }
  /// While one winner works, the challenge neither falls through nor goes away because another one's place is open.
  static let hasNoProject = Guard("projects_run", "已有签约项目在执行", "projects of it are being carried out") {
    challenge, _ in challenge.terms.runningProjects == 0
  }
  static let posterIsClean = Guard("integrity", "出题单位有生效中的失信记录", "the poster has an integrity record in force") {
    challenge, _ in !challenge.terms.posterIsBarred
  }
}

extension Effect<Challenge> {
  /// All winners have contracted: those who were held in reserve for them are free.
  static let letReservesGo = Effect(then: { challenge, _, work in
    let rows = try await work.tx.query(
      "SELECT id FROM bids WHERE challenge = \(challenge.id) AND status = 'reserve' ORDER BY id")
    for row in rows { try await work.asSystem.move(row.get(0, as: ID<Bid>.self), .lose, version: nil) }
  })

  static let goOn = Effect(
    set: { _, moment in "reason = \(moment.input.text("reason"))" },
    then: { challenge, moment, work in
      try await Effect<Challenge>.letReservesGo.then?(challenge, moment, work)
      try await work.followProjects(of: challenge.id)
    })
}
