import Postgres

extension Acceptance {
  public static let workflow = Workflow<Acceptance>(
    .on(.requested, do: .sendBack, to: .supplementing, by: .operator, needs: [.reason], then: .reason),
    .on(
      .supplementing, do: .supply, to: .requested, by: .solver, needs: AcceptanceFile.inputs, if: Guard.isSupplement,
      then: .supply),
    .on(.requested, do: .convene, to: .panel, by: .operator, needs: [.seats], if: Guard.isPanel, then: .convene),
    .on(.panel, do: .veto, by: .poster, needs: [.reason, .vetoedIndicators], if: [.namesIndicators], then: .veto),
    // What the votes say, and nothing else, decides where it goes.
    .on(.panel, do: .decide, to: .passed, by: .operator, if: [.hasQuorum, .says(.passed)], then: .decide(.complete)),
    .on(
      .panel, do: .decide, to: .concluded, by: .operator, if: [.hasQuorum, .says(.concluded)],
      then: .decide(.conclude)),
    .on(.panel, do: .decide, to: .failed, by: .operator, if: [.hasQuorum, .says(.failed)], then: .decide(.fail)),
    .on(
      .requested, .supplementing, .panel, do: .abandon, to: .failed, by: .system, needs: [.reason],
      then: Effect(set: { _, moment in
        "reason = \(moment.input.text("reason")), decided_at = \(moment.now)"
      }))
  )
}

extension InputField {
  static let seats = InputField("seats", .records(maxItems: 60, Seat.inputs), Phrase("验收组", "the panel"))
  static let vetoedIndicators = InputField(
    "veto_indicators", .texts(maxItems: 60, max: 2), Phrase("未达到的指标序号", "numbers of the indicators not reached"))
}

/// How a panel has voted so far.
public struct Ballot: Sendable, Hashable {
  public let seats: Int
  public let cast: Int
  public let passed: Int
  public let failed: Int
  /// Of those on the side of users and the market.
  public let usersCast: Int
  public let usersPassed: Int

  public init(seats: Int, cast: Int, passed: Int, failed: Int, usersCast: Int, usersPassed: Int) {
    (self.seats, self.cast, self.passed, self.failed) = (seats, cast, passed, failed)
    (self.usersCast, self.usersPassed) = (usersCast, usersPassed)
  }

  /// 通过 needs more than half of all votes and more than half of those who use it; 不通过 more than half; the rest is 结题, done
  /// diligently and not reached.
  /// - Parameter isVetoed: the poster has named indicators that were not reached.
  public func verdict(isVetoed: Bool) -> Acceptance.State {
    if failed * 2 > cast { return .failed }
    if !isVetoed, passed * 2 > cast, usersPassed * 2 > usersCast { return .passed }
    return .concluded
  }
}

extension Acceptance: Measured {
  /// As many as were pledged: what each of them is, the project says.
  var indicators: [UInt8] { JSONValue.array(Array(repeating: .null, count: indicatorCount)).canonical }
}

extension Guard<Acceptance> {
  static let isSupplement: [Guard<Acceptance>] =
    isMeasured + [
      Guard(
        "evidence_missing", "须附市场证据,产线运行天数不少于规则要求", "market evidence is needed, and a line that ran long enough",
        readsInput: true
      ) { acceptance, moment in
        guard let days = moment.number(.lineRunMinimum, in: acceptance.region) else { return false }
        return AcceptanceFile.isEnough(moment.input.records("evidence") ?? [], lineDays: days)
      }
    ]

  static let isPanel: [Guard<Acceptance>] = [
    Guard("panel_too_small", "验收组须为单数,且不少于规则人数", "a panel is odd and as large as the rule asks", readsInput: true) {
      acceptance, moment in
      guard let least = moment.number(.acceptancePanelMinimum, in: acceptance.region) else { return false }
      let count = moment.seats.count
      return count >= least && count % 2 == 1
    },
    Guard("users_missing", "验收组须有使用方或市场方成员", "users or the market have to sit on the panel", readsInput: true) {
      acceptance, moment in
      guard let least = moment.number(.acceptanceUsersMinimum, in: acceptance.region) else { return false }
      return moment.seats.count { ["user", "market"].contains($0.side) } >= least
    },
    Guard(
      "conflict_of_interest", "承担方及联合体成员不得进入验收组,出题方只能以使用方列席", "no solver, and a poster as a user alone",
      readsInput: true
    ) {
      acceptance, moment in
      moment.seats.allSatisfy {
        !acceptance.side.contains($0.organisation) && ($0.organisation != acceptance.poster || $0.side == "user")
      }
    },
  ]

  static let namesIndicators = Guard(
    "indicator_missing", "否决须指明未达到的指标序号", "a veto names indicators that were pledged", readsInput: true
  ) { acceptance, moment in
    let named = (moment.input.texts("veto_indicators") ?? []).map { Int($0) ?? 0 }
    return !named.isEmpty && named.allSatisfy { (1...max(1, acceptance.indicatorCount)).contains($0) }
  }

  static let hasQuorum = Guard("votes_missing", "表决人数不足", "too few have voted") { acceptance, moment in
    guard let quorum = moment.number(.reviewQuorum, in: acceptance.region) else { return false }
    let ballot = acceptance.ballot
    return ballot.cast > 0 && ballot.usersCast > 0 && ballot.cast * 100 >= ballot.seats * quorum
  }

  static func says(_ verdict: Acceptance.State) -> Guard {
    Guard("another_verdict", "表决结果不是这一结论", "the votes say otherwise") { acceptance, _ in
      acceptance.ballot.verdict(isVetoed: acceptance.vetoReason != nil) == verdict
    }
  }
}

extension Moment {
  fileprivate var seats: [(organisation: ID<Organisation>, side: String)] {
    (JSONValue.parse(input.records("seats") ?? [])?.array ?? []).compactMap { row in
      guard let id = row["organisation"]?.string.flatMap({ ID<Organisation>($0) }), let side = row["side"]?.string
      else { return nil }
      return (id, side)
    }
  }
}

extension Effect<Acceptance> {
  static let supply = Effect(
    set: { _, moment in
      "report = \(moment.input["report"]), results = \(moment.input["results"]), evidence = \(moment.input["evidence"])"
    },
    then: { acceptance, _, work in try await work.expectKnown(acceptance.results) })

  static let convene = Effect(then: { acceptance, moment, work in
    let seats = moment.seats.map { "(\(acceptance.id), \($0.organisation), \($0.side))" as SQL }
    _ = try await work.tx.execute(
      "INSERT INTO acceptance_seats (acceptance, organisation, side) VALUES \(sql: seats.joined(separator: ", "))")
  })

  static let veto = Effect(set: { _, moment in
    "veto_reason = \(moment.input.text("reason")), veto_indicators = \(moment.input.texts("veto_indicators") ?? [])"
  })

  static func decide(_ outcome: Project.Action) -> Effect {
    Effect(
      set: { _, moment in "decided_at = \(moment.now)" },
      then: { acceptance, _, work in try await work.asSystem.move(acceptance.project, outcome, version: nil) })
  }
}
