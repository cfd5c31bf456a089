import Market

extension Route {
  private typealias Organisations = ResourceRoutes<Organisation>

  static let organisations: [Route] = [
    Organisations.list,
    Organisations.create { work, input in
      guard let role = work.caller.role, [.operator, .admin].contains(role) else {
        throw Refusal.forbidden(needs: [Role.operator, .admin].map(\.rawValue))
      }
      return try await work.register(input)
    },
    Organisations.one,
    Organisations.patch,
    Organisations.transitions,
    Organisations.transition,
  ]
}
