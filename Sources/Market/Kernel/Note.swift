import Postgres

extension Work {
  /// Remembers what was done where no row of a workflow moves: a sign-in, a token given out, a row made by an import.
  /// - Parameter isSealed: nobody but the audience sees it, the platform's staff included; whoever may read the database does.
  /// - Parameter from: the state it was in before; nil where it is new, or has none.
  func note(
    _ kind: String, _ object: ID<Anything>, _ action: String, from: String? = nil, to state: String? = nil,
    version: Int = 1,
    audience: [ID<Organisation>] = [], isPublic: Bool = false, isSealed: Bool = false,
    _ write: (inout JSONWriter) -> Void = { _ in }
  ) async throws {
    var payload = JSONWriter()
    payload.object { json in write(&json) }
    _ = try await tx.execute(
      """
      INSERT INTO events (id, kind, object_id, action, from_state, to_state, version, actor_role, actor_org, actor_token,
        actor_person, acted_for, public, audience, sealed, payload)
      VALUES (\(ID<Event>()), \(kind), \(object), \(action), \(from), \(state), \(version), \(caller.roleName),
        \(caller.actingOrganisation), \(caller.token), \(caller.person), \(caller.principal), \(isPublic), \(audience),
        \(isSealed), \(JSONB(payload.bytes)))
      """)
  }

  /// Remembers what was done about an object that stays where it is: a sheet handed in, a contact shown.
  func note<O: MarketObject>(
    about object: O, _ action: String, audience: [ID<Organisation>], isSealed: Bool = false,
    _ write: (inout JSONWriter) -> Void = { _ in }
  ) async throws {
    try await note(
      O.kind, ID(bits: object.id.bits), action, from: object.state.rawValue, to: object.state.rawValue,
      version: object.version, audience: audience, isSealed: isSealed, write)
  }
}
