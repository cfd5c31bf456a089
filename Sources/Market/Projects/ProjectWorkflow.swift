import Postgres

extension Project {
  public static let workflow = Workflow<Project>(
    // 军令状: pledged by the solver, confirmed by the poster; pledged anew it is confirmed anew.
    .on(.awarded, do: .pledge, by: .solver, needs: Pledge.inputs, if: Guard.isPledge, then: .pledge),
    .on(.awarded, do: .confirm, by: .poster, if: [.isPledged, .isUnconfirmed], then: .confirmPledge),
    .on(
      .awarded, do: .contract, to: .contracted, by: .system, needs: [.deal], if: [.isConfirmed, .contractIsInTime],
      then: .contract),
    .on(.awarded, do: .forfeit, to: .forfeited, by: .system, if: [.contractIsOverdue], then: .giveUpAward),
    .on(.awarded, do: .resign, to: .forfeited, by: .solver, needs: [.reason], then: .giveUpAward),
    // An appeal against its award has turned out right, and nothing has been signed yet.
    .on(.awarded, do: .annul, to: .forfeited, by: .system, needs: [.reason], then: .giveUpAward),
    // The solver plans; by starting it the poster agrees to the plan as it stands.
    .on(.contracted, do: .plan, by: .solver, needs: Plan.inputs, then: .plan),
    .on(.contracted, do: .start, to: .executing, by: .poster, if: [.isPlanned, .planIsAhead], then: .start),
    .on(
      .executing, do: .requestChange, by: .solver, needs: ProjectChange.inputs,
      if: [.changesSomething, .coversWhatIsWanted, .isNotFrozen], then: .requestChange),
    .on(.executing, do: .agreeChange, by: .poster, if: [.hasChange, .isNotFrozen], then: .agreeChange),
    .on(
      .executing, do: .approveChange, by: .operator, if: [.hasChange, .changeIsAgreed, .isNotFrozen],
      then: .applyChange),
    .on(
      .executing, do: .refuseChange, by: .poster, .operator, needs: [.reason], if: [.hasChange], then: .dropChange),
    .on(
      .executing, do: .eliminate, to: .eliminated, by: .supervisor, needs: [.approvedCost, .reason],
      if: [.isInRace, .isAtGate], then: .eliminate),
    .on(.contracted, .executing, do: .consent, by: .solver, .poster, then: .consent),
    .on(
      .contracted, .executing, .acceptance, do: .terminate, to: .terminated, by: .supervisor,
      needs: [.ground, .decision, .reason], if: [.groundStands], then: .terminate),
    .on(
      .executing, do: .deliver, to: .acceptance, by: .solver, needs: AcceptanceFile.inputs,
      if: [.raceIsDecided, .milestonesAreClosed, .isInWindow] + Guard.isDelivery, then: .deliver),
    .on(.acceptance, do: .complete, to: .completed, by: .system, then: .follow),
    .on(.acceptance, do: .conclude, to: .concluded, by: .system, then: .follow),
    .on(.acceptance, do: .fail, to: .failed, by: .system, then: .follow)
  )
}

extension InputField {
  static let deal = InputField("deal", .reference(Deal.idPrefix), Phrase("所签的交易", "the deal"))
  static let approvedCost = InputField("approved_cost", .money, Phrase("核定的成本", "cost approved so far"))
  static let ground = InputField("ground", .code(Project.grounds), Phrase("终止的情形", "ground"))
  static let decision = InputField("decision", .text(max: 200), Phrase("决定文号", "reference of the decision"))
}

extension Effect<Project> {
  /// The challenge goes as far as its projects have come.
  static let follow = Effect(then: { project, _, work in try await work.followProjects(of: project.challenge) })

  static let contract = Effect(
    set: { _, moment in "deal = \(moment.input["deal"])" },
    then: { project, _, work in try await work.followProjects(of: project.challenge) })

  static let start = Effect(
    set: { project, moment in
      guard let last = project.endsOn else { return nil }
      let window = try moment.rules.day(after: last, .acceptanceWindow, region: project.region)
      return "started_at = \(moment.now), accept_by = \(window.end)"
    },
    then: { project, _, work in
      try await work.asSystem.makeMilestones(of: project)
      try await work.followProjects(of: project.challenge)
    })
}
