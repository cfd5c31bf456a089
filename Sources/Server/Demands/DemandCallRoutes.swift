import Market

extension Route {
  private typealias Calls = ResourceRoutes<DemandCall>

  static let demandCalls: [Route] = [
    Calls.list,
    Calls.create { work, input in
      try await work.create(DemandCall.self, input, own: [("organisation", try work.ownOffice)])
    },
    Calls.one,
    Calls.patch,
    Calls.transitions,
    Calls.transition,
  ]
}

extension Work {
  /// The caller's organisation as the office that keeps what the platform or the department makes.
  var ownOffice: FieldValue {
    get throws(Refusal) {
      guard let organisation = caller.organisation, [.operator, .supervisor].contains(caller.role) else {
        throw .forbidden(needs: [Role.operator.rawValue, Role.supervisor.rawValue])
      }
      return .reference(organisation.bits)
    }
  }
}
