import Postgres

/// What can be put on public notice: a row a kind. A new kind is a new row, and a rule of its own in the rulebook.
public struct NoticeKind: Sendable {
  public let name: String
  public let title: Phrase
  /// The least time it runs, with its legal basis.
  let rule: RuleKey
  /// Who may put one up by itself; nobody where the object that waits for it makes it.
  let makers: Set<Actor>
  let afterPause: AfterPause
  let guarded: Guarded?

  /// What becomes of the time when an objection that held it up was dismissed.
  enum AfterPause: String, Sendable {
    /// The days that were left run on.
    case resume
    /// It runs its whole length once more.
    case restart
  }

  private init(
    _ name: String, _ zh: String, _ en: String, _ rule: RuleKey, by makers: Set<Actor> = [],
    afterPause: AfterPause = .resume, guards guarded: Guarded? = nil
  ) {
    (self.name, title, self.rule, self.makers) = (name, Phrase(zh, en), rule, makers)
    (self.afterPause, self.guarded) = (afterPause, guarded)
  }

  public static let table: [NoticeKind] = [
    NoticeKind("price", "协议定价公示", "negotiated price", .negotiatedPriceNotice, guards: .dealBeforeSignature),
    NoticeKind("board", "榜单公示", "challenge board", .boardNotice, guards: .challengeBeforeBoard),
    NoticeKind("award", "中榜结果公示", "award", .awardNotice, guards: .challengeBeforeAward),
    NoticeKind("cash_award", "现金奖励公示", "cash award", .cashAwardNotice, by: [.owner]),
    NoticeKind("right_grant", "赋权公示", "grant of rights", .rightGrantNotice, by: [.owner]),
    NoticeKind(
      "entrustment", "定向委托公示", "directed entrustment", .entrustmentNotice, afterPause: .restart,
      guards: .challengeBeforeBoard),
    NoticeKind("subsidy", "补助公示", "subsidy", .subsidyNotice, guards: .claimBeforeApproval),
    NoticeKind(
      "exemption", "容错免责公示", "exemption from liability", .exemptionNotice, by: [.owner, .operator],
      afterPause: .restart),
    NoticeKind("result", "成交结果公示", "result of a sale", .resultNotice, by: [.owner, .operator]),
  ]

  public static let names = table.map(\.name)

  static func named(_ name: String) throws -> NoticeKind {
    guard let kind = table.first(where: { $0.name == name }) else { throw Unknown(name: name) }
    return kind
  }

  /// A row of the table of notices whose kind this program does not know: it is newer than the program.
  struct Unknown: Error { let name: String }

  /// How long one has to be, or how long it was asked to be.
  /// - Throws: `invalid` at `/days` when less was asked for than the law allows.
  func period(_ days: Int?, _ rules: Rulebook, region: String, on date: CivilDate) throws -> (Period, Rulebook.Rule) {
    let rule = try rules.rule(self.rule, region: region, on: date)
    let least = try rules.period(self.rule, region: region, on: date)
    guard let days else { return (least, rule) }
    guard days >= least.days, let period = Period(days: days, unit: least.unit) else {
      throw Refusal.invalid([
        Issue(
          pointer: "/days", code: "below_legal_floor",
          detail: Phrase(
            "\(title.zh)不得少于 \(least.phrase.zh)(规则 \(rule.key),依据:\(rule.legalBasis))",
            "a notice of this kind runs at least \(least.phrase.en) (rule \(rule.key), \(rule.legalBasis))"))
      ])
    }
    return (period, rule)
  }
}

/// An object that waits for a notice. What it does when the wait is over, and where it goes back to when there is no more
/// notice to wait for. It is always taken hold of before its notice, so that the two never wait for each other.
struct Guarded: Sendable {
  let kind: String
  let table: SQL
  /// What follows by itself when the notice closes; nil where somebody has to act.
  let advance: (@Sendable (Work, ID<Anything>) async throws -> Void)?
  let sendBack: @Sendable (Work, ID<Anything>, JSONValue) async throws -> Void
  /// How it goes back after its notice had closed, by the state it has come to; a state that is not here stays as it is.
  let undo: @Sendable (Work, ID<Anything>, JSONValue) async throws -> Void

  static let dealBeforeSignature = Guarded(
    kind: Deal.kind, table: Deal.table, advance: nil,
    sendBack: { try await $0.move(ID<Deal>(bits: $1.bits), .reopen, $2, version: nil) },
    undo: { try await $0.undo(ID<Deal>(bits: $1.bits), [.preSignNotice: .reopen], $2) })

  static let challengeBeforeBoard = Guarded(
    kind: Challenge.kind, table: Challenge.table,
    advance: { try await $0.move(ID<Challenge>(bits: $1.bits), .publish, version: nil) },
    sendBack: { try await $0.move(ID<Challenge>(bits: $1.bits), .reopen, $2, version: nil) },
    // Published already: what was bid is never opened.
    undo: { try await $0.undo(ID<Challenge>(bits: $1.bits), [.boardNotice: .reopen, .published: .cancel], $2) })

  static let claimBeforeApproval = Guarded(
    kind: Claim.kind, table: Claim.table, advance: nil,
    sendBack: { try await $0.move(ID<Claim>(bits: $1.bits), .reopen, $2, version: nil) },
    // What is paid is not taken back by this: the bureau asks for it.
    undo: { try await $0.undo(ID<Claim>(bits: $1.bits), [.onNotice: .reopen, .approved: .reopen], $2) })

  static let challengeBeforeAward = Guarded(
    kind: Challenge.kind, table: Challenge.table, advance: nil,
    sendBack: { try await $0.move(ID<Challenge>(bits: $1.bits), .reopen, $2, version: nil) },
    undo: {
      let id = ID<Challenge>(bits: $1.bits)
      try await $0.undo(id, [.awardNotice: .reopen], $2)
      try await $0.annulProjects(of: id, $2)
    })
}

extension Work {
  /// Makes the move that takes an object back from the state it is in, where there is one.
  fileprivate func undo<O: MarketObject>(_ id: ID<O>, _ ways: [O.State: O.Action], _ reason: JSONValue) async throws {
    let (object, now) = try await lock(id)
    guard let way = ways[object.state] else { return }
    try await move(object, now, way, reason)
  }
}
