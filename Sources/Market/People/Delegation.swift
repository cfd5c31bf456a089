import Postgres

/// 托管, 经纪: an organisation lets another act in its place, for what it names and as long as it says. Only the owner gives it,
/// only the delegate can take it up, and either can end it.
public struct Delegation: MarketObject {
  public enum State: String, CaseIterable, Sendable { case offered, active, declined, ended, expired }
  public enum Action: String, CaseIterable, Sendable { case accept, decline, end, expire }

  public static let idPrefix = "dlg"
  public static let kind = "delegation"
  public static let noun = Phrase("委托", "delegation")
  /// What can be given: an action on a kind of object, or all of them.
  public static let words: [String] =
    words(Achievement.self) + words(AchievementList.self) + words(Challenge.self) + words(Bid.self) + words(Deal.self)
    + words(Contract.self)

  private static func words<O: MarketObject>(_: O.Type) -> [String] {
    ["\(O.kind).*"]
      + O.workflow.rows.filter { !$0.who.isDisjoint(with: O.policy.parties.map(\.actor)) }
      .map { "\(O.kind).\($0.action.rawValue)" }.unique
  }

  public let id: ID<Delegation>
  public let owner: ID<Organisation>
  public let ownerName: String
  public let delegate: ID<Organisation>
  public let delegateName: String
  public let state: State
  public let version: Int
  public let rulebook: Int
  public let mandate: String
  public let actions: [String]
  public let object: String?
  public let validFrom: CivilDate
  public let validTo: CivilDate
  public let terms: String
  public let reason: String?
  public let createdAt: Instant
  public let updatedAt: Instant
  let isOver: Bool

  public static let table: SQL = "delegations"
  public static let columns: SQL =
    """
    t.id, t.owner, o.name, t.delegate, d.name, t.status, t.version, t.rulebook, t.kind, t.actions, t.object, t.valid_from,
    t.valid_to, t.terms, t.reason, t.created_at, t.updated_at, t.valid_to < market_today()
    """
  public static func from(_ rows: SQL) -> SQL {
    "\(sql: rows) t JOIN organisations o ON o.id = t.owner JOIN organisations d ON d.id = t.delegate"
  }

  public init(_ c: inout ColumnReader) throws(DecodingFailure) {
    id = try c.next()
    owner = try c.next()
    ownerName = try c.next()
    delegate = try c.next()
    delegateName = try c.next()
    state = try c.state()
    version = try c.next()
    rulebook = try c.next()
    mandate = try c.next()
    actions = try c.next()
    object = try c.next()
    validFrom = try c.next()
    validTo = try c.next()
    terms = try c.next()
    reason = try c.next()
    createdAt = try c.next()
    updatedAt = try c.next()
    isOver = try c.next()
  }

  public var headline: String { "\(ownerName) → \(delegateName)" }

  public static let policy = Policy<Delegation>(
    parties: [.init(.owner, "t.owner", \.owner), .init(.delegate, "t.delegate", \.delegate)],
    internal: ["rulebook", "object_id", "ends_at"],
    .show(to: .owner, .delegate, .operator, .supervisor, .admin))

  public static let fields: [Field<Delegation>] = [
    .reference("id", \.id, .shown, "标识", "id"),
    .reference("owner", \.owner, .shown, "委托方", "who gives it"),
    .text("owner_name", \.ownerName, max: 120, .shown, "委托方名称", "giver's name"),
    .reference("delegate", \.delegate, .fixed, "受托方", "who is to act"),
    .text("delegate_name", \.delegateName, max: 120, .shown, "受托方名称", "delegate's name"),
    .state(\.state),
    .integer("version", \.version, 1...Int(Int32.max), .shown, "版本", "version"),
    .code("kind", \.mandate, ["custodian", "broker"], .fixed, "性质:托管或经纪", "custody or brokerage"),
    .codes("actions", \.actions, words, .fixed, "可代办的事项", "what may be done"),
    .text("object", \.object, max: 40, .fixedOptional, "限于某一对象;不填为全部", "one object of the owner's; all unless told"),
    .date("valid_from", \.validFrom, .fixedOptional, "开始日期", "from"),
    .date("valid_to", \.validTo, .fixed, "结束日期(含当日)", "to, that day included"),
    .text("terms", \.terms, max: 2000, .fixedOptional, "约定", "terms"),
    .text("reason", \.reason, max: 1000, .shown, "拒绝或终止的理由", "why it was declined or ended"),
    .instant("created_at", \.createdAt, "创建时间", "made at"),
    .instant("updated_at", \.updatedAt, "更新时间", "changed at"),
  ]
  public static let filters: [Filter] = [
    Filter("status", .code(State.allCases.map(\.rawValue)), "状态", "state"),
    Filter("kind", .code(["custodian", "broker"]), "性质", "kind"),
    Filter("owner", .reference(Organisation.idPrefix), "委托方", "owner"),
    Filter("delegate", .reference(Organisation.idPrefix), "受托方", "delegate"),
  ]

  public static let workflow = Workflow<Delegation>(
    .on(.offered, do: .accept, to: .active, by: .delegate, if: [.isNotOver]),
    .on(.offered, do: .decline, to: .declined, by: .delegate, needs: [.reason], then: .reason),
    .on(.offered, .active, do: .end, to: .ended, by: .owner, .delegate, needs: [.reason], then: .reason),
    .on(.offered, .active, do: .expire, to: .expired, by: .system, if: [.isOver])
  )

  static let constraints: [String: Refusal] = [
    "delegations_actions_check": .invalid([
      Issue(pointer: "/actions", code: "required", detail: Phrase("至少委托一项事项", "at least one action has to be given"))
    ]),
    "delegations_two_parties": .invalid([
      Issue(
        pointer: "/delegate", code: "same_party",
        detail: Phrase("不能委托给本单位", "an organisation cannot be its own delegate"))
    ]),
    "delegations_delegate_fkey": .invalid([
      Issue(pointer: "/delegate", code: "unknown_reference", detail: Phrase("没有这个单位", "no such organisation"))
    ]),
    "delegations_term": .invalid([
      Issue(pointer: "/valid_to", code: "ends_first", detail: Phrase("结束日期早于开始日期", "ends before it begins"))
    ]),
  ]
}

extension Guard<Delegation> {
  static let isOver = Guard("not_due", "尚未到期", "the term is not over") { delegation, _ in delegation.isOver }
  static let isNotOver = Guard("term_over", "委托期限已过", "the term is over") { delegation, _ in !delegation.isOver }
}
