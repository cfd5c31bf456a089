import Postgres

/// A business object's life as a table. The same rows refuse illegal moves, answer what a caller may do next, draw the state
/// diagrams and drive the test that tries every state, action and role.
public struct Workflow<Object: MarketObject>: Sendable {
  public typealias State = Object.State
  public typealias Action = Object.Action

  /// One line of the table.
  public struct Row: Sendable {
    public let from: State
    public let action: Action
    public let to: State
    /// Any of these may do it.
    public let who: Set<Actor>
    /// What has to be sent along.
    public let needs: [InputField]
    public let guards: [Guard<Object>]
    /// 四眼: whoever did one of these to the object may not do this.
    public let apart: Set<Action>
    let effect: Effect<Object>
  }

  public let rows: [Row]

  public init(_ groups: Group...) { rows = groups.flatMap(\.rows) }

  /// Rows that share everything but the state they start from.
  public struct Group: Sendable {
    let rows: [Row]

    /// - Parameter to: the state arrived at; nil stays where it is.
    public static func on(
      _ from: State..., do action: Action, to: State? = nil, by who: Actor..., needs: [InputField] = [],
      if guards: [Guard<Object>] = [], apartFrom apart: Action..., then effect: Effect<Object> = .nothing
    ) -> Group {
      Group(
        rows: from.map {
          Row(
            from: $0, action: action, to: to ?? $0, who: Set(who), needs: needs, guards: guards, apart: Set(apart),
            effect: effect)
        })
    }
  }

  /// The rows that `action` could mean in `state`.
  public func rows(from state: State, _ action: Action) -> [Row] {
    rows.filter { $0.from == state && $0.action == action }
  }

  /// The one row that `action` means for these actors, or why there is none.
  func decide(_ object: Object, _ action: Action, _ standing: Set<Actor>, _ moment: Moment) throws(Refusal) -> Row {
    let candidates = rows(from: object.state, action)
    guard !candidates.isEmpty else {
      let legal = rows.filter { $0.from == object.state && !$0.who.isDisjoint(with: standing) }
      throw .illegalMove(
        state: object.state.rawValue, action: action.rawValue, legal: legal.map(\.action.rawValue).unique)
    }
    let allowed = candidates.filter { !$0.who.isDisjoint(with: standing) }
    guard let first = allowed.first else {
      throw .forbidden(needs: candidates.flatMap(\.who).map(\.rawValue).unique.sorted())
    }
    if let row = allowed.first(where: { row in
      row.guards.allSatisfy { $0.holds(object, moment) } && against(row, moment.past).isEmpty
    }) {
      return row
    }
    throw .blocked(
      first.guards.filter { !$0.holds(object, moment) }.map { Issue(code: $0.code, detail: $0.phrase) }
        + against(first, moment.past))
  }

  /// What the caller's own past with the object says against a row.
  private func against(_ row: Row, _ past: Past) -> [Issue] {
    if row.isDecision, past.tookPart {
      return [
        Issue(
          code: "self_approval",
          detail: Phrase("您曾以当事方身份办理过此事,不能再作审批", "you acted for a party in this matter and cannot decide in it"))
      ]
    }
    let same = row.apart.filter { past.actions.contains($0.rawValue) }
    guard !same.isEmpty else { return [] }
    let words = same.map(\.rawValue).sorted().joined(separator: ", ")
    return [
      Issue(
        code: "four_eyes",
        detail: Phrase("须由另一人办理:“\(words)”是您本人办理的", "a second person is needed: you did \"\(words)\" yourself"))
    ]
  }

  /// Whether the caller's past with an object can matter to this action at all. A token without a person has one role for life.
  func asksForThePast(_ state: State, _ action: Action, _ caller: Caller) -> Bool {
    rows(from: state, action).contains { !$0.apart.isEmpty || ($0.isDecision && caller.person != nil) }
  }

  /// What there is to do in this object's state: for whom, with what, and what stands against it now. Where several rows lead the
  /// same way, the one that this caller may take stands for them.
  /// - Parameter standing: what the caller is to the object as far as an action goes.
  public func offers(_ object: Object, _ moment: Moment, standing: (Action) -> Set<Actor>) -> [Offer] {
    var offers: [Offer] = []
    for offer in everyOffer(object, moment, standing) {
      guard let same = offers.firstIndex(where: { $0.action == offer.action && $0.to == offer.to }) else {
        offers.append(offer)
        continue
      }
      if !offers[same].isAllowed, offer.isAllowed || (!offers[same].isMine && offer.isMine) { offers[same] = offer }
    }
    return offers
  }

  private func everyOffer(_ object: Object, _ moment: Moment, _ standing: (Action) -> Set<Actor>) -> [Offer] {
    rows.filter { $0.from == object.state }.map { row in
      let mine = !row.who.isDisjoint(with: standing(row.action))
      // Guards that read what is sent cannot be judged before it is sent.
      let missing = row.guards.filter { !$0.readsInput && !$0.holds(object, moment) }
        .map { Issue(code: $0.code, detail: $0.phrase) } + against(row, moment.past)
      return Offer(
        action: row.action.rawValue, to: row.to.rawValue, who: row.who.map(\.rawValue).sorted(), needs: row.needs,
        isMine: mine, isAllowed: mine && missing.isEmpty,
        against: (mine ? [] : [Issue(code: "wrong_role", detail: Phrase("不是您这个身份可以办理的", "not a move for your role"))])
          + missing)
    }
  }
}

extension Workflow.Row {
  /// A move of staff alone: whoever took part in the matter for one of its parties may not make it.
  public var isDecision: Bool { !who.isEmpty && who.isSubset(of: [.operator, .supervisor, .registry, .reviewer]) }
}

/// What a caller may do next, or why not.
public struct Offer: Sendable {
  public let action: String
  public let to: String
  public let who: [String]
  public let needs: [InputField]
  /// Whether it is a move for this caller's role at all.
  let isMine: Bool
  public let isAllowed: Bool
  public let against: [Issue]
}

/// Something that must hold before a move: a pure question about the object and the moment.
public struct Guard<Object: Sendable>: Sendable {
  public let code: String
  public let phrase: Phrase
  /// True when the question is about what was sent rather than about how things stand.
  public let readsInput: Bool
  let holds: @Sendable (Object, Moment) -> Bool

  public init(
    _ code: String, _ zh: String, _ en: String, readsInput: Bool = false,
    holds: @escaping @Sendable (Object, Moment) -> Bool
  ) {
    (self.code, phrase, self.readsInput, self.holds) = (code, Phrase(zh, en), readsInput, holds)
  }
}

/// What a guard and an effect may look at. The moment is the database's, read while the object's row was held.
public struct Moment: Sendable {
  public let now: Instant
  public let caller: Caller
  public let input: Input
  /// The rulebook that the object pinned when it was made.
  public let rules: Rulebook
  /// What the same person has done to the object before.
  public let past: Past

  public init(now: Instant, caller: Caller, input: Input = Input(), rules: Rulebook, past: Past = Past()) {
    (self.now, self.caller, self.input, self.rules, self.past) = (now, caller, input, rules, past)
  }
}

/// What a move changes besides the state: columns of the same row, and then other objects in the same transaction.
public struct Effect<Object: Sendable>: Sendable {
  let first: (@Sendable (Object, Work) async throws -> Void)?
  let set: @Sendable (Object, Moment) throws -> SQL?
  let then: (@Sendable (Object, Moment, Work) async throws -> Void)?

  /// - Parameter first: runs before the row moves, to take hold of what the assignments read.
  /// - Parameter set: assignments, as in `UPDATE … SET`; the object is as it was before the move.
  /// - Parameter then: runs after the row has moved; the object is as it is after the move.
  public init(
    first: (@Sendable (Object, Work) async throws -> Void)? = nil,
    set: @escaping @Sendable (Object, Moment) throws -> SQL? = { _, _ in nil },
    then: (@Sendable (Object, Moment, Work) async throws -> Void)? = nil
  ) {
    (self.first, self.set, self.then) = (first, set, then)
  }

  public static var nothing: Effect { Effect() }
  /// Keeps the reason that was sent.
  public static var reason: Effect { Effect(set: { _, moment in "reason = \(moment.input.text("reason"))" }) }
}

extension InputField {
  /// Why: what a return, a refusal or a withdrawal owes to those it concerns.
  public static let reason = InputField("reason", .text(max: 1000), Phrase("理由", "why"))
}

extension Sequence where Element: Hashable {
  /// Each element once, in the order of first appearance.
  public var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
