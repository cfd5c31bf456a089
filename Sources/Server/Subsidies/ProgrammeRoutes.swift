import Market

extension Route {
  private typealias Programmes = ResourceRoutes<Programme>

  static let programmes: [Route] = [
    Programmes.list,
    Programmes.create { work, input in
      guard let organisation = work.caller.organisation, work.caller.role == .supervisor else {
        throw Refusal.forbidden(needs: [Role.supervisor.rawValue])
      }
      return try await work.create(Programme.self, input, own: [("organisation", .reference(organisation.bits))])
    },
    Programmes.one,
    Programmes.patch,
    Programmes.transitions,
    Programmes.transition,
  ]
}
