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
      if guards: [Guard<Object>] = [], then effect: Effect<Object> = .nothing
    ) -> Group {
      Group(
        rows: from.map {
          Row(from: $0, action: action, to: to ?? $0, who: Set(who), needs: needs, guards: guards, effect: effect)
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
    if let row = allowed.first(where: { $0.guards.allSatisfy { $0.holds(object, moment) } }) { return row }
    throw .blocked(first.guards.filter { !$0.holds(object, moment) }.map { Issue(code: $0.code, detail: $0.phrase) })
  }

  /// What there is to do in this object's state: for whom, with what, and what stands against it now. Where several rows lead the
  /// same way, the one that this caller may take stands for them.
  public func offers(_ object: Object, _ standing: Set<Actor>, _ moment: Moment) -> [Offer] {
    var offers: [Offer] = []
    for offer in everyOffer(object, standing, moment) {
      guard let same = offers.firstIndex(where: { $0.action == offer.action && $0.to == offer.to }) else {
        offers.append(offer)
        continue
      }
      if !offers[same].isAllowed, offer.isAllowed || (!offers[same].isMine && offer.isMine) { offers[same] = offer }
    }
    return offers
  }

  private func everyOffer(_ object: Object, _ standing: Set<Actor>, _ moment: Moment) -> [Offer] {
    rows.filter { $0.from == object.state }.map { row in
      let mine = !row.who.isDisjoint(with: standing)
      // Guards that read what is sent cannot be judged before it is sent.
      let against = row.guards.filter { !$0.readsInput && !$0.holds(object, moment) }
      return Offer(
        action: row.action.rawValue, to: row.to.rawValue, who: row.who.map(\.rawValue).sorted(), needs: row.needs,
        isMine: mine, isAllowed: mine && against.isEmpty,
        against: (mine ? [] : [Issue(code: "wrong_role", detail: Phrase("不是您这个身份可以办理的", "not a move for your role"))])
          + against.map { Issue(code: $0.code, detail: $0.phrase) })
    }
  }
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

  public init(now: Instant, caller: Caller, input: Input = Input(), rules: Rulebook) {
    (self.now, self.caller, self.input, self.rules) = (now, caller, input, rules)
  }
}

/// What a move changes besides the state: columns of the same row, and then other objects in the same transaction.
public struct Effect<Object: Sendable>: Sendable {
  let first: (@Sendable (Object, Work) async throws -> Void)?
  let set: @Sendable (Object, Moment) throws -> SQL?
  let then: (@Sendable (Object, Moment, Work) async throws -> Void)?

  /// - Parameter first: runs before the row moves, to take hold of what the assignments read; they see what it changed.
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
