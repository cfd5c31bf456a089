import Market

extension Route {
  private typealias Delegations = ResourceRoutes<Delegation>

  static let delegations: [Route] = [
    Delegations.list,
    Delegations.create { work, input in try await work.delegate(input) },
    Delegations.one,
    Delegations.transitions,
    Delegations.transition,
  ]
}
