import Market

extension Route {
  private typealias Records = ResourceRoutes<IntegrityRecord>

  static let integrityRecords: [Route] = [
    Records.list,
    Records.create { work, input in try await work.proposeIntegrityRecord(input) },
    Records.one,
    Records.transitions,
    Records.transition,
  ]
}
