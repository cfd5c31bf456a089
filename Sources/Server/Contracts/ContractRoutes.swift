import Market

extension Route {
  private typealias Contracts = ResourceRoutes<Contract>

  static let contracts: [Route] = [
    Contracts.list,
    Contracts.create { work, input in try await work.drawUpContract(input) },
    Contracts.one,
    Contracts.patch,
    Contracts.transitions,
    Contracts.transition,
  ]
}
