import Market

extension Route {
  private typealias Deals = ResourceRoutes<Deal>

  static let deals: [Route] = [
    Deals.list,
    Deals.create { work, input in try await work.recordDeal(input) },
    Deals.one,
    Deals.patch,
    Deals.transitions,
    Deals.transition,
  ]
}
