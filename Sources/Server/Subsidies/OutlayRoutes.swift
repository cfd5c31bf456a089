import Market

extension Route {
  private typealias Outlays = ResourceRoutes<Outlay>

  static let outlays: [Route] = [
    Outlays.list,
    Outlays.create { work, input in try await work.recordOutlay(input) },
    Outlays.one,
    Outlays.patch,
    Outlays.transitions,
    Outlays.transition,
  ]
}
