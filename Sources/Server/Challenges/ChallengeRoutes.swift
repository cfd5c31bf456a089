import Market

extension Route {
  private typealias Challenges = ResourceRoutes<Challenge>

  static let challenges: [Route] = [
    Challenges.list,
    Challenges.create { work, input in
      try await work.create(Challenge.self, input, own: [("organisation", try work.ownHolder)])
    },
    Challenges.one,
    Challenges.patch,
    Challenges.transitions,
    Challenges.transition,
  ]
}
