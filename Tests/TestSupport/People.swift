import Market
import Postgres

extension World {
  /// Somebody invented, with an account in one of the world's organisations.
  public struct Somebody: Sendable {
    public let id: ID<Person>
    public let membership: ID<Membership>
    public let login: String
    public let password: String
    /// The person as they act once signed in, second factor and all.
    public let caller: Caller
  }

  /// Makes an account with a membership and a password, as it would be after an invitation.
  public func person(
    _ name: String = "示例人员", in party: Party, as role: Role? = nil, manager: Bool = false, login: String? = nil,
    password: String = "correct horse battery"
  ) async throws -> Somebody {
    let id = ID<Person>(), membership = ID<Membership>()
    guard let role = role ?? party.caller.role else { throw NoRole() }
    let login = login ?? "p\(UInt64.random(in: 1 ... .max))@example.invalid"
    let hash = try PasswordHash(password, .cheap)
    try await place(
      """
      INSERT INTO people (id, organisation, rulebook, name, login) VALUES (\(id), \(party.id), 1, \(name), \(login))
      """,
      "INSERT INTO passwords (person, phc) VALUES (\(id), \(hash.phc))")
    try await join(id, party, role, manager: manager, membership)
    return Somebody(
      id: id, membership: membership, login: login, password: password,
      caller: Caller(
        person: id, session: ID<SignIn>(), organisation: party.id, role: role, isManager: manager,
        affiliations: [party.id]))
  }

  /// Gives a person a place in another organisation.
  @discardableResult
  public func join(
    _ person: ID<Person>, _ party: Party, _ role: Role, manager: Bool = false, _ id: ID<Membership> = ID()
  ) async throws -> ID<Membership> {
    try await place(
      """
      INSERT INTO memberships (id, person, organisation, rulebook, roles, manager)
      VALUES (\(id), \(person), \(party.id), 1, \([role.rawValue]), \(manager))
      """)
    return id
  }

  /// A delegation of the university to the enterprise, in a state.
  public func delegation(
    _ state: Delegation.State = .active, _ actions: [String] = ["achievement.*"], object: String? = nil,
    objectBits: UInt128? = nil, over: Bool = false
  ) async throws -> ID<Delegation> {
    let id = ID<Delegation>()
    try await place(
      """
      INSERT INTO delegations (id, owner, delegate, status, rulebook, kind, actions, object, object_id, valid_from, valid_to)
      VALUES (\(id), \(university.id), \(enterprise.id), \(state.rawValue), 1, 'broker', \(actions), \(object),
        \(objectBits.map { ID<Person>(bits: $0) }), market_today() - 10, market_today() + \(Int32(over ? -1 : 100)))
      """)
    return id
  }

  struct NoRole: Error {}
}
