import Postgres

extension Work {
  /// Remembers what was done where no row of a workflow moves: a sign-in, a token given out, a row made by an import.
  /// - Parameter isSealed: nobody but the audience sees it, the platform's staff included; whoever may read the database does.
  func note(
    _ kind: String, _ object: ID<Anything>, _ action: String, to state: String? = nil, version: Int = 1,
    audience: [ID<Organisation>] = [], isPublic: Bool = false, isSealed: Bool = false,
    _ write: (inout JSONWriter) -> Void = { _ in }
  ) async throws {
    var payload = JSONWriter()
    payload.object { json in write(&json) }
    _ = try await tx.execute(
      """
      INSERT INTO events (id, kind, object_id, action, to_state, version, actor_role, actor_org, actor_token, actor_person,
        acted_for, public, audience, sealed, payload)
      VALUES (\(ID<Event>()), \(kind), \(object), \(action), \(state), \(version), \(caller.roleName),
        \(caller.actingOrganisation), \(caller.token), \(caller.person), \(caller.principal), \(isPublic), \(audience),
        \(isSealed), \(JSONB(payload.bytes)))
      """)
  }
}
