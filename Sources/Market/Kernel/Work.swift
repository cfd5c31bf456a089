import Postgres

/// One unit of work: a transaction, who it is for, and the market's own means. Effect, event and the answer that is kept for a
/// repeated request are all written through it, so they are there together or not at all.
public struct Work: Sendable {
  public let tx: Transaction
  public let market: Market
  public let caller: Caller

  /// The same work in another name: what follows by itself from a caller's move is the platform's doing.
  public var asSystem: Work { Work(tx: tx, market: market, caller: .system) }

  // MARK: Reading

  /// The object with its row held until the end of the transaction, and the database's moment at which it was read.
  public func lock<O: MarketObject>(_ id: ID<O>) async throws -> (object: O, now: Instant) {
    let rows = try await tx.query(
      "SELECT \(sql: O.columns), market_now() FROM \(sql: O.from(O.table)) WHERE t.id = \(id) FOR NO KEY UPDATE OF t")
    guard let row = rows.first else { throw Refusal.notFound(O.noun) }
    var columns = row.columns
    let object = try O(&columns)
    let now: Instant = try columns.next()
    guard object.isVisible(to: caller) else { throw Refusal.notFound(O.noun) }
    return (object, now)
  }

  /// The object as this transaction has left it.
  func read<O: MarketObject>(_ id: ID<O>) async throws -> O {
    guard let row = try await tx.query("SELECT \(sql: O.columns) FROM \(sql: O.from(O.table)) WHERE t.id = \(id)").first
    else { throw Refusal.notFound(O.noun) }
    var columns = row.columns
    return try O(&columns)
  }

  // MARK: Writing

  /// Makes an object from checked fields and the columns that are the platform's to fill.
  /// - Parameter audience: organisations besides the caller's that are told of it.
  public func create<O: MarketObject>(
    _: O.Type = O.self, _ input: Input, own: [(StaticString, FieldValue)], audience: [ID<Organisation>] = []
  ) async throws -> O {
    let id = ID<O>()
    var names: SQL = "id, rulebook"
    var values: SQL = "\(id), \(market.rulebook.version)"
    for field in O.fields where field.isWritable && field.stored(input) != .null {
      names += SQL(unsafe: ", " + field.name)
      values += ", \(field.stored(input))"
    }
    for (name, value) in own {
      names += ", \(raw: name)"
      values += ", \(value)"
    }
    return try await write(
      "INSERT INTO \(sql: O.table) (\(sql: names)) VALUES (\(sql: values)) RETURNING *", action: "create", from: nil,
      input: input,
      audience: (audience + [caller.organisation].compactMap(\.self)).unique)
  }

  /// Changes fields of an object where its workflow has a row that lets this caller edit it now.
  public func edit<O: MarketObject>(_ id: ID<O>, _ patch: JSONValue, version: Int?) async throws -> O
  where O.Action: EditAction {
    let (object, now) = try await lock(id)
    if let version { try expect(version, of: object) }
    let rules = try await market.rulebook(object.rulebook)
    let work = try await standing(object, .edit)
    _ = try O.workflow.decide(
      object, .edit, object.standing(of: work.caller),
      Moment(now: now, caller: work.caller, rules: rules, past: try await past(object, .edit)))
    let input = try Input(patch, O.editableInputs, partial: true)
    var set: SQL = "version = version + 1, updated_at = market_now()"
    for field in O.fields where input.values[field.name] != nil {
      // Cleared, a field goes back to what a row starts with: null, or empty where the column has no null.
      let value = field.stored(input)
      set += SQL(unsafe: ", \(field.name) = ")
      set += value == .null && !field.isNullable ? "DEFAULT" : "\(value)"
    }
    return try await work.write(
      "UPDATE \(sql: O.table) SET \(sql: set) WHERE id = \(id) RETURNING *", action: "edit", from: object, input: input)
  }

  /// Moves an object one step along its workflow, and everything that follows from it.
  /// - Parameter version: the version the caller saw; nil for moves the platform makes itself.
  @discardableResult
  public func move<O: MarketObject>(_ id: ID<O>, _ action: O.Action, _ body: JSONValue = .object([:]), version: Int?)
    async throws -> O
  {
    let (object, now) = try await lock(id)
    if let version { try expect(version, of: object) }
    return try await standing(object, action).move(object, now, action, body)
  }

  /// The same for an object that is already held.
  @discardableResult
  func move<O: MarketObject>(_ object: O, _ now: Instant, _ action: O.Action, _ body: JSONValue) async throws -> O {
    let rules = try await market.rulebook(object.rulebook)
    let standing = object.standing(of: caller)
    // What is needed may differ from row to row of one action; the first row this caller may take says.
    let needs = O.workflow.rows(from: object.state, action).first { !$0.who.isDisjoint(with: standing) }?.needs
    let input = try needs.map { needs throws(Refusal) in try Input(body, needs) } ?? Input()
    let moment = Moment(
      now: now, caller: caller, input: input, rules: rules, past: try await past(object, action))
    let row = try O.workflow.decide(object, action, standing, moment)
    var object = object
    if let first = row.effect.first {
      try await first(object, self)
      object = try await read(object.id)
    }
    var set: SQL = "status = \(row.to.rawValue), version = version + 1, updated_at = market_now()"
    if let more = try row.effect.set(object, moment) { set += ", \(sql: more)" }
    let moved: O = try await write(
      "UPDATE \(sql: O.table) SET \(sql: set) WHERE id = \(object.id) AND version = \(object.version) RETURNING *",
      action: action.rawValue, from: object, to: row.to, input: input, needs: row.needs)
    if let then = row.effect.then { try await then(moved, moment, self) }
    try await ReleaseTable.follow(moved, action, version: moved.version, self)
    // What followed may have changed how the object is shown.
    return row.effect.then == nil ? moved : try await read(object.id)
  }

  /// Runs a statement that changes one row and remembers it in the log: one round trip, one transaction.
  /// - Parameter to: the state arrived at; nil where it is the one before.
  func write<O: MarketObject>(
    _ change: SQL, action: String, from: O?, to: O.State? = nil, input: Input, needs: [InputField] = [],
    audience: [ID<Organisation>] = []
  ) async throws -> O {
    let to = to ?? from?.state
    let isPublic = from?.isPublic == true || to.map(O.policy.mayBePublic) == true
    // What everybody hears of is shown to everybody as it stands: what they may not see is kept apart from the beginning.
    let apart =
      isPublic ? O.policy.withheld(needs.map(\.name), in: to, from: .anonymous, isParty: false) : []
    func written(_ fields: [InputField]) -> JSONB {
      var json = JSONWriter()
      json.object { json in input.write(fields, into: &json) }
      return JSONB(json.bytes)
    }
    let shown = written(needs.filter { !apart.contains($0.name) }),
      kept = written(needs.filter { apart.contains($0.name) })
    let rows = try await tx.query(
      """
      WITH t AS (\(sql: change)), e AS (
        INSERT INTO events (id, kind, object_id, action, from_state, to_state, version, actor_role, actor_org, actor_token,
          actor_person, acted_for, public, audience, sealed, payload, withheld)
        SELECT \(ID<Event>()), \(O.kind), t.id, \(action), \(from?.state.rawValue), t.status, t.version,
          \(caller.roleName), \(caller.actingOrganisation), \(caller.token), \(caller.person), \(caller.principal),
          \(sql: O.policy.publicCondition) OR \(from?.isPublic ?? false), \(from?.audience ?? audience),
          \(from?.isSealed ?? O.startsSealed), \(shown) || \(sql: O.eventFacts ?? "'{}'::jsonb"), nullif(\(kept), '{}')
        FROM t)
      SELECT \(sql: O.columns) FROM \(sql: O.from("t"))
      """)
    // The row was held, so a version that does not fit means that a trigger or a rule of ours moved it under our feet.
    guard let row = rows.first else { throw Refusal.versionMoved(current: from?.version ?? 0) }
    var columns = row.columns
    return try O(&columns)
  }

  /// This work, in the principal's place where the caller may do this only as somebody's delegate. The delegation is held, so that
  /// it cannot end before what is done by it.
  private func standing<O: MarketObject>(_ object: O, _ action: O.Action) async throws -> Work {
    let who = O.workflow.rows(from: object.state, action).reduce(into: Set<Actor>()) { $0.formUnion($1.who) }
    guard who.isDisjoint(with: object.standing(of: caller)) else { return self }
    for grant in caller.grants(over: O.kind, object.id.bits) where grant.allows(O.kind, action.rawValue) {
      let principal = caller.inPlace(of: grant)
      guard !who.isDisjoint(with: object.standing(of: principal)), try await tx.holds(grant) else { continue }
      return Work(tx: tx, market: market, caller: principal)
    }
    return self
  }

  private func past<O: MarketObject>(_ object: O, _ action: O.Action) async throws -> Past {
    guard O.workflow.asksForThePast(object.state, action, caller), let query = Past.query(object.id.bits, caller) else {
      return Past()
    }
    return try Past(try await tx.query(query))
  }

  private func expect<O: MarketObject>(_ version: Int, of object: O) throws(Refusal) {
    guard object.version == version else { throw .versionMoved(current: object.version) }
  }
}

/// An action set with a word for changing fields without moving.
public protocol EditAction {
  static var edit: Self { get }
}
