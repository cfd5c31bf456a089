import Postgres

extension Programme {
  public static let workflow = Workflow<Programme>(
    .on(.draft, do: .edit, by: .supervisor, if: [.isOurs]),
    .on(.draft, do: .announce, to: .announced, by: .supervisor, if: [.isOurs, .isInTime], then: .fixWindow),
    .on(.announced, do: .open, to: .open, by: .system, if: [.opensNow]),
    .on(.open, do: .close, to: .closed, by: .system, if: [.windowIsOver]),
    .on(
      .announced, .open, do: .stop, to: .closed, by: .supervisor, needs: [.reason], if: [.isOurs], then: .closeEarly),
    .on(
      .announced, .open, .closed, do: .adjust, by: .supervisor, needs: [.budget, .reason], if: [.isOurs], then: .adjust),
    // What becomes of the money follows from what becomes of a claim. Each of these is an event that everybody can add up.
    .on(.open, .closed, do: .reserve, by: .system, needs: [.amount, .claim], then: .take(to: "reserved")),
    .on(.open, .closed, do: .release, by: .system, needs: [.amount, .claim], then: .take(from: "reserved")),
    .on(.open, .closed, do: .pay, by: .system, needs: [.amount, .claim], then: .take(from: "reserved", to: "paid")),
    .on(
      .open, .closed, .settled, do: .recover, by: .system, needs: [.amount, .claim],
      then: .take(to: "recovered")),
    .on(.closed, do: .settle, to: .settled, by: .supervisor, if: [.isOurs, .nothingIsOpen])
  )
}

extension InputField {
  static let budget = InputField("budget", .money, Phrase("调整后的预算总额", "the budget from now on"))
  static let amount = InputField("amount", .money, Phrase("金额", "amount"))
  static let claim = InputField("claim", .reference(Claim.idPrefix), Phrase("补助申请", "claim"))
}

extension Guard<Programme> {
  static let isOurs = Guard("not_yours", "只有主管部门可以办理", "only the bureau whose money it is may") { programme, moment in
    programme.organisation == moment.caller.organisation
  }
  static let isInTime = Guard("closes_too_early", "申报截止日期已过", "its closing date lies behind") { programme, moment in
    moment.now < programme.closesOn.end
  }
  static let opensNow = Guard("not_due", "申报开始时间未到", "it has not opened yet") { programme, moment in
    programme.opensAt.map { $0 <= moment.now } ?? false
  }
  static let windowIsOver = Guard("not_due", "申报截止时间未到", "it still takes claims") { programme, moment in
    programme.closesAt.map { $0 <= moment.now } ?? false
  }
  static let nothingIsOpen = Guard(
    "claims_open", "尚有在办申请或已批准未拨付的补助", "claims are open, or approved and not paid"
  ) { programme, _ in programme.undecided == 0 && programme.reserved.fen == 0 }
}

extension Effect<Programme> {
  static let fixWindow = Effect(set: { programme, _ in
    "opens_at = \(programme.opensOn.start), closes_at = \(programme.closesOn.end)"
  })

  static let closeEarly = Effect(set: { programme, moment in
    // Closed before it has opened, it has been open for no time at all.
    let opened = programme.opensAt.map { min($0, moment.now.adding(seconds: -1)) }
    return "reason = \(moment.input.text("reason")), closes_at = \(moment.now), opens_at = \(opened)"
  })

  static let adjust = Effect(set: { _, moment in
    "budget = \(moment.input.money("budget")), reason = \(moment.input.text("reason"))"
  })

  /// Moves an amount between two of the counters, whose sum the table checks.
  static func take(from: StaticString? = nil, to: StaticString? = nil) -> Effect {
    Effect(set: { _, moment in
      guard let amount = moment.input.money("amount") else { return nil }
      let less = from.map { "\(raw: $0) = \(raw: $0) - \(amount)" as SQL }
      let more = to.map { "\(raw: $0) = \(raw: $0) + \(amount)" as SQL }
      return [less, more].compactMap(\.self).joined(separator: ", ")
    })
  }
}

extension Work {
  /// Makes a programme follow a claim: who cannot be paid from it makes the claim's own move fail.
  func book(_ action: Programme.Action, for claim: Claim) async throws {
    guard let amount = claim.amount else { return }
    var json = JSONWriter()
    json.object { json in
      json.money("amount", amount)
      json.string("claim", claim.id.text)
    }
    try await asSystem.move(claim.programme, action, JSONValue.parse(json.bytes) ?? .null, version: nil)
  }
}
