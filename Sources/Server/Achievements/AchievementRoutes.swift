import Market

extension Route {
  private typealias Achievements = ResourceRoutes<Achievement>

  static let achievements: [Route] = [
    Achievements.list,
    Achievements.create { work, input in
      try await work.create(Achievement.self, input, own: [("organisation", try work.ownHolder)])
    },
    Achievements.one,
    Achievements.patch,
    Achievements.transitions,
    Achievements.transition,
  ]
}

extension Work {
  /// The caller's organisation as the owner of what is being made.
  var ownHolder: FieldValue {
    get throws(Refusal) {
      guard let organisation = caller.organisation, caller.acts(for: organisation) else {
        throw .forbidden(needs: [Role.university.rawValue, Role.enterprise.rawValue])
      }
      return .reference(organisation.bits)
    }
  }
}
