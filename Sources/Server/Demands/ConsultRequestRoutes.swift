import Market

extension Route {
  private typealias Consults = ResourceRoutes<ConsultRequest>

  static let consultRequests: [Route] = [
    Consults.list,
    Consults.create { work, input in try await work.ask(input) },
    Consults.one,
    Consults.patch,
    Consults.transitions,
    Consults.transition,
  ]
}
